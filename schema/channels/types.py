"""Channel as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from commerce.channels import models
from commerce.core.permission import Permission
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.fields import leaf, nested
from schema.ids import global_id


def _countries(channels: Sequence[models.Channel], context: RequestContext) -> list[list[CountryDisplay]]:
    return [[country_display(code) for code in channel.countries] for channel in channels]


@strawberry.type(description="A storefront or market with its currency and countries.")
class Channel:
    """Source: commerce.channels.models.Channel."""

    id: strawberry.ID = global_id("Channel")
    slug: str = leaf("The name by which queries choose the channel.")
    name: str = leaf("The name that people read.")
    is_active: bool = leaf("Whether anything can be bought here.")
    currency_code: str = leaf("ISO 4217 code of the only currency of this channel.")
    countries: list[CountryDisplay] | None = nested(_countries, "The countries that this channel sells to.")
    default_country: CountryDisplay = nested(
        lambda channels, context: [country_display(channel.default_country) for channel in channels],
        "The country that is assumed before the shopper names one.",
    )
    display_gross_prices: bool = leaf("Whether shoppers are to be shown prices with tax.")
    allocation_strategy: str = leaf(
        "The key of the strategy by which its warehouses are emptied; one that is no longer installed stays, and the"
        " warehouses are emptied by priority.",
        source="allocation_strategy",
        permission=Permission.MANAGE_CHANNELS,
    )
    version: int = leaf(
        "Counts its changes; send it with yours.", source="version", permission=Permission.MANAGE_CHANNELS
    )
