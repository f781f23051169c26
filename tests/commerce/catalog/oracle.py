"""What product cards say of stock, asked of the tables that they are made of."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commerce.catalog.models import ProductChannelListing, ProductVariant
from commerce.catalog.queries import purchasable_condition
from commerce.channels.models import Channel
from commerce.inventory.models import Stock


def in_stock(channel: Channel) -> Q:
    """A condition on Product: one of its variants with a price in the channel could be supplied now."""
    return Q(Exists(_obtainable_variants(channel)))


def is_available(channel: Channel) -> Q:
    """A condition on Product: the channel sells it now, and one of its variants could be supplied."""
    selling = ProductChannelListing.objects.filter(product=OuterRef("pk"), channel=channel)
    return Q(Exists(selling.filter(purchasable_condition()))) & in_stock(channel)


def _obtainable_variants(channel: Channel) -> QuerySet[ProductVariant]:
    free = Stock.objects.filter(
        Q(oversellable=True) | Q(on_hand__gt=F("reserved")),
        variant=OuterRef("pk"),
        warehouse__is_active=True,
        warehouse__channels=channel,
    )
    return ProductVariant.objects.filter(
        Q(track_inventory=False) | Q(Exists(free)),
        product=OuterRef("pk"),
        channel_listings__channel=channel,
    )
