"""Price lists as staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from commerce.catalog.models import ProductVariant as VariantRow
from commerce.core import money
from commerce.core.permission import Permission
from commerce.pricing import models
from schema.accounts.groups import CustomerGroup
from schema.catalog.types import ProductVariant
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.money import Money
from schema.pagination import CountableConnection, Page, pages_of


def _variants(entries: Sequence[models.PriceListEntry], context: RequestContext) -> list[VariantRow]:
    found = context.known("listed variants", [entry.variant_id for entry in entries], VariantRow.objects.in_bulk)
    return [found[entry.variant_id] for entry in entries]


def _prices(entries: Sequence[models.PriceListEntry], context: RequestContext) -> list[money.Money]:
    return [money.Money(entry.amount, entry.price_list.channel.currency_code) for entry in entries]


@strawberry.type(description="What a unit of a variant costs by a price list.")
class PriceListEntry:
    """Source: commerce.pricing.models.PriceListEntry with price_list.channel loaded."""

    variant: ProductVariant = nested(_variants, "What it is about.")
    minimum_quantity: int = leaf("From so many units on in one cart.")
    price: Money = nested(_prices, "The price of each unit, with tax if the channel enters prices so.")


def _entries(
    lists: Sequence[models.PriceList],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The prices, in the order in which they came."""
    rows = models.PriceListEntry.objects.select_related("price_list__channel")
    keys = [each.id for each in lists]
    return pages_of(rows, "price_list_id", keys, ("id",), first=first, after=after, last=last, before=before)


def _groups(lists: Sequence[models.PriceList], context: RequestContext) -> list[list[object]]:
    found: dict[UUID, list[object]] = {each.id: [] for each in lists}
    links = models.PriceList.customer_groups.through.objects.filter(pricelist_id__in=found)
    for link in links.select_related("customergroup").order_by("customergroup__name", "customergroup_id"):
        found[link.pricelist_id].append(link.customergroup)
    return [found[each.id] for each in lists]


@strawberry.type(description="Other prices in a channel, for everybody or for some groups of customers.")
class PriceList:
    """Source: commerce.pricing.models.PriceList with channel loaded."""

    id: strawberry.ID = global_id("PriceList")
    name: str = leaf("The name that staff read.")
    channel: Channel = nested("channel", "Where it holds.")
    is_active: bool = leaf("Whether it holds at all.")
    priority: int = leaf("Of several lists with a price for something the highest counts, then the lowest price.")
    starts_at: datetime | None = leaf("From when on it holds; null for at once.")
    ends_at: datetime | None = leaf("Until when it holds; null if it does not end.")
    is_public: bool = leaf("Whether it is for everybody; if not, it is for its groups only.")
    customer_groups: list[CustomerGroup] = nested(
        _groups, "The groups of customers that it is for.", permission=Permission.MANAGE_PRODUCTS
    )
    version: int = leaf("Counts the changes, those of its prices too.")
    created_at: datetime = leaf("When it was made.")
    updated_at: datetime = leaf("When it was last changed.")
    entries: CountableConnection[PriceListEntry] = nested(_entries)
