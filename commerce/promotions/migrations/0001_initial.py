"""Promotions and their rules, budgets and uses; what is known of them by catalogue prices."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.utils.timezone import now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("promotions", "0005_pace_of_prices")]
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("promotion_id", models.UUIDField()),
                ("scopes", models.JSONField()),
                ("switches_at", models.DateTimeField(null=True)),
                ("transaction", models.CharField(max_length=20)),
                ("is_second_look", models.BooleanField(default=False)),
                (
                    "listed_at",
                    models.DateTimeField(help_text="When the products of this look went into DuePrice.", null=True),
                ),
                ("products_done", models.PositiveIntegerField(db_default=0, default=0)),
                ("products_listed", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=250)),
                ("description", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("catalogue", "Catalogue"), ("order", "Order")],
                        help_text="Of the catalogue: it changes prices. Of the order: it looks at the whole cart.",
                        max_length=20,
                    ),
                ),
                ("starts_at", models.DateTimeField(default=now)),
                ("ends_at", models.DateTimeField(blank=True, help_text="Empty: it does not end.", null=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "priority",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Stackable promotions apply from the highest to the lowest.",
                        validators=[MinValueValidator(-1000), MaxValueValidator(1000)],
                    ),
                ),
                (
                    "stacking",
                    models.CharField(
                        choices=[("exclusive", "Exclusive"), ("stackable", "Stackable")],
                        default="exclusive",
                        help_text="Exclusive: alone, if that costs the buyer least. Stackable: with all others that are stackable.",
                        max_length=20,
                    ),
                ),
                (
                    "usage_limit",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many orders get it, if it is one of orders; empty: any number.",
                        null=True,
                    ),
                ),
                ("used", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "compiled",
                    models.JSONField(default=list, editable=False, help_text="The rules of an order promotion."),
                ),
                (
                    "channels",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Where it holds; nowhere without one.",
                        related_name="promotions",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="promotion_newest"),
                    models.Index(
                        condition=models.Q(("is_active", True)), fields=["kind", "starts_at"], name="promotion_active"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("usage_limit__isnull", True), ("used__lte", models.F("usage_limit")), _connector="OR"
                        ),
                        name="promotion_used_in_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                        ),
                        name="promotion_lasts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionBudget",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("spent", models.BigIntegerField(default=0, editable=False)),
                (
                    "promotion",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="budgets", to="promotions.promotion"),
                ),
            ],
            options={
                "ordering": ["currency"],
                "constraints": [
                    models.UniqueConstraint(fields=("promotion", "currency"), name="promotion_budget_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("spent__gte", 0), ("spent__lte", models.F("amount"))),
                        name="promotion_budget_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionRule",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(blank=True, max_length=250)),
                ("goods", models.JSONField(blank=True, default=dict, help_text="Which goods it is about; {} for all.")),
                (
                    "condition",
                    models.JSONField(blank=True, default=dict, help_text="What the cart must be; {} for any cart."),
                ),
                (
                    "reward_type",
                    models.CharField(
                        choices=[
                            ("percentage", "Percentage"),
                            ("fixed", "Fixed"),
                            ("fixed_price", "Fixed Price"),
                            ("free_shipping", "Free Shipping"),
                            ("buy_get", "Buy Get"),
                            ("gift", "Gift"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reward", models.JSONField(blank=True, default=dict)),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "promotion",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="rules", to="promotions.promotion"),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
            },
        ),
        migrations.CreateModel(
            name="PromotionUse",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("checkout_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                (
                    "promotion",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="uses", to="promotions.promotion"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkout_id", "promotion"), name="promotion_use_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("promotion_id", models.UUIDField()),
                ("rule_id", models.UUIDField()),
                ("priority", models.SmallIntegerField()),
                ("is_exclusive", models.BooleanField()),
                ("has", ArrayField(base_field=models.UUIDField(), null=True, size=None)),
                ("predicate", models.JSONField(null=True)),
                ("reward_type", models.CharField(max_length=20)),
                ("value", models.BigIntegerField(help_text="Minor units, or hundredths of a percent.")),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(help_text="infinity if it does not end.")),
                ("channel", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="channels.channel")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["promotion_id"], name="catalogue_rule_of_promotion"),
                    models.Index(fields=["valid_until"], name="catalogue_rule_by_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))), name="catalogue_rule_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuePrice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("product_id", models.UUIDField()),
                (
                    "change",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="due", to="promotions.pricechange"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("change", "product_id"), name="due_price_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(max_length=255)),
                (
                    "promotion",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="promotions.promotion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("promotion", "language"), name="promotion_translation_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PricePace",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("products_a_second", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="price_pace_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("products_a_second__gt", 0)), name="price_pace_positive"
                    ),
                ],
            },
        ),
    ]
