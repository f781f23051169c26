"""Sales channels."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.channels.strategies import strategy_choices
from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("channels", "0003_allocation_strategies_of_plugins")]
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("currency_code", models.CharField(max_length=3)),
                ("default_country", models.CharField(max_length=2)),
                (
                    "countries",
                    ArrayField(
                        base_field=models.CharField(max_length=2),
                        default=list,
                        help_text="Where this channel sells to.",
                        size=None,
                    ),
                ),
                (
                    "prices_include_tax",
                    models.BooleanField(default=False, help_text="Prices are entered gross (with tax)."),
                ),
                (
                    "display_gross_prices",
                    models.BooleanField(default=False, help_text="Shoppers are shown prices with tax."),
                ),
                ("quantity_limit_per_line", models.PositiveIntegerField(default=50)),
                (
                    "reservation_seconds",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="How long a cart holds stock before it is paid for; 0 means only while paying.",
                    ),
                ),
                ("allow_unpaid_orders", models.BooleanField(default=False)),
                (
                    "allocation_strategy",
                    models.CharField(
                        choices=strategy_choices,
                        default="priority",
                        help_text="In which order the warehouses are emptied.",
                        max_length=100,
                    ),
                ),
                (
                    "checkout_days",
                    models.PositiveIntegerField(default=30, help_text="A cart untouched for so long is purged."),
                ),
                (
                    "abandoned_after_minutes",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        help_text="A cart with an e-mail address that is untouched for so long counts as abandoned; 0 is never.",
                    ),
                ),
            ],
            options={
                "ordering": ["slug"],
            },
        ),
    ]
