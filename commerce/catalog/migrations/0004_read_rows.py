"""Effective prices and product cards: the rows of card_models.py, which triggers keep (0006_cards.py)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models
from django.db.models.functions import Coalesce

from commerce.core.migrations.keys import belonging
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

PRODUCT, VARIANT = {"product_id": "catalog_product"}, {"variant_id": "catalog_productvariant"}
CHANNEL = {"channel_id": "channels_channel"}
# For the next moment at which a price changes by itself (schema/cache/boundary.py).
BOUNDARY = "CREATE INDEX card_boundary ON catalog_productcard (valid_from) WHERE valid_from > '-infinity'"
# Availability changes under the eyes of shoppers: room for it beside the row spares the indexes.
ROOM = "ALTER TABLE catalog_productcard SET (fillfactor = 85)"


class Migration(TablesMigration):
    replaces = [("catalog", "0012_contents_and_price_lists")]
    dependencies = [("catalog", "0003_translations"), ("channels", "0001_initial")]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name="DueCard",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EffectivePrice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                (
                    "undiscounted",
                    models.BigIntegerField(help_text="The price before a reduction; the amount without one."),
                ),
                ("valid_from", models.DateTimeField(help_text="-infinity for a price that has no beginning.")),
                ("valid_until", models.DateTimeField(help_text="infinity for a price that has no end.")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("listing", "The price that was entered"),
                            ("promotion", "What promotions have left of it"),
                            ("price_list", "The price of a list that is for everybody"),
                        ],
                        max_length=20,
                    ),
                ),
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
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
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
                (
                    "price_list_id",
                    models.UUIDField(help_text="The list that says it instead of the channel's listing.", null=True),
                ),
                (
                    "steps",
                    models.JSONField(
                        help_text="Which promotion, by which of its rules, took how much off a unit; in their order.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["product", "channel"], name="effective_price_of_product"),
                    models.Index(fields=["channel"], name="effective_price_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "channel", "valid_from"),
                        include=("valid_until", "amount", "undiscounted"),
                        name="effective_price_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("undiscounted__gte", models.F("amount"))),
                        name="effective_price_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="effective_price_lasts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductCard",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("is_published", models.BooleanField()),
                ("is_listed", models.BooleanField(help_text="Published, and shown by lists.")),
                ("published_at", models.DateTimeField(help_text="1970 for what has been published for ever.")),
                ("available_at", models.DateTimeField(help_text="Sold from then on; infinity for never.")),
                ("sort_name", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "categories",
                    ArrayField(base_field=models.UUIDField(), help_text="Its category and all above it.", size=None),
                ),
                ("collections", ArrayField(base_field=models.UUIDField(), help_text="Published or not.", size=None)),
                (
                    "values",
                    ArrayField(
                        base_field=models.UUIDField(),
                        help_text="Attribute values of the product and of its variants.",
                        size=None,
                    ),
                ),
                ("price_low", models.BigIntegerField(null=True)),
                ("price_high", models.BigIntegerField(null=True)),
                ("undiscounted_low", models.BigIntegerField(null=True)),
                ("undiscounted_high", models.BigIntegerField(null=True)),
                ("on_sale", models.BooleanField()),
                ("in_stock", models.BooleanField(help_text="A variant with a price here could be supplied.")),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
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
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "product_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="catalog.producttype",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "sort_name", "product"], name="card_by_name"),
                    models.Index(fields=["channel", "created_at", "product"], name="card_by_creation"),
                    models.Index(fields=["channel", "updated_at", "product"], name="card_by_change"),
                    models.Index(fields=["channel", "published_at", "product"], name="card_by_publication"),
                    models.Index(
                        models.F("channel"),
                        Coalesce("price_low", models.Value(4611686018427387904), output_field=models.BigIntegerField()),
                        models.F("product"),
                        name="card_cheapest_first",
                    ),
                    models.Index(
                        models.F("channel"),
                        Coalesce("price_low", models.Value(-1), output_field=models.BigIntegerField()),
                        models.F("product"),
                        name="card_dearest_first",
                    ),
                    models.Index(
                        fields=["category", "channel", "sort_name", "product"], name="card_of_category_by_name"
                    ),
                    models.Index(
                        fields=["category", "channel", "created_at", "product"], name="card_of_category_by_creation"
                    ),
                    models.Index(
                        fields=["category", "channel", "updated_at", "product"], name="card_of_category_by_change"
                    ),
                    models.Index(
                        fields=["category", "channel", "published_at", "product"], name="card_of_category_by_date"
                    ),
                    models.Index(
                        models.F("category"),
                        models.F("channel"),
                        Coalesce("price_low", models.Value(4611686018427387904), output_field=models.BigIntegerField()),
                        models.F("product"),
                        name="card_of_category_cheapest",
                    ),
                    models.Index(
                        models.F("category"),
                        models.F("channel"),
                        Coalesce("price_low", models.Value(-1), output_field=models.BigIntegerField()),
                        models.F("product"),
                        name="card_of_category_dearest",
                    ),
                    GinIndex(fields=["channel", "categories", "collections", "values"], name="card_by_terms"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "channel", "valid_from"), name="product_card_unique"),
                ],
            },
        ),
        run(
            *belonging("catalog_effectiveprice", PRODUCT | VARIANT | CHANNEL),
            *belonging("catalog_productcard", PRODUCT | CHANNEL),
            *belonging("catalog_duecard", PRODUCT),
            BOUNDARY,
            ROOM,
        ),
    ]
