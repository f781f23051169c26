"""Vouchers: what takes something off a cart for whoever knows one of their codes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commerce.accounts.models import CustomerGroup
from commerce.catalog.models import Category, Collection, Product, ProductVariant
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow


class Voucher(MetadataMixin, VersionedRow):
    """What its codes do. What it takes off, and from which subtotal on, is said for each channel.

    `usage_limit` is for all codes together, a code may have one of its own. `used` is kept only as long as there is a
    limit: it is the number of live redemptions then (commerce.promotions.redemptions).
    """

    class Kind(models.TextChoices):
        ENTIRE_ORDER = "entire_order"
        SPECIFIC = "specific"
        SHIPPING = "shipping"

    class ValueKind(models.TextChoices):
        PERCENTAGE = "percentage"
        FIXED = "fixed"

    name = models.CharField(max_length=250)
    kind = models.CharField(
        "takes something off",
        max_length=20,
        choices=Kind.choices,
        default=Kind.ENTIRE_ORDER,
        help_text="Specific: the goods that are named below. Shipping: the delivery.",
    )
    value_kind = models.CharField("value is", max_length=20, choices=ValueKind.choices, default=ValueKind.PERCENTAGE)
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it does not end.")
    minimum_quantity = models.PositiveIntegerField(default=0, help_text="Units in the cart.")
    usage_limit = models.PositiveIntegerField(null=True, blank=True, help_text="For all codes together; empty is any.")
    used = models.PositiveIntegerField(default=0, editable=False)
    once_per_customer = models.BooleanField(default=False)
    cheapest_unit_only = models.BooleanField(default=False, help_text="Takes something off one unit of each order.")
    only_for_staff = models.BooleanField(default=False)
    customer_group = models.ForeignKey(
        CustomerGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="vouchers"
    )
    countries = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, help_text="Of a shipping voucher; empty is all."
    )
    combines_with_promotions = models.BooleanField(
        default=True, help_text="Off: nothing is taken off goods that a promotion has reduced already."
    )
    combines_with_vouchers = models.BooleanField(default=False)
    products = models.ManyToManyField(Product, blank=True, related_name="+")
    variants = models.ManyToManyField(ProductVariant, blank=True, related_name="+")
    categories = models.ManyToManyField(Category, blank=True, related_name="+")
    collections = models.ManyToManyField(Collection, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="voucher_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used__lte=F("usage_limit")), name="voucher_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="voucher_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VoucherChannelListing(Row):
    """What a voucher is worth in a channel; without a row there it does not exist in the channel."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    value = models.BigIntegerField(help_text="Minor units, or hundredths of a percent for a percentage.")
    minimum_subtotal = models.BigIntegerField(
        null=True, blank=True, help_text="Minor units that the goods must cost after promotions."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "channel"], name="voucher_listing_unique"),
            models.CheckConstraint(condition=Q(value__gt=0), name="voucher_value_positive"),
            models.CheckConstraint(
                condition=Q(minimum_subtotal__isnull=True) | Q(minimum_subtotal__gte=0), name="voucher_minimum_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} in {self.channel}"


class VoucherCode(Row):
    """A code of a voucher. `key` is what codes are compared by (commerce.core.codes)."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=100)
    key = models.CharField(max_length=200, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    usage_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Of this code alone; empty is any.")
    used = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["voucher", "created_at", "id"], name="voucher_code_of_voucher")]
        constraints = [
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used__lte=F("usage_limit")), name="voucher_code_within_limit"
            )
        ]

    def __str__(self) -> str:
        return self.code


class VoucherRedemption(Row):
    """A use of a code: held for a cart that is being paid for until `expires_at`, then an order's for good.

    Whoever takes it back deletes the row and counts down what it had counted up.
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="redemptions")
    code = models.ForeignKey(VoucherCode, on_delete=models.CASCADE, related_name="redemptions")
    checkout_id = models.UUIDField()
    order_id = models.UUIDField(null=True, blank=True, db_index=True)
    customer = models.CharField(max_length=254, help_text="The normalised e-mail address.")
    is_only_one = models.BooleanField(default=False, help_text="The voucher was once per customer.")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout_id", "voucher"], name="voucher_redemption_once_per_cart"),
            models.UniqueConstraint(
                fields=["voucher", "customer"],
                condition=Q(is_only_one=True),
                name="voucher_redemption_once_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(order_id__isnull=True) | Q(expires_at__isnull=True), name="voucher_redemption_kept_by_order"
            ),
        ]
        indexes = [
            models.Index(fields=["voucher", "customer"], name="voucher_redemption_by_customer"),
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="voucher_redemption_by_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_id} for {self.checkout_id}"
