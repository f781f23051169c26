"""Orders, their lines, fulfilments and history, and the numbers that orders get."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models.functions import Lower

from commerce.core.ids import uuid7
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("orders", "0009_bought_gift_cards")]
    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("number", models.BigIntegerField(unique=True)),
                ("checkout_id", models.UUIDField(blank=True, null=True, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("language_code", models.CharField(default="en", max_length=35)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unconfirmed", "Unconfirmed"),
                            ("unfulfilled", "Unfulfilled"),
                            ("partially_fulfilled", "Partially Fulfilled"),
                            ("fulfilled", "Fulfilled"),
                            ("canceled", "Canceled"),
                        ],
                        default="unfulfilled",
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("subtotal_net", models.BigIntegerField()),
                ("subtotal_gross", models.BigIntegerField()),
                ("shipping_net", models.BigIntegerField(default=0)),
                ("shipping_gross", models.BigIntegerField(default=0)),
                ("total_net", models.BigIntegerField()),
                ("total_gross", models.BigIntegerField()),
                ("authorized_amount", models.BigIntegerField(default=0)),
                ("charged_amount", models.BigIntegerField(default=0)),
                ("refunded_amount", models.BigIntegerField(default=0)),
                ("shipping_method_id", models.UUIDField(blank=True, null=True)),
                ("shipping_method_name", models.CharField(blank=True, max_length=250)),
                ("access_token_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("customer_note", models.TextField(blank=True)),
                (
                    "billing_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="accounts.address"
                    ),
                ),
                ("channel", models.ForeignKey(on_delete=models.PROTECT, related_name="orders", to="channels.channel")),
                (
                    "shipping_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="accounts.address"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "collection_point_id",
                    models.UUIDField(
                        blank=True, help_text="The warehouse where it is fetched; its name is the method's.", null=True
                    ),
                ),
                ("gift_message", models.TextField(blank=True, db_default="", default="")),
                ("is_gift", models.BooleanField(db_default=False, default=False)),
                (
                    "tax_exemption",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Why no tax was put on it; empty if it was.",
                        max_length=250,
                    ),
                ),
                ("vat_id", models.CharField(blank=True, db_default="", default="", max_length=14)),
                ("gift_card_amount", models.BigIntegerField(db_default=0, default=0, help_text="Paid by gift cards.")),
                (
                    "gift_card_refunded_amount",
                    models.BigIntegerField(db_default=0, default=0, help_text="Given back to gift cards."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-created_at", "-id"], name="order_by_user"),
                    models.Index(fields=["channel", "-created_at", "-id"], name="order_by_channel"),
                    models.Index(Lower("email"), name="order_by_email"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total_gross", models.F("subtotal_gross") + models.F("shipping_gross"))),
                        name="order_total_is_sum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded_amount__lte", models.F("charged_amount"))),
                        name="order_refund_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fulfillment",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("fulfilled", "Fulfilled"), ("canceled", "Canceled")],
                        default="fulfilled",
                        max_length=20,
                    ),
                ),
                ("tracking_number", models.CharField(blank=True, max_length=255)),
                ("order", models.ForeignKey(on_delete=models.CASCADE, related_name="fulfillments", to="orders.order")),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("product_id_snapshot", models.UUIDField(blank=True, null=True)),
                ("product_name", models.CharField(max_length=250)),
                ("variant_name", models.CharField(blank=True, max_length=255)),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("quantity", models.PositiveIntegerField()),
                ("quantity_fulfilled", models.PositiveIntegerField(default=0)),
                ("is_shipping_required", models.BooleanField(default=True)),
                ("tax_percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("unit_net", models.BigIntegerField()),
                ("unit_gross", models.BigIntegerField()),
                ("undiscounted_unit_net", models.BigIntegerField()),
                ("undiscounted_unit_gross", models.BigIntegerField()),
                ("total_net", models.BigIntegerField()),
                ("total_gross", models.BigIntegerField()),
                ("sort_order", models.IntegerField(default=0)),
                ("order", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="orders.order")),
                (
                    "variant",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="catalog.productvariant"
                    ),
                ),
                ("tax_class_name", models.CharField(blank=True, db_default="", default="", max_length=250)),
                (
                    "is_gift",
                    models.BooleanField(db_default=False, default=False, help_text="A promotion gave it for nothing."),
                ),
                (
                    "is_gift_card",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Each of its units becomes a gift card once the order is paid.",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="order_line_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity_fulfilled__lte", models.F("quantity"))),
                        name="order_line_not_overfulfilled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FulfillmentLine",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("quantity", models.PositiveIntegerField()),
                ("stock_id_snapshot", models.UUIDField(blank=True, null=True)),
                (
                    "fulfillment",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="orders.fulfillment"),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="fulfillment_lines", to="orders.orderline"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderDiscount",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("promotion", "Promotion"),
                            ("order_promotion", "Order Promotion"),
                            ("voucher", "Voucher"),
                            ("manual", "Manual"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source_id", models.CharField(blank=True, max_length=100)),
                ("name", models.CharField(blank=True, max_length=255)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="The code that was given, if it needed one.", max_length=255
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("shipping_amount", models.BigIntegerField(default=0)),
                ("lines", models.JSONField(blank=True, default=dict)),
                ("sort_order", models.IntegerField(default=0)),
                ("order", models.ForeignKey(on_delete=models.CASCADE, related_name="discounts", to="orders.order")),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["source_id"], name="order_discount_by_source"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", models.F("shipping_amount")), ("shipping_amount__gte", 0)),
                        name="order_discount_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseLimit",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "quantity",
                    models.PositiveIntegerField(help_text="Units for one customer.", validators=[MinValueValidator(1)]),
                ),
                ("days", models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3650)])),
                (
                    "product",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="purchase_limit",
                        to="catalog.product",
                    ),
                ),
                (
                    "variant",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="purchase_limit",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("product__isnull", False), ("variant__isnull", True)),
                            models.Q(("product__isnull", True), ("variant__isnull", False)),
                            _connector="OR",
                        ),
                        name="purchase_limit_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 3650), ("quantity__gte", 1)),
                        name="purchase_limit_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LimitHold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("checkout_id", models.UUIDField()),
                ("user_id", models.UUIDField(null=True)),
                ("email", models.EmailField(max_length=254)),
                ("units", models.PositiveIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("limit", models.ForeignKey(on_delete=models.CASCADE, related_name="holds", to="orders.purchaselimit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkout_id", "limit"), name="limit_hold_unique"),
                ],
            },
        ),
        run("CREATE SEQUENCE orders_order_number START 1001"),
    ]
