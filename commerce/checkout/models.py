"""A checkout: the cart, until it becomes an order."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commerce.accounts.models import Address, User
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow
from commerce.inventory.models import Warehouse
from commerce.orders.models import Order
from commerce.shipping.models import ShippingMethod


class Checkout(MetadataMixin, VersionedRow):
    """What a shopper wants to buy. Whoever knows the id of a guest's may use it; a customer's is theirs alone."""

    # Each change of a cart writes a line into each of its indexes: there is none that another one makes needless, and
    # none for a guest's cart of what only customers' have.
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="checkouts", db_index=False)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="checkouts", db_index=False
    )
    email = models.EmailField(blank=True)
    language_code = models.CharField(max_length=35, default="en")
    shipping_address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    billing_address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    save_shipping_address = models.BooleanField(default=True)
    save_billing_address = models.BooleanField(default=True)
    delivery = models.ForeignKey(
        "CheckoutDelivery", null=True, blank=True, on_delete=models.SET_NULL, related_name="chosen_by"
    )
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="checkout")
    customer_note = models.TextField(blank=True)
    vat_id = models.CharField(max_length=14, blank=True, default="", db_default="", help_text="The buyer's, in the EU.")
    is_tax_exempt = models.BooleanField(default=False, db_default=False, help_text="Staff let the buyer off tax.")
    voucher_code_ids = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="The codes that the shopper has given, in that order.",
    )
    gift_card_ids = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="The gift cards that the shopper has given; they pay in that order.",
    )
    gift_choices = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Promotion id to the variant that the shopper wants as its gift, empty for none.",
    )
    is_gift = models.BooleanField(default=False, db_default=False)
    gift_message = models.TextField(blank=True, default="", db_default="")
    notices = models.JSONField(
        default=list, db_default=[], blank=True, help_text="What was done to the cart that its shopper has yet to see."
    )
    abandoned_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When somebody was told that it lies about."
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="merged_from",
        db_index=False,
        help_text="A guest's cart whose lines went to the customer's at sign-in; its id leads there.",
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "channel", "-updated_at"], condition=Q(user__isnull=False), name="checkout_of_user"
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="checkout_merged_into"),
            models.Index(
                fields=["channel", "updated_at"],
                condition=Q(order__isnull=True, merged_into__isnull=True)
                & ~Q(email="")
                & (Q(abandoned_at__isnull=True) | Q(abandoned_at__lt=F("updated_at"))),
                name="checkout_to_be_abandoned",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CheckoutLine(MetadataMixin, Row):
    """So many units of a variant in a cart. What it costs is worked out when asked for.

    `last_price_amount` (minor units) is what a unit cost when the line was last changed: shown for as long as the
    channel does not sell the variant any more, and never charged.
    """

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    last_price_amount = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="checkout_line_quantity_positive")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class CheckoutDelivery(Row):
    """A delivery option that was offered to a checkout, at the price that was shown (minor units).

    It is a method of the shop, a warehouse where the goods are fetched, or a rate of somebody else (`provider`, and
    `rate_code` within it), which holds for one parcel only (`parcel_digest`) and until `expires_at`.
    """

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    method = models.ForeignKey(ShippingMethod, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(Warehouse, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=50, blank=True, default="", db_default="")
    rate_code = models.CharField(max_length=100, blank=True, default="", db_default="")
    name = models.CharField(max_length=250)
    price_amount = models.BigIntegerField()
    minimum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    maximum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    parcel_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "checkout deliveries"
        constraints = [
            models.UniqueConstraint(fields=["checkout", "method"], name="checkout_delivery_unique"),
            models.UniqueConstraint(fields=["checkout", "warehouse"], name="checkout_collection_unique"),
            models.UniqueConstraint(
                fields=["checkout", "provider", "rate_code"],
                condition=~Q(provider=""),
                name="checkout_outside_rate_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AskedRates(Row):
    """What a provider of outside rates said of a checkout's parcel, or that somebody is asking it.

    One row for each checkout and provider: an answer about another parcel takes its place.
    """

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="asked_rates")
    provider = models.CharField(max_length=50)
    parcel_digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    has_failed = models.BooleanField(default=False)
    rates = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "asked rates"
        constraints = [models.UniqueConstraint(fields=["checkout", "provider"], name="asked_rates_unique")]

    def __str__(self) -> str:
        return f"{self.provider} for {self.checkout_id}"
