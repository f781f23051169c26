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
        return f"{self.warehouse} for {self.channel}"


class Stock(Row):
    """Units of a variant in a warehouse. `reserved` of the `on_hand` are promised to carts and orders.

    Merchants see one stock for each variant and warehouse. It may be kept in several rows, its shards, so that the
    buyers of a hot variant do not all wait for one row: the stock is then the sum of the rows without a `channel`
    (commerce/inventory/README.md). The row with shard 0 gives it its id and its account, and is always there.

    A row with a `channel` holds the preorders of that channel: units that are promised before there are any.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="stocks", db_index=False)
    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="stocks")
    shard = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_closed = models.BooleanField(
        default=False, db_default=False, help_text="Gets no more units: the shard is kept for what it has promised."
    )
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    oversellable = models.BooleanField(
        default=False, help_text="Copy of the variant's rule: may be promised beyond what is on hand without end."
    )
    backorder_limit = models.IntegerField(
        default=0, db_default=0, help_text="So many units may be promised beyond what is on hand."
    )
    overdrawn = models.IntegerField(
        default=0,
        db_default=0,
        help_text="Units that were promised under a rule that is no longer: they stay promised, and no more are.",
    )
    low_stock_threshold = models.IntegerField(
        null=True, blank=True, help_text="Partners are told when so many units or fewer are left to promise."
    )
    channel = models.ForeignKey(
        Channel,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="preorders",
        help_text="Whose preorders.",
        db_index=False,
    )
    preorder_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["channel"], condition=Q(channel__isnull=False), name="stock_of_preorders")]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "variant", "shard"], name="stock_shard_unique"),
            models.UniqueConstraint(
                fields=["variant", "channel"], condition=Q(channel__isnull=False), name="stock_preorder_unique"
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(backorder_limit__gte=0, overdrawn__gte=0), name="stock_allowances_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(oversellable=True) | Q(reserved__lte=F("on_hand") + F("backorder_limit") + F("overdrawn")),
                name="stock_promised_within_limits",
            ),
            models.CheckConstraint(
                condition=Q(channel__isnull=True, preorder_until__isnull=True)
                | Q(channel__isnull=False, preorder_until__isnull=False, on_hand=0, shard__gt=0),
                name="stock_preorder_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} in {self.warehouse}"


class StockLevel(models.Model):
    """What partners were last told of how much there is left: kept by commerce.inventory.levels alone."""

    class Level(models.TextChoices):
        IN = "in", "In stock"
        LOW = "low", "Low"
        OUT = "out", "Out of stock"

    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=3, choices=Level.choices)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "warehouse"], name="stock_level_unique")]

    def __str__(self) -> str:
        return f"{self.variant_id} in {self.warehouse_id}: {self.level}"


class DueLevel(models.Model):
    """A stock of which somebody has taken or given what may have changed its level; written by a trigger.

    Rows are only ever inserted and deleted, so that buyers of one variant do not meet here, either.
    """

    variant_id = models.UUIDField()
    warehouse_id = models.UUIDField()
    free_before = models.IntegerField()

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
        return f"{self.quantity} of {self.stock}"


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
        return f"{self.quantity} of {self.stock}"


class StockMovement(models.Model):
    """Why `on_hand` changed: an append-only account, whose sum is what is on hand in all shards of a stock.

    `reference` is the order for what was sent or came back, and the other stock for what was moved there or here.
    """

    class Reason(models.TextChoices):
        SET = "set", "Counted or set by hand"
        IMPORT = "import", "Product import"
        FULFILLED = "fulfilled", "Sent to a customer"
        RETURNED = "returned", "Came back"
        RECEIVED = "received", "Came in"
        CORRECTED = "corrected", "Corrected"
        DAMAGED = "damaged", "Damaged"
        LOST = "lost", "Lost or stolen"
        TRANSFERRED = "transferred", "Moved between warehouses"

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="movements")
    delta = models.IntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    reference = models.UUIDField(null=True, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"
