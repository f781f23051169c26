"""What staff and apps send to change vouchers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, InvalidInput
from commerce.promotions.voucher_keeping import Listings, VoucherChanges, Worth
from schema.channels.scope import named_channel
from schema.context import RequestContext
from schema.enums import CountryCode
from schema.given import given, metadata, named, texts
from schema.ids import id_of, ids_of
from schema.metadata import MetadataInput
from schema.money import minor_units
from schema.promotions.vouchers import VoucherTypeEnum, VoucherValueTypeEnum
from schema.scalars import PositiveDecimal

_TARGETS = {"products": "Product", "variants": "ProductVariant", "categories": "Category", "collections": "Collection"}


@strawberry.input(description="What a voucher is.")
class VoucherInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="What shoppers read beside the discount.")
    type: VoucherTypeEnum | None = strawberry.field(default=UNSET, description="What it takes something off.")
    value_type: VoucherValueTypeEnum | None = strawberry.field(default=UNSET, description="How its value is read.")
    is_active: bool | None = strawberry.field(default=UNSET, description="Whether it holds at all.")
    starts_at: datetime | None = strawberry.field(default=UNSET, description="It does not hold before.")
    ends_at: datetime | None = strawberry.field(default=UNSET, description="It holds until then; null is for ever.")
    minimum_quantity: int | None = strawberry.field(default=UNSET, description="So many units have to be in the cart.")
    usage_limit: int | None = strawberry.field(
        default=UNSET, description="How often all its codes together can be used; null is any number."
    )
    once_per_customer: bool | None = strawberry.field(default=UNSET, description="Once for each e-mail address.")
    cheapest_unit_only: bool | None = strawberry.field(default=UNSET, description="Off one unit, the cheapest, only.")
    only_for_staff: bool | None = strawberry.field(default=UNSET, description="For signed-in staff only.")
    customer_group: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The group of customers that it is for; null is everybody."
    )
    countries: list[CountryCode] | None = strawberry.field(
        default=UNSET, description="Of a shipping voucher: where the goods may go; empty is anywhere."
    )
    combines_with_promotions: bool | None = strawberry.field(
        default=UNSET, description="Whether it takes something off what a promotion has reduced already."
    )
    combines_with_vouchers: bool | None = strawberry.field(
        default=UNSET, description="Whether it stands beside other codes that say the same."
    )
    products: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="What it is for; replaces.")
    variants: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="What it is for; replaces.")
    categories: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="What it is for; replaces.")
    collections: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="What it is for; replaces.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> VoucherChanges:
        """The keys that were given. Raises InvalidId."""
        values: dict[str, Any] = {
            **texts(self, "name"),
            **given(self, "ends_at", "usage_limit"),
            **named(
                self,
                "is_active",
                "starts_at",
                "minimum_quantity",
                "once_per_customer",
                "cheapest_unit_only",
                "only_for_staff",
                "combines_with_promotions",
                "combines_with_vouchers",
            ),
            **metadata(self),
        }
        if self.type:
            values["kind"] = self.type.value
        if self.value_type:
            values["value_kind"] = self.value_type.value
        if self.countries is not UNSET:
            values["countries"] = [code.value for code in self.countries or ()]
        if self.customer_group is not UNSET:
            group = self.customer_group
            values["customer_group_id"] = id_of("CustomerGroup", group, path=("customer_group",)) if group else None
        return cast(VoucherChanges, values)

    def targets(self) -> dict[str, list[UUID]]:
        """What it is for, as far as the caller said. Raises InvalidId at its place."""
        return {name: ids_of(_TARGETS[name], ids or [], path=(name,)) for name, ids in given(self, *_TARGETS).items()}


@strawberry.input(description="What a voucher is worth in a channel.")
class VoucherChannelListingAddInput:
    """All of it is written; what is left out is taken away."""

    channel: str = strawberry.field(description="The channel's slug.")
    value: PositiveDecimal = strawberry.field(
        description="Percent with at most two decimals, or major units of the channel's currency."
    )
    minimum_subtotal: PositiveDecimal | None = strawberry.field(
        default=None, description="What the goods must cost after promotions, in major units."
    )

    def read(self, channel: Channel, *, is_percentage: bool) -> Worth:
        """In minor units, or hundredths of a percent. Raises InvalidInput for more digits than that."""
        currency, minimum = channel.currency_code, self.minimum_subtotal
        return Worth(
            channel=channel,
            value=_hundredths(self.value) if is_percentage else minor_units(self.value, currency, path=("value",)),
            is_percentage=is_percentage,
            minimum_subtotal=None if minimum is None else minor_units(minimum, currency, path=("minimum_subtotal",)),
        )


@strawberry.input(description="In which channels a voucher holds.")
class VoucherChannelListingInput:
    """All of it or nothing."""

    add_channels: list[VoucherChannelListingAddInput] | None = strawberry.field(
        default=None, description="Values to set; one that the voucher has in a channel is replaced."
    )
    remove_channels: list[str] | None = strawberry.field(
        default=None, description="Slugs of channels in which it no longer holds."
    )

    def read(self, context: RequestContext, *, is_percentage: bool) -> Listings:
        """As the domain takes it. Raises ChannelNotFound or InvalidInput at its place."""
        worth: list[Worth] = []
        closed: list[Channel] = []
        for place, each in enumerate(self.add_channels or ()):
            try:
                worth.append(each.read(named_channel(context, each.channel), is_percentage=is_percentage))
            except CommerceError as error:
                raise error.at("add_channels", str(place)) from None
        for place, slug in enumerate(self.remove_channels or ()):
            try:
                closed.append(named_channel(context, slug))
            except CommerceError as error:
                error.path = ("remove_channels", str(place))
                raise
        return Listings(worth, closed)


def _hundredths(percent: PositiveDecimal) -> int:
    if not 0 < percent <= 100 or Decimal(percent).scaleb(2) % 1:
        raise InvalidInput("Percent are more than 0, at most 100, with two decimals.", path=("value",))
    return int(Decimal(percent).scaleb(2))
