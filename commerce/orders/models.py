"""Orders: what was bought, at which price, and what became of it. An order keeps its own copy of every fact."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from commerce.accounts.models import Address, User
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow
from commerce.orders.limit_models import LimitHold, PurchaseLimit

__all__ = ["Fulfillment", "FulfillmentLine", "LimitHold", "Order", "OrderDiscount", "OrderLine", "PurchaseLimit"]


class Order(MetadataMixin, VersionedRow):
    """All amounts are minor units of `currency`. `checkout_id` is unique: a checkout becomes one order at most."""

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed"
        UNFULFILLED = "unfulfilled"
        PARTIALLY_FULFILLED = "partially_fulfilled"
        FULFILLED = "fulfilled"
        CANCELED = "canceled"

    number = models.BigIntegerField(unique=True)
    checkout_id = models.UUIDField(unique=True, null=True, blank=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders", db_index=False)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders", db_index=False
    )
    email = models.EmailField()
    language_code = models.CharField(max_length=35, default="en")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNFULFILLED)
    currency = models.CharField(max_length=3)
    subtotal_net = models.BigIntegerField()
    subtotal_gross = models.BigIntegerField()
    shipping_net = models.BigIntegerField(default=0)
    shipping_gross = models.BigIntegerField(default=0)
    total_net = models.BigIntegerField()
    total_gross = models.BigIntegerField()
    authorized_amount = models.BigIntegerField(default=0)
    charged_amount = models.BigIntegerField(default=0)
    refunded_amount = models.BigIntegerField(default=0)
    gift_card_amount = models.BigIntegerField(default=0, db_default=0, help_text="Paid by gift cards.")
    gift_card_refunded_amount = models.BigIntegerField(default=0, db_default=0, help_text="Given back to gift cards.")
    shipping_address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    billing_address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shipping_method_id = models.UUIDField(null=True, blank=True)
    shipping_method_name = models.CharField(max_length=250, blank=True)
    access_token_hash = models.CharField(max_length=64, blank=True, editable=False)
    customer_note = models.TextField(blank=True)
    vat_id = models.CharField(max_length=14, blank=True, default="", db_default="")
    tax_exemption = models.CharField(
        max_length=250, blank=True, default="", db_default="", help_text="Why no tax was put on it; empty if it was."
    )
    is_gift = models.BooleanField(default=False, db_default=False)
    gift_message = models.TextField(blank=True, default="", db_default="")
    collection_point_id = models.UUIDField(
        null=True, blank=True, help_text="The warehouse where it is fetched; its name is the method's."
    )

    @property
    def kept_of_cards(self) -> int:
        """What gift cards have paid and did not get back."""
        return self.gift_card_amount - self.gift_card_refunded_amount

    @property
    def is_paid(self) -> bool:
        """Whether all of it has been charged or paid by gift cards, whatever was given back since."""
        return self.charged_amount + self.gift_card_amount >= self.total_gross

    is_masked = False
    """Set by the query: this reader is not to be told who bought."""

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="order_by_user"),
            models.Index(fields=["channel", "-created_at", "-id"], name="order_by_channel"),
            models.Index(Lower("email"), name="order_by_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_gross=F("subtotal_gross") + F("shipping_gross")), name="order_total_is_sum"
            ),
            models.CheckConstraint(condition=Q(refunded_amount__lte=F("charged_amount")), name="order_refund_sane"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class OrderLine(MetadataMixin, Row):
    """A bought variant with its name, SKU and price of that moment. Survives the variant."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(ProductVariant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    product_id_snapshot = models.UUIDField(null=True, blank=True)
    product_name = models.CharField(max_length=250)
    variant_name = models.CharField(max_length=255, blank=True)
    sku = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField()
    quantity_fulfilled = models.PositiveIntegerField(default=0)
    is_shipping_required = models.BooleanField(default=True)
    is_gift_card = models.BooleanField(
        default=False, db_default=False, help_text="Each of its units becomes a gift card once the order is paid."
    )
    is_gift = models.BooleanField(default=False, db_default=False, help_text="A promotion gave it for nothing.")
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    tax_class_name = models.CharField(max_length=250, blank=True, default="", db_default="")
    unit_net = models.BigIntegerField()
    unit_gross = models.BigIntegerField()
    undiscounted_unit_net = models.BigIntegerField()
    undiscounted_unit_gross = models.BigIntegerField()
    total_net = models.BigIntegerField()
    total_gross = models.BigIntegerField()
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity_fulfilled__lte=F("quantity")), name="order_line_not_overfulfilled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_name}"


class OrderDiscount(Row):
    """What a promotion, a voucher or a person has taken off an order: its prices contain it already.

    Amounts are minor units on the side (net or gross) on which the channel enters its prices. `lines` says how much of
    `amount` was taken off each line (by its id), `shipping_amount` how much off the delivery; all of them make the
    amount. `source_id` names the promotion or voucher, which may be gone by now.
    """

    class Kind(models.TextChoices):
        PROMOTION = "promotion"
        ORDER_PROMOTION = "order_promotion"
        VOUCHER = "voucher"
        MANUAL = "manual"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="discounts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source_id = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=255, blank=True, help_text="The code that was given, if it needed one.")
    amount = models.BigIntegerField()
    shipping_amount = models.BigIntegerField(default=0)
    lines = models.JSONField(default=dict, blank=True)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        indexes = [models.Index(fields=["source_id"], name="order_discount_by_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=F("shipping_amount"), shipping_amount__gte=0), name="order_discount_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.kind} of {self.order_id}"


class Fulfillment(MetadataMixin, Row):
    """A parcel."""

    class Status(models.TextChoices):
        FULFILLED = "fulfilled"
        CANCELED = "canceled"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.FULFILLED)
    tracking_number = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"


class FulfillmentLine(Row):
    """So many units of an order line in a parcel, taken from one stock; a bundle's parts from their own."""

    fulfillment = models.ForeignKey(Fulfillment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="fulfillment_lines")
    quantity = models.PositiveIntegerField()
    stock_id_snapshot = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"
