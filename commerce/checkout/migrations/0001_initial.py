"""Checkouts, their lines, and what is to be told when one is left or something is back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("checkout", "0007_plural_names")]
    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("channels", "0001_initial"),
        ("inventory", "0001_initial"),
        ("orders", "0001_initial"),
        ("shipping", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkout",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("language_code", models.CharField(default="en", max_length=35)),
                ("save_shipping_address", models.BooleanField(default=True)),
                ("save_billing_address", models.BooleanField(default=True)),
                ("customer_note", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "billing_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="accounts.address"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="checkouts", to="channels.channel"),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        help_text="A guest's cart whose lines went to the customer's at sign-in; its id leads there.",
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="merged_from",
                        to="checkout.checkout",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="checkout", to="orders.order"
                    ),
                ),
                (
                    "shipping_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="accounts.address"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="checkouts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="chosen_by",
                        to="checkout.checkoutdelivery",
                    ),
                ),
                (
                    "abandoned_at",
                    models.DateTimeField(
                        blank=True, editable=False, help_text="When somebody was told that it lies about.", null=True
                    ),
                ),
                ("gift_message", models.TextField(blank=True, db_default="", default="")),
                ("is_gift", models.BooleanField(db_default=False, default=False)),
                (
                    "notices",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="What was done to the cart that its shopper has yet to see.",
                    ),
                ),
                (
                    "is_tax_exempt",
                    models.BooleanField(db_default=False, default=False, help_text="Staff let the buyer off tax."),
                ),
                (
                    "vat_id",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="The buyer's, in the EU.", max_length=14
                    ),
                ),
                (
                    "voucher_code_ids",
                    ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="The codes that the shopper has given, in that order.",
                        size=None,
                    ),
                ),
                (
                    "gift_card_ids",
                    ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="The gift cards that the shopper has given; they pay in that order.",
                        size=None,
                    ),
                ),
                (
                    "gift_choices",
                    models.JSONField(
                        blank=True,
                        db_default={},
                        default=dict,
                        help_text="Promotion id to the variant that the shopper wants as its gift, empty for none.",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "channel", "-updated_at"], name="checkout_by_user"),
                    models.Index(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            ("order__isnull", True),
                            models.Q(("email", ""), _negated=True),
                            models.Q(
                                ("abandoned_at__isnull", True),
                                ("abandoned_at__lt", models.F("updated_at")),
                                _connector="OR",
                            ),
                        ),
                        fields=["channel", "updated_at"],
                        name="checkout_to_be_abandoned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckoutDelivery",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=250)),
                ("price_amount", models.BigIntegerField()),
                (
                    "checkout",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="deliveries", to="checkout.checkout"),
                ),
                (
                    "method",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="+", to="shipping.shippingmethod"
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("maximum_delivery_days", models.PositiveIntegerField(blank=True, null=True)),
                ("minimum_delivery_days", models.PositiveIntegerField(blank=True, null=True)),
                ("parcel_digest", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("provider", models.CharField(blank=True, db_default="", default="", max_length=50)),
                ("rate_code", models.CharField(blank=True, db_default="", default="", max_length=100)),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="+", to="inventory.warehouse"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "checkout deliveries",
                "constraints": [
                    models.UniqueConstraint(fields=("checkout", "method"), name="checkout_delivery_unique"),
                    models.UniqueConstraint(fields=("checkout", "warehouse"), name="checkout_collection_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("provider", ""), _negated=True),
                        fields=("checkout", "provider", "rate_code"),
                        name="checkout_outside_rate_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckoutLine",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("quantity", models.PositiveIntegerField()),
                ("last_price_amount", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("checkout", models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="checkout.checkout")),
                ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="catalog.productvariant")),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="checkout_line_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AskedRates",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("provider", models.CharField(max_length=50)),
                ("parcel_digest", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("has_failed", models.BooleanField(default=False)),
                ("rates", models.JSONField(default=list)),
                (
                    "checkout",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="asked_rates", to="checkout.checkout"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkout", "provider"), name="asked_rates_unique"),
                ],
                "verbose_name": "asked rates",
                "verbose_name_plural": "asked rates",
            },
        ),
    ]
