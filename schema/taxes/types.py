"""Taxes as staff see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from uuid import UUID

import strawberry

from commerce.accounts.models import User as UserRow
from commerce.core.permission import Permission
from commerce.core.rounding import Rounding
from commerce.taxes import models, rates
from schema.accounts.types import User
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.engine.batch import Loader
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field


@strawberry.enum(description="What tax is worked out of.")
class TaxMode(Enum):
    PER_LINE = rates.TaxMode.PER_LINE
    PER_TOTAL = rates.TaxMode.PER_TOTAL


@strawberry.enum(description="How tax is made whole minor units; DOWN and UP mean the tax.")
class TaxRounding(Enum):
    HALF_UP = Rounding.HALF_UP
    HALF_EVEN = Rounding.HALF_EVEN
    HALF_DOWN = Rounding.HALF_DOWN
    DOWN = Rounding.DOWN
    UP = Rounding.UP


@strawberry.enum(description="What a channel does when its tax service cannot be asked.")
class TaxFallback(Enum):
    OWN_RATES = rates.Fallback.OWN_RATES
    REFUSE = rates.Fallback.REFUSE


def _rates(classes: Sequence[models.TaxClass], context: RequestContext) -> list[list[models.TaxRate]]:
    found: dict[UUID | None, list[models.TaxRate]] = defaultdict(list)
    for rate in models.TaxRate.objects.filter(tax_class__in=[each.id for each in classes]).order_by("country", "area"):
        found[rate.tax_class_id].append(rate)
    return [found[each.id] for each in classes]


def _classes(column: str) -> Loader:
    def load(rows: Sequence[object], context: RequestContext) -> list[models.TaxClass | None]:
        keys = [getattr(row, column) for row in rows]
        found = context.known("tax classes by id", keys, lambda missing: _classes_by_id(missing))
        return [found[key] for key in keys]

    return load


def _classes_by_id(keys: list[UUID | None]) -> dict[UUID | None, models.TaxClass | None]:
    known = models.TaxClass.objects.in_bulk([key for key in keys if key is not None])
    return {key: known.get(key) if key is not None else None for key in keys}


def _countries(rows: Sequence[models.TaxRate], context: RequestContext) -> list[CountryDisplay]:
    return [country_display(row.country) for row in rows]


def _seats(rows: Sequence[models.TaxConfiguration], context: RequestContext) -> list[CountryDisplay | None]:
    return [country_display(row.seat_country) if row.seat_country else None for row in rows]


def _users(rows: Sequence[models.CustomerTaxes], context: RequestContext) -> list[object]:
    found = UserRow.objects.in_bulk([row.user_id for row in rows])
    return [found[row.user_id] for row in rows]


@strawberry.type(description="What is taxed alike.")
class TaxClass:
    """Source: commerce.taxes.models.TaxClass."""

    id: strawberry.ID = global_id("TaxClass")
    name: str = leaf("The name.")
    code: str = leaf("What a tax service calls it.")
    version: int = leaf("Counts its changes; send it with yours.")
    rates: list[TaxRate] = nested(_rates, "What countries and their regions put on it.")
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_TAXES)


@strawberry.type(description="What a country, or a region of it, puts on a class of goods.")
class TaxRate:
    """Source: commerce.taxes.models.TaxRate."""

    id: strawberry.ID = global_id("TaxRate")
    country: CountryDisplay = nested(_countries, "The country.")
    country_area: str | None = computed(
        lambda root: root.area or None, "The region as addresses spell it, in capitals; null for the whole country."
    )
    postal_code_start: str | None = computed(
        lambda root: root.postal_start or None, "The first postal code, or what they begin with; null: all of them."
    )
    postal_code_end: str | None = computed(
        lambda root: root.postal_end or None, "The last postal code; null: those that begin with `postalCodeStart`."
    )
    tax_class: TaxClass | None = nested(_classes("tax_class_id"), "The class; null: everything else.")
    percent: Decimal = leaf("In percent, e.g. 19.0000.")


@strawberry.type(description="How a channel taxes.")
class TaxConfiguration:
    """Source: commerce.taxes.models.TaxConfiguration with channel loaded."""

    channel: Channel = nested("channel", "The channel.")
    version: int = leaf("Counts its changes, 0 before the first; send it with yours.")
    prices_include_tax: bool = computed(
        lambda root: root.channel.prices_include_tax, "Whether prices are entered with tax."
    )
    display_gross_prices: bool = computed(
        lambda root: root.channel.display_gross_prices, "Whether shoppers are to be shown prices with tax."
    )
    mode: TaxMode = computed(lambda root: TaxMode(rates.TaxMode(root.mode)), "What tax is worked out of.")
    rounding: TaxRounding = computed(lambda root: TaxRounding(Rounding(root.rounding)), "How it is rounded.")
    default_class: TaxClass | None = nested(_classes("default_class_id"), "The class of what has none.")
    shipping_class: TaxClass | None = nested(_classes("shipping_class_id"), "The class of deliveries.")
    reverse_charge: bool = leaf("Whether businesses in other EU countries who give a VAT id pay net prices.")
    seat_country: CountryDisplay | None = nested(_seats, "Where the seller sits; null: the channel's country.")
    service: str | None = computed(
        lambda root: root.service or None, "The tax service that is asked; null: the rates kept here."
    )
    fallback: TaxFallback = computed(
        lambda root: TaxFallback(rates.Fallback(root.fallback)), "What holds when the service cannot be asked."
    )


@strawberry.type(description="What is known of a customer's taxes.")
class CustomerTaxes:
    """Source: commerce.taxes.models.CustomerTaxes."""

    user: User = nested(_users, "The customer.")
    version: int = leaf("Counts its changes, 0 before the first; send it with yours.")
    vat_id: str = leaf("The VAT id in the European Union; empty for none.")
    is_exempt: bool = leaf("Whether they pay net prices.")
    reason: str = leaf("Why, as orders say it.")
