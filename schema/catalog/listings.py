"""How channels list products and variants: for staff and apps only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from commerce.catalog import models
from commerce.core import money
from commerce.core.permission import Permission
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.money import Money


def _amount(name: str) -> Loader:
    """An amount of a variant's listing, in the channel's currency."""

    def load(listings: Sequence[models.VariantChannelListing], context: RequestContext) -> list[money.Money | None]:
        amounts = [(getattr(listing, name), listing.channel.currency_code) for listing in listings]
        return [None if amount is None else money.Money(amount, currency) for amount, currency in amounts]

    return load


@strawberry.type(description="Whether and since when a channel shows a product.")
class ProductChannelListing:
    """Source: commerce.catalog.models.ProductChannelListing with channel loaded."""

    id: strawberry.ID = global_id("ProductChannelListing")
    channel: Channel = nested("channel", "The channel.")
    is_published: bool = leaf("Whether shoppers see the product, once the date has come.")
    published_at: datetime | None = leaf("Not shown before; null means at once.")
    available_for_purchase_at: datetime | None = leaf("Not sold before; null means not for sale.")
    visible_in_listings: bool = leaf("Whether lists show it; if not, only its own address does.")


@strawberry.type(description="What a variant costs in a channel.")
class ProductVariantChannelListing:
    """Source: commerce.catalog.models.VariantChannelListing with channel loaded."""

    id: strawberry.ID = global_id("ProductVariantChannelListing")
    channel: Channel = nested("channel", "The channel.")
    price: Money | None = nested(_amount("price_amount"), "The price as it was entered.")
    compare_at_price: Money | None = nested(_amount("compare_at_amount"), "The price before a reduction.")
    cost_price: Money | None = nested(
        _amount("cost_amount"), "What the shop paid for it.", permission=Permission.MANAGE_PRODUCTS
    )


@strawberry.type(description="Whether and since when a channel shows a collection.")
class CollectionChannelListing:
    """Source: commerce.catalog.models.CollectionChannelListing with channel loaded."""

    id: strawberry.ID = global_id("CollectionChannelListing")
    channel: Channel = nested("channel", "The channel.")
    is_published: bool = leaf("Whether shoppers see the collection, once the date has come.")
    published_at: datetime | None = leaf("Not shown before; null means at once.")


def listings_field(model: type[Any], owner: str, what: str) -> Any:
    """The field `channelListings` of rows that `model` lists under the foreign key `owner`.

    Staff who work in some channels only see those.
    """

    def load(rows: Sequence[Any], context: RequestContext) -> list[list[Any]]:
        listings = model.objects.filter(**{f"{owner}__in": [row.id for row in rows]})
        channel_ids = context.actor.channels_with(Permission.MANAGE_PRODUCTS)
        if channel_ids is not None:
            listings = listings.filter(channel__in=channel_ids)
        found: dict[Any, list[Any]] = {row.id: [] for row in rows}
        for listing in listings.select_related("channel").order_by("channel__slug"):
            found[getattr(listing, f"{owner}_id")].append(listing)
        return [found[row.id] for row in rows]

    return nested(load, what, permission=Permission.MANAGE_PRODUCTS)
