"""How goods get to the shopper, and what that costs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commerce.catalog.models import Product
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow


class ShippingZone(MetadataMixin, VersionedRow):
    """Countries that share their shipping methods.

    A default zone also serves every country that no other zone of the channel names.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    is_default = models.BooleanField(
        default=False, help_text="Also serves every country that no other zone of the channel names."
    )
    channels = models.ManyToManyField(Channel, blank=True, related_name="shipping_zones")

    def __str__(self) -> str:
        return self.name


class ShippingMethod(MetadataMixin, VersionedRow):
    """A way to ship: at a flat price, or for parcels between two weights."""

    class Kind(models.TextChoices):
        FLAT = "flat", "Flat price"
        WEIGHT = "weight", "By weight"

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FLAT)
    is_active = models.BooleanField(default=True)
    minimum_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    maximum_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    minimum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    maximum_delivery_days = models.PositiveIntegerField(null=True, blank=True)
    sort_order = models.IntegerField(default=0)
    excluded_products = models.ManyToManyField(
        Product, blank=True, related_name="+", help_text="A cart with one of them is not offered this method."
    )

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name


class PostalCodeRule(Row):
    """Postal codes of a country that a method goes to only, or does not go to.

    The codes from `start` to `end`; without `end` those that begin with `start`. commerce.shipping.postal_codes says
    how codes compare.
    """

    class Inclusion(models.TextChoices):
        INCLUDE = "include", "Only these"
        EXCLUDE = "exclude", "Not these"

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="postal_code_rules")
    country = models.CharField(max_length=2)
    inclusion = models.CharField(max_length=10, choices=Inclusion.choices, default=Inclusion.EXCLUDE)
    start = models.CharField(max_length=20)
    end = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["country", "start", "id"]

    def __str__(self) -> str:
        return f"{self.inclusion} {self.country} {self.start}{f' - {self.end}' if self.end else ''}"


class ShippingMethodChannelListing(Row):
    """What a method costs in a channel and for which subtotals it is offered, all in minor units.

    From a subtotal of `free_from_amount` on it costs nothing.
    """

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="shipping_listings")
    price_amount = models.BigIntegerField()
    minimum_subtotal_amount = models.BigIntegerField(null=True, blank=True)
    maximum_subtotal_amount = models.BigIntegerField(null=True, blank=True)
    free_from_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "channel"], name="shipping_listing_unique"),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="shipping_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.method} in {self.channel}"


class RateSource(Row):
    """A channel asks a provider of outside rates (commerce.shipping.provider) what a parcel costs.

    If the provider does not answer, carts are offered `fallback_amount` (minor units) under `fallback_name`; without
    one only the shop's own methods.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rate_sources")
    provider = models.CharField(max_length=50)
    is_active = models.BooleanField(default=True)
    fallback_name = models.CharField(max_length=100, blank=True)
    fallback_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider"], name="rate_source_unique"),
            models.CheckConstraint(condition=Q(fallback_amount__gte=0), name="rate_fallback_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} for {self.channel}"
