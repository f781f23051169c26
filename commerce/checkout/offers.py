"""What a channel sells a variant for, or why it does not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, CharField, Value, When

from commerce.catalog.card_models import EffectivePrice
from commerce.catalog.models import ProductChannelListing
from commerce.catalog.product_filter import now
from commerce.catalog.queries import published_condition, purchasable_condition
from commerce.checkout.errors import ProductNotForSale, ProductNotPublished, VariantNotSold
from commerce.core.errors import CommerceError

_FOR_SALE, _SHOWN, _HIDDEN = "for sale", "shown", "hidden"


@dataclass(frozen=True, slots=True)
class Offer:
    """Minor units on the side (net or gross) on which the channel enters prices. `refusal` is None for sale."""

    amount: int | None
    undiscounted: int | None
    refusal: type[CommerceError] | None


MESSAGES: dict[type[CommerceError], str] = {
    VariantNotSold: "This variant is not sold in this channel.",
    ProductNotPublished: "This product is not published in this channel.",
    ProductNotForSale: "This product is not for sale at the moment.",
}
"""What the shopper is told for each refusal."""


def offers_in(wanted: Collection[tuple[UUID, UUID]], channel_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Offer]:
    """What each channel says of each (variant, product), by (variant, channel), in two statements."""
    variants, products = {variant for variant, _ in wanted}, {product for _, product in wanted}
    channels = set(channel_ids)
    prices = {
        (price.variant_id, price.channel_id): price
        for price in EffectivePrice.objects.filter(
            variant__in=variants, channel__in=channels, valid_from__lte=now(), valid_until__gt=now()
        ).only("variant_id", "channel_id", "amount", "undiscounted")
    }
    standing = {
        (product, channel): standing
        for product, channel, standing in ProductChannelListing.objects.filter(
            product__in=products, channel__in=channels
        )
        .annotate(
            standing=Case(
                When(purchasable_condition(), then=Value(_FOR_SALE)),
                When(published_condition(), then=Value(_SHOWN)),
                default=Value(_HIDDEN),
                output_field=CharField(),
            )
        )
        .values_list("product_id", "channel_id", "standing")
    }
    return {
        (variant, channel): _offer(prices.get((variant, channel)), standing.get((product, channel)))
        for variant, product in wanted
        for channel in channels
    }


def _offer(price: EffectivePrice | None, standing: str | None) -> Offer:
    refusal: type[CommerceError] | None = None
    if price is None or standing is None:
        refusal = VariantNotSold
    elif standing == _HIDDEN:
        refusal = ProductNotPublished
    elif standing == _SHOWN:
        refusal = ProductNotForSale
    return Offer(
        amount=price.amount if price else None,
        undiscounted=price.undiscounted if price else None,
        refusal=refusal,
    )
