"""How goods get to the shopper, and what that costs."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("shipping", "0003_outside_rates")]
    dependencies = [("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ShippingZone",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=100)),
                (
                    "countries",
                    ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None),
                ),
                ("description", models.TextField(blank=True)),
                (
                    "is_default",
                    models.BooleanField(
                        default=False, help_text="Also serves every country that no other zone of the channel names."
                    ),
                ),
                ("version", models.BigIntegerField(default=1)),
                ("channels", models.ManyToManyField(blank=True, related_name="shipping_zones", to="channels.channel")),
            ],
        ),
        migrations.CreateModel(
            name="ShippingMethod",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[("flat", "Flat price"), ("weight", "By weight")], default="flat", max_length=10
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("minimum_weight_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("maximum_weight_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("minimum_delivery_days", models.PositiveIntegerField(blank=True, null=True)),
                ("maximum_delivery_days", models.PositiveIntegerField(blank=True, null=True)),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "zone",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="methods", to="shipping.shippingzone"),
                ),
                ("description", models.TextField(blank=True)),
                ("version", models.BigIntegerField(default=1)),
                (
                    "excluded_products",
                    models.ManyToManyField(
                        blank=True,
                        help_text="A cart with one of them is not offered this method.",
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
            },
        ),
        migrations.CreateModel(
            name="ShippingMethodChannelListing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("price_amount", models.BigIntegerField()),
                ("minimum_subtotal_amount", models.BigIntegerField(blank=True, null=True)),
                ("maximum_subtotal_amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="shipping_listings", to="channels.channel"
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="channel_listings", to="shipping.shippingmethod"
                    ),
                ),
                ("free_from_amount", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("method", "channel"), name="shipping_listing_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("price_amount__gte", 0)), name="shipping_price_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostalCodeRule",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2)),
                (
                    "inclusion",
                    models.CharField(
                        choices=[("include", "Only these"), ("exclude", "Not these")], default="exclude", max_length=10
                    ),
                ),
                ("start", models.CharField(max_length=20)),
                ("end", models.CharField(blank=True, max_length=20)),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="postal_code_rules", to="shipping.shippingmethod"
                    ),
                ),
            ],
            options={
                "ordering": ["country", "start", "id"],
            },
        ),
        migrations.CreateModel(
            name="RateSource",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("provider", models.CharField(max_length=50)),
                ("is_active", models.BooleanField(default=True)),
                ("fallback_name", models.CharField(blank=True, max_length=100)),
                ("fallback_amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="rate_sources", to="channels.channel"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "provider"), name="rate_source_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("fallback_amount__gte", 0)), name="rate_fallback_not_negative"
                    ),
                ],
            },
        ),
    ]
