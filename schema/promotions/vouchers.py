"""Vouchers and their codes as the merchant sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from django.db.models import Count

from commerce.core import money
from commerce.core.permission import Permission
from commerce.promotions import voucher_models as models
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.engine.batch import Loader
from schema.fields import computed, leaf, nested
from schema.ids import global_id, to_global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.money import Money
from schema.pagination import CountableConnection, Page, pages_of
from schema.scalars import PositiveDecimal

MANAGE = Permission.MANAGE_DISCOUNTS


@strawberry.enum(description="What a voucher takes something off.")
class VoucherTypeEnum(Enum):
    ENTIRE_ORDER = "entire_order"
    SPECIFIC_PRODUCT = "specific"
    SHIPPING = "shipping"


@strawberry.enum(description="How the value of a voucher is read.")
class VoucherValueTypeEnum(Enum):
    PERCENTAGE = "percentage"
    FIXED = "fixed"


@strawberry.type(description="A code of a voucher.")
class VoucherCode:
    """Source: commerce.promotions.voucher_models.VoucherCode."""

    id: strawberry.ID = global_id("VoucherCode")
    code: str = leaf("The code.")
    is_active: bool = leaf("Whether it can be used.")
    usage_limit: int | None = leaf("How often this code can be used; null is any number.")
    used: int = nested(
        lambda codes, context: _redeemed("code_id", codes), "How often it is used by orders and payments under way."
    )
    created_at: datetime = leaf("When it was made.")


def _redeemed(column: str, rows: Sequence[Any]) -> list[int]:
    found = models.VoucherRedemption.objects.filter(**{f"{column}__in": [row.id for row in rows]})
    counted = dict(found.order_by().values_list(column).annotate(units=Count("id")))
    return [counted.get(row.id, 0) for row in rows]


def _worth(listings: Sequence[models.VoucherChannelListing], context: RequestContext) -> list[Decimal]:
    return [
        Decimal(each.value).scaleb(-2)
        if each.voucher.value_kind == models.Voucher.ValueKind.PERCENTAGE
        else Decimal(money.Money(each.value, each.channel.currency_code).decimal)
        for each in listings
    ]


def _minimums(listings: Sequence[models.VoucherChannelListing], context: RequestContext) -> list[money.Money | None]:
    return [
        None if each.minimum_subtotal is None else money.Money(each.minimum_subtotal, each.channel.currency_code)
        for each in listings
    ]


@strawberry.type(description="What a voucher is worth in a channel.")
class VoucherChannelListing:
    """Source: commerce.promotions.voucher_models.VoucherChannelListing with channel and voucher loaded."""

    id: strawberry.ID = global_id("VoucherChannelListing")
    channel: Channel = nested("channel", "Where it holds.")
    value: PositiveDecimal = nested(_worth, "Percent, or major units of the channel's currency.")
    minimum_subtotal: Money | None = nested(_minimums, "What the goods must cost after promotions.")


def _listings(vouchers: Sequence[models.Voucher], context: RequestContext) -> list[list[models.VoucherChannelListing]]:
    """Of the channels that the caller may manage."""
    rows = models.VoucherChannelListing.objects.filter(voucher__in=[voucher.id for voucher in vouchers])
    channels = context.actor.channels_with(MANAGE)
    if channels is not None:
        rows = rows.filter(channel__in=channels)
    found: dict[UUID, list[models.VoucherChannelListing]] = defaultdict(list)
    for listing in rows.select_related("channel", "voucher").order_by("channel__slug"):
        found[listing.voucher_id].append(listing)
    return [found[voucher.id] for voucher in vouchers]


def _codes(
    vouchers: Sequence[models.Voucher],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
) -> list[Page]:
    """Its codes, the oldest first."""
    keys = [voucher.id for voucher in vouchers]
    rows = models.VoucherCode.objects.all()
    return pages_of(rows, "voucher_id", keys, ("created_at", "id"), first=first, after=after)


def _targets(name: str, kind: str) -> Loader:
    """Global ids of what a voucher is for."""

    def load(vouchers: Sequence[models.Voucher], context: RequestContext) -> list[list[strawberry.ID]]:
        through: Any = getattr(models.Voucher, name).through
        column = f"{kind.lower()}_id"
        found: dict[UUID, list[strawberry.ID]] = defaultdict(list)
        links = through.objects.filter(voucher__in=[voucher.id for voucher in vouchers]).order_by("id")
        for voucher_id, key in links.values_list("voucher_id", column):
            found[voucher_id].append(strawberry.ID(to_global_id(kind, key)))
        return [found[voucher.id] for voucher in vouchers]

    return load


@strawberry.type(description="What its codes take off a cart.")
class VoucherType:
    """Source: commerce.promotions.voucher_models.Voucher."""

    id: strawberry.ID = global_id("Voucher")
    version: int = leaf("Grows with every change; name it to change only what you have read.")
    name: str = leaf("What shoppers read beside the discount.")
    type: VoucherTypeEnum = computed(lambda voucher: VoucherTypeEnum(voucher.kind), "What it takes something off.")
    value_type: VoucherValueTypeEnum = computed(
        lambda voucher: VoucherValueTypeEnum(voucher.value_kind), "How its value is read."
    )
    is_active: bool = leaf("Whether it holds at all.")
    starts_at: datetime = leaf("It does not hold before.")
    ends_at: datetime | None = leaf("It holds until then.")
    minimum_quantity: int = leaf("So many units have to be in the cart.")
    usage_limit: int | None = leaf("How often all its codes together can be used; null is any number.")
    used: int = nested(
        lambda vouchers, context: _redeemed("voucher_id", vouchers),
        "How often it is used by orders and payments under way.",
    )
    once_per_customer: bool = leaf("Whether each e-mail address can use it once.")
    cheapest_unit_only: bool = leaf("Whether it takes something off one unit of each order, the cheapest.")
    only_for_staff: bool = leaf("Whether it is for signed-in staff only.")
    customer_group_id: strawberry.ID | None = computed(
        lambda voucher: (
            strawberry.ID(to_global_id("CustomerGroup", voucher.customer_group_id))
            if voucher.customer_group_id
            else None
        ),
        "The group of customers that it is for; null is everybody.",
    )
    countries: list[CountryDisplay] = nested(
        lambda vouchers, context: [[country_display(code) for code in voucher.countries] for voucher in vouchers],
        "Of a shipping voucher: where the goods may go; empty is anywhere.",
    )
    combines_with_promotions: bool = leaf("Whether it takes something off what a promotion has reduced already.")
    combines_with_vouchers: bool = leaf("Whether it stands beside other codes that say the same.")
    product_ids: list[strawberry.ID] = nested(_targets("products", "Product"), "The products that it is for.")
    variant_ids: list[strawberry.ID] = nested(_targets("variants", "ProductVariant"), "The variants that it is for.")
    category_ids: list[strawberry.ID] = nested(
        _targets("categories", "Category"), "The categories that it is for, with all that lies below them."
    )
    collection_ids: list[strawberry.ID] = nested(_targets("collections", "Collection"), "The collections it is for.")
    channel_listings: list[VoucherChannelListing] = nested(_listings, "What it is worth, channel by channel.")
    codes: CountableConnection[VoucherCode] = nested(_codes)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
