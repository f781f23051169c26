"""What staff and apps send to change how the shop ships."""

from __future__ import annotations

from typing import Any, Final, cast

import strawberry
from strawberry import UNSET

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError
from commerce.shipping.models import PostalCodeRule, ShippingMethod
from commerce.shipping.services import MethodPrice, MethodSettings, PostalCodes, ZoneChanges
from schema.channels.scope import named_channel
from schema.context import RequestContext
from schema.enums import CountryCode
from schema.given import given, metadata, named, texts
from schema.metadata import MetadataInput
from schema.money import minor_units
from schema.scalars import PositiveDecimal
from schema.shipping.zones import PostalCodeRuleInclusionTypeEnum, ShippingMethodTypeEnum

_BOUNDS: Final = ("minimum_weight_grams", "maximum_weight_grams", "minimum_delivery_days", "maximum_delivery_days")


@strawberry.input(description="Where the shop ships to.")
class ShippingZoneInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name that staff read.")
    description: str | None = strawberry.field(default=UNSET, description="What staff should know of it.")
    countries: list[CountryCode] | None = strawberry.field(
        default=UNSET, description="The countries that it serves; they replace those that it has."
    )
    default: bool | None = strawberry.field(
        default=UNSET, description="Whether it also serves every country that no other zone of the channel names."
    )
    channels: list[str] | None = strawberry.field(
        default=UNSET, description="Slugs of the channels that ship by its methods; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> ZoneChanges:
        """The keys that were given."""
        values: dict[str, Any] = {**texts(self, "name", "description"), **metadata(self)}
        if self.countries:
            values["countries"] = [code.value for code in self.countries]
        elif self.countries is not UNSET:
            values["countries"] = []
        if isinstance(self.default, bool):
            values["is_default"] = self.default
        return cast(ZoneChanges, values)

    def chosen_channels(self, context: RequestContext) -> list[Channel] | None:
        """The channels; None if the caller said nothing of them. Raises ChannelNotFound at its place."""
        return None if self.channels is UNSET else _channels(context, self.channels or [], "channels")


@strawberry.input(description="Postal codes of a country that a method goes to only, or does not go to.")
class ShippingMethodPostalCodeRuleInput:
    """One rule. A method with INCLUDE rules for a country goes to their codes only; EXCLUDE wins."""

    country: CountryCode = strawberry.field(description="The country of the codes.")
    start: str = strawberry.field(description="The first code, or what the codes begin with.")
    end: str | None = strawberry.field(
        default=None,
        description="The last code; what begins with it belongs to it. Null: those beginning with `start`.",
    )
    inclusion_type: PostalCodeRuleInclusionTypeEnum = strawberry.field(
        default=PostalCodeRuleInclusionTypeEnum.EXCLUDE, description="Whether it goes there only, or never."
    )

    def read(self) -> PostalCodes:
        """As the domain takes it."""
        inclusion = PostalCodeRule.Inclusion(self.inclusion_type.value)
        return PostalCodes(self.country.value, self.start, self.end or "", inclusion)


@strawberry.input(description="A way to ship.")
class ShippingMethodInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name that shoppers read.")
    description: str | None = strawberry.field(default=UNSET, description="What shoppers should know, as plain text.")
    type: ShippingMethodTypeEnum | None = strawberry.field(
        default=UNSET, description="Whether it asks for the weight of a parcel."
    )
    active: bool | None = strawberry.field(default=UNSET, description="Whether it is offered at all.")
    minimum_weight_grams: int | None = strawberry.field(default=UNSET, description="By weight: at least so many grams.")
    maximum_weight_grams: int | None = strawberry.field(default=UNSET, description="By weight: at most so many grams.")
    minimum_delivery_days: int | None = strawberry.field(default=UNSET, description="Delivered after at least so many.")
    maximum_delivery_days: int | None = strawberry.field(default=UNSET, description="Delivered after at most so many.")
    sort_order: int | None = strawberry.field(default=UNSET, description="Its place among the methods.")
    postal_code_rules: list[ShippingMethodPostalCodeRuleInput] | None = strawberry.field(
        default=UNSET, description="The postal codes that it goes to only, or not; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def settings(self) -> MethodSettings:
        """The keys that were given."""
        values: dict[str, Any] = {
            **texts(self, "name", "description"),
            **named(self, "sort_order"),
            **given(self, *_BOUNDS),
            **metadata(self),
        }
        if self.type:
            values["kind"] = ShippingMethod.Kind(self.type.value)
        if isinstance(self.active, bool):
            values["is_active"] = self.active
        if self.postal_code_rules is not UNSET:
            values["postal_code_rules"] = [rule.read() for rule in self.postal_code_rules or ()]
        return cast(MethodSettings, values)


@strawberry.input(description="What a method costs in a channel, in major units of the channel's currency.")
class ShippingMethodChannelListingAddInput:
    """All of it is written; what is left out is taken away."""

    channel: str = strawberry.field(description="The channel's slug.")
    price: PositiveDecimal = strawberry.field(description="The price, with tax if the channel enters prices so.")
    minimum_order_price: PositiveDecimal | None = strawberry.field(
        default=None, description="Only for carts of so much or more."
    )
    maximum_order_price: PositiveDecimal | None = strawberry.field(
        default=None, description="Only for carts of so much or less."
    )
    free_from: PositiveDecimal | None = strawberry.field(
        default=None, description="It costs nothing for carts of so much or more."
    )

    def read(self, currency: str) -> MethodPrice:
        """In minor units of `currency`. Raises InvalidInput for digits that it does not have."""

        def minor(name: str, amount: PositiveDecimal | None) -> int | None:
            return None if amount is None else minor_units(amount, currency, path=(name,))

        return MethodPrice(
            price_amount=minor_units(self.price, currency, path=("price",)),
            minimum_subtotal_amount=minor("minimum_order_price", self.minimum_order_price),
            maximum_subtotal_amount=minor("maximum_order_price", self.maximum_order_price),
            free_from_amount=minor("free_from", self.free_from),
        )


@strawberry.input(description="In which channels a method is offered.")
class ShippingMethodChannelListingInput:
    """All of it or nothing."""

    add_channels: list[ShippingMethodChannelListingAddInput] | None = strawberry.field(
        default=None, description="Prices to set; one that the method has in a channel is replaced."
    )
    remove_channels: list[str] | None = strawberry.field(
        default=None, description="Slugs of channels that no longer offer it."
    )

    def prices(self, context: RequestContext) -> list[tuple[Channel, MethodPrice]]:
        """The prices to set. Raises ChannelNotFound or InvalidInput at its place."""
        found = []
        for place, each in enumerate(self.add_channels or ()):
            try:
                channel = named_channel(context, each.channel)
                found.append((channel, each.read(channel.currency_code)))
            except CommerceError as error:
                raise error.at("add_channels", str(place)) from None
        return found

    def closed(self, context: RequestContext) -> list[Channel]:
        """The channels that no longer offer it. Raises ChannelNotFound at its place."""
        return _channels(context, self.remove_channels or [], "remove_channels")


def _channels(context: RequestContext, slugs: list[str], field: str) -> list[Channel]:
    found = []
    for place, slug in enumerate(slugs):
        try:
            found.append(named_channel(context, slug))
        except CommerceError as error:
            error.path = (field, str(place))
            raise
    return found
