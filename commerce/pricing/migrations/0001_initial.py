"""Price lists, and the prices that everybody could see in the last weeks."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.keys import belonging
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

PARENTS = {"variant_id": "catalog_productvariant", "channel_id": "channels_channel"}


class Migration(TablesMigration):
    initial = True
    replaces = [("pricing", "0006_gift_cards_keep_their_price")]
    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PriceList",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("name", models.CharField(max_length=250)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "priority",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Of several lists with a price for something the highest counts.",
                        validators=[MinValueValidator(-1000), MaxValueValidator(1000)],
                    ),
                ),
                ("starts_at", models.DateTimeField(blank=True, help_text="Empty: at once.", null=True)),
                ("ends_at", models.DateTimeField(blank=True, help_text="Empty: it does not end.", null=True)),
                (
                    "is_public",
                    models.BooleanField(default=True, help_text="For everybody; if not, for the groups only."),
                ),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="price_lists", to="channels.channel"),
                ),
                (
                    "customer_groups",
                    models.ManyToManyField(blank=True, related_name="price_lists", to="accounts.customergroup"),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="price_list_by_name"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at__isnull", True),
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="price_list_lasts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceListEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "minimum_quantity",
                    models.PositiveIntegerField(
                        default=1, validators=[MinValueValidator(1), MaxValueValidator(1000000)]
                    ),
                ),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="Minor units, e.g. cents.",
                        validators=[MinValueValidator(0), MaxValueValidator(1000000000000000)],
                    ),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="entries", to="pricing.pricelist"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="price_list_entries",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "price list entries",
                "indexes": [
                    models.Index(fields=["price_list", "id"], name="price_list_entry_of_list"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "price_list", "minimum_quantity"),
                        include=("amount",),
                        name="price_list_entry_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="price_list_entry_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_quantity__gte", 1)), name="price_list_entry_of_a_unit"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicPrice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                (
                    "undiscounted",
                    models.BigIntegerField(help_text="The price before a reduction; the amount without one."),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(help_text="infinity for a price that has no end yet.")),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel"], name="public_price_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "channel", "valid_from"), name="public_price_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="public_price_lasts"
                    ),
                ],
            },
        ),
        run(*belonging("pricing_publicprice", PARENTS)),
    ]
