"""Providers of outside rates: which channels ask them, and what is offered when they do not answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.core import money
from commerce.core.permission import Permission
from commerce.shipping import models
from commerce.shipping.providers import provider_classes
from commerce.shipping.services.rate_sources import RateSourceChanges, delete_rate_source, set_rate_source
from schema.channels.scope import named_channel
from schema.channels.types import Channel
from schema.context import Info, RequestContext
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import leaf, nested, query
from schema.given import texts
from schema.ids import global_id
from schema.money import Money, minor_units
from schema.payloads import row_payload
from schema.scalars import PositiveDecimal
from schema.shipping.errors import ShippingError, ShippingErrorCode

MANAGE = Permission.MANAGE_SHIPPING

change = partial(mutation, MANAGE, error=ShippingError, codes=ShippingErrorCode)


def _fallbacks(sources: Sequence[models.RateSource], context: RequestContext) -> list[money.Money | None]:
    return [
        None if source.fallback_amount is None else money.Money(source.fallback_amount, source.channel.currency_code)
        for source in sources
    ]


@strawberry.type(description="A plugin that knows what others charge for a parcel.")
class RateProvider:
    """Source: a class of commerce.shipping.providers.provider_classes."""

    id: str = leaf("What names it, e.g. json-rates.")
    name: str = leaf("What people call it.")


@strawberry.type(description="A channel asks a provider of outside rates what a parcel costs.")
class RateSource:
    """Source: commerce.shipping.models.RateSource with channel loaded."""

    id: strawberry.ID = global_id("RateSource")
    channel: Channel = nested("channel", "Who asks.")
    provider: str = leaf("The provider that is asked, e.g. json-rates.")
    is_active: bool = leaf("Whether it is asked.")
    fallback_name: str = leaf("What shoppers read of the fallback.")
    fallback_price: Money | None = nested(
        _fallbacks, "What is offered when the provider does not answer; null: only the shop's own methods."
    )


@strawberry.input(description="How a channel asks a provider of outside rates.")
class RateSourceInput:
    """What is left out stays as it is."""

    is_active: bool | None = strawberry.field(default=UNSET, description="Whether it is asked.")
    fallback_name: str | None = strawberry.field(default=UNSET, description="What shoppers read of the fallback.")
    fallback_price: PositiveDecimal | None = strawberry.field(
        default=UNSET, description="What is offered when the provider does not answer, in major units; null: nothing."
    )

    def changes(self, currency: str) -> RateSourceChanges:
        """The keys that were given. Raises InvalidInput for digits that `currency` does not have."""
        values: dict[str, Any] = texts(self, "fallback_name")
        if isinstance(self.is_active, bool):
            values["is_active"] = self.is_active
        if self.fallback_price is not UNSET:
            price = self.fallback_price
            values["fallback_amount"] = (
                None if price is None else minor_units(price, currency, path=("fallback_price",))
            )
        return cast(RateSourceChanges, values)


@query(allow=MANAGE, returns=list[RateProvider])
def rate_providers(info: Info) -> Any:
    """The providers of outside rates that this shop has, built in and installed."""
    return list(provider_classes().values())


@query(allow=MANAGE, returns=list[RateSource])
def rate_sources(info: Info) -> Any:
    """Which channels ask which providers, as far as the caller may manage their shipping."""
    rows = models.RateSource.objects.select_related("channel").order_by("channel__slug", "provider")
    channels = info.context.actor.channels_with(MANAGE)
    return list(rows if channels is None else rows.filter(channel__in=channels))


@change(payload=row_payload("RateSourceUpdate", "rate_source", RateSource | None, ShippingError))
def rate_source_update(info: Info, channel: str, provider: str, input: RateSourceInput) -> Any:
    """Let a channel (its slug) ask a provider of outside rates, or change how it does."""
    with below_input("channel", "provider"):
        asking = named_channel(info.context, channel)
        changes = input.changes(asking.currency_code)
        return set_rate_source(channel=asking, provider=provider, changes=changes, actor=info.context.actor)


@change(payload=row_payload("RateSourceDelete", "rate_source", RateSource | None, ShippingError))
def rate_source_delete(info: Info, channel: str, provider: str) -> None:
    """Let a channel (its slug) no longer ask a provider."""
    delete_rate_source(channel=named_channel(info.context, channel), provider=provider, actor=info.context.actor)
