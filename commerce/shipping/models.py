"""How goods get to the shopper, and what that costs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row


class ShippingZone(MetadataMixin, Row):
    """Countries that share their shipping methods."""

    name = models.CharField(max_length=100)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    channels = models.ManyToManyField(Channel, blank=True, related_name="shipping_zones")

    def __str__(self) -> str:
        return self.name


class ShippingMethod(MetadataMixin, Row):
    """A way to ship: at a flat price, or for parcels between two weights."""

    class Kind(models.TextChoices):
        FLAT = "flat", "Flat price"
        WEIGHT = "weight", "By weight"

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FLAT)
    is_active = models.BooleanField(default=True)
    minimum_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    maximum_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    minimum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    maximum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name


class ShippingMethodChannelListing(Row):
    """What a method costs in a channel and for which subtotals it is offered, all in minor units."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="shipping_listings")
    price_amount = models.BigIntegerField()
    minimum_subtotal_amount = models.BigIntegerField(null=True, blank=True)
    maximum_subtotal_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "channel"], name="shipping_listing_unique"),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="shipping_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.method_id} in {self.channel_id}"
