"""Vouchers, their codes, and who has redeemed them."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.utils.timezone import now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0002_what_is_shown"),
        ("channels", "0001_initial"),
        ("promotions", "0002_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=250)),
                (
                    "kind",
                    models.CharField(
                        choices=[("entire_order", "Entire Order"), ("specific", "Specific"), ("shipping", "Shipping")],
                        default="entire_order",
                        help_text="Specific: the goods that are named below. Shipping: the delivery.",
                        max_length=20,
                        verbose_name="takes something off",
                    ),
                ),
                (
                    "value_kind",
                    models.CharField(
                        choices=[("percentage", "Percentage"), ("fixed", "Fixed")],
                        default="percentage",
                        max_length=20,
                        verbose_name="value is",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("starts_at", models.DateTimeField(default=now)),
                ("ends_at", models.DateTimeField(blank=True, help_text="Empty: it does not end.", null=True)),
                ("minimum_quantity", models.PositiveIntegerField(default=0, help_text="Units in the cart.")),
                (
                    "usage_limit",
                    models.PositiveIntegerField(
                        blank=True, help_text="For all codes together; empty is any.", null=True
                    ),
                ),
                ("used", models.PositiveIntegerField(default=0, editable=False)),
                ("once_per_customer", models.BooleanField(default=False)),
                (
                    "cheapest_unit_only",
                    models.BooleanField(default=False, help_text="Takes something off one unit of each order."),
                ),
                ("only_for_staff", models.BooleanField(default=False)),
                (
                    "countries",
                    ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        help_text="Of a shipping voucher; empty is all.",
                        size=None,
                    ),
                ),
                (
                    "combines_with_promotions",
                    models.BooleanField(
                        default=True, help_text="Off: nothing is taken off goods that a promotion has reduced already."
                    ),
                ),
                ("combines_with_vouchers", models.BooleanField(default=False)),
                (
                    "customer_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="vouchers",
                        to="accounts.customergroup",
                    ),
                ),
                ("categories", models.ManyToManyField(blank=True, related_name="+", to="catalog.category")),
                ("collections", models.ManyToManyField(blank=True, related_name="+", to="catalog.collection")),
                ("products", models.ManyToManyField(blank=True, related_name="+", to="catalog.product")),
                ("variants", models.ManyToManyField(blank=True, related_name="+", to="catalog.productvariant")),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="voucher_by_name"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("usage_limit__isnull", True), ("used__lte", models.F("usage_limit")), _connector="OR"
                        ),
                        name="voucher_within_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                        ),
                        name="voucher_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherChannelListing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "value",
                    models.BigIntegerField(help_text="Minor units, or hundredths of a percent for a percentage."),
                ),
                (
                    "minimum_subtotal",
                    models.BigIntegerField(
                        blank=True, help_text="Minor units that the goods must cost after promotions.", null=True
                    ),
                ),
                ("channel", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="channels.channel")),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="channel_listings", to="promotions.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("voucher", "channel"), name="voucher_listing_unique"),
                    models.CheckConstraint(condition=models.Q(("value__gt", 0)), name="voucher_value_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_subtotal__isnull", True), ("minimum_subtotal__gte", 0), _connector="OR"
                        ),
                        name="voucher_minimum_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherCode",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=100)),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "usage_limit",
                    models.PositiveIntegerField(blank=True, help_text="Of this code alone; empty is any.", null=True),
                ),
                ("used", models.PositiveIntegerField(default=0, editable=False)),
                ("voucher", models.ForeignKey(on_delete=models.CASCADE, related_name="codes", to="promotions.voucher")),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(fields=["voucher", "created_at", "id"], name="voucher_code_of_voucher"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("usage_limit__isnull", True), ("used__lte", models.F("usage_limit")), _connector="OR"
                        ),
                        name="voucher_code_within_limit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherRedemption",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("checkout_id", models.UUIDField()),
                ("order_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("customer", models.CharField(help_text="The normalised e-mail address.", max_length=254)),
                ("is_only_one", models.BooleanField(default=False, help_text="The voucher was once per customer.")),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="redemptions", to="promotions.vouchercode"
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="redemptions", to="promotions.voucher"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["voucher", "customer"], name="voucher_redemption_by_customer"),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="voucher_redemption_by_expiry",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("checkout_id", "voucher"), name="voucher_redemption_once_per_cart"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_only_one", True)),
                        fields=("voucher", "customer"),
                        name="voucher_redemption_once_per_customer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order_id__isnull", True), ("expires_at__isnull", True), _connector="OR"),
                        name="voucher_redemption_kept_by_order",
                    ),
                ],
            },
        ),
    ]
