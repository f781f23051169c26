"""Where goods lie, how many there are, and who they are set aside for."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commerce.accounts.models import Address
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow


class Warehouse(MetadataMixin, VersionedRow):
    """A place that goods are sent from. Without `countries` it ships wherever its channels sell.

    Shoppers may fetch goods at its `address` if `click_and_collect` says so; then `country` is the address's.
    """

    class ClickAndCollect(models.TextChoices):
        DISABLED = "disabled", "Nothing can be fetched here"
        LOCAL = "local", "What lies here can be fetched"
        ALL = "all", "Goods come from other warehouses, too, and are fetched here"

    slug = models.SlugField(max_length=255, unique=True)
    name = models.CharField(max_length=250)
    is_active = models.BooleanField(default=True)
    country = models.CharField(max_length=2)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    channels = models.ManyToManyField(Channel, through="WarehouseChannel", related_name="warehouses")
    address = models.OneToOneField(Address, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    click_and_collect = models.CharField(
        max_length=10, choices=ClickAndCollect.choices, default=ClickAndCollect.DISABLED
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(click_and_collect="disabled") | Q(address__isnull=False),
                name="warehouse_collected_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.name


class WarehouseChannel(models.Model):
    """A channel sells from this warehouse; lower priority numbers are emptied first."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="channel_links")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="warehouse_links")
    priority = models.IntegerField(default=0)

    class Meta:
        ordering = ["priority", "id"]
        constraints = [models.UniqueConstraint(fields=["warehouse", "channel"], name="warehouse_channel_unique")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} for {self.channel_id}"


class Stock(Row):
    """Units of a variant in a warehouse. `reserved` of the `on_hand` are promised to carts and orders."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="stocks")
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="stocks")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    oversellable = models.BooleanField(
        default=False, help_text="Copy of the variant's rule: may be promised beyond what is on hand."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "variant"], name="stock_unique"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(oversellable=True) | Q(reserved__lte=F("on_hand")), name="stock_not_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} in {self.warehouse_id}"


class Reservation(Row):
    """Units set aside for a checkout line until `expires_at`. Counted in Stock.reserved as long as the row lives."""

    checkout_id = models.UUIDField(db_index=True)
    checkout_line_id = models.UUIDField()
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout_line_id", "stock"], name="reservation_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.stock_id}"


class Allocation(Row):
    """Units of a stock that belong to an order line until they are sent out or the order is cancelled."""

    order_id = models.UUIDField(db_index=True)
    order_line_id = models.UUIDField()
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_line_id", "stock"], name="allocation_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocation_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.stock_id}"


class StockMovement(models.Model):
    """Why `on_hand` changed: an append-only account, whose sum is what is on hand."""

    class Reason(models.TextChoices):
        SET = "set", "Counted or set by hand"
        IMPORT = "import", "Product import"
        FULFILLED = "fulfilled", "Sent to a customer"
        RETURNED = "returned", "Came back"

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="movements")
    delta = models.IntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    reference = models.UUIDField(null=True, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"
