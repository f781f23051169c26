"""What holds for a buyer at a place: rates, and who need not pay them. Values and rules, no tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from commerce.core.rounding import Rounding
from commerce.core.values import quickly_made
from commerce.taxes.rates import Fallback, Rates, TaxMode
from commerce.taxes.vat_ids import EU, country_of_vat_id

TAX_EXEMPT: Final = "Exempt from tax"


class ConfigurationRow(NamedTuple):
    """How a channel taxes; everything is None for one without a configuration."""

    mode: str | None
    rounding: str | None
    default_class: str | None
    default_class_name: str | None
    shipping_class: str | None
    reverse_charge: bool | None
    seat_country: str | None
    service: str | None
    fallback: str | None


@quickly_made
@dataclass(frozen=True, slots=True)
class LocalTaxes:
    """Everything about taxes at one place in one channel, for one customer or for nobody in particular.

    `service` is the outside service to ask, "" for none; `seat_country` is "" where the channel's own country counts.
    """

    rates: Rates
    default_class_name: str = ""
    reverse_charge: bool = False
    seat_country: str = ""
    service: str = ""
    fallback: Fallback = Fallback.OWN_RATES
    customer_exemption: str = ""
    customer_vat_id: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class Buyer:
    """What decides whether a buyer pays tax: where the seller sits, where the goods go, and what the cart says."""

    seat_country: str
    country: str
    vat_id: str = ""
    is_exempt: bool = False


def local_taxes(
    row: ConfigurationRow, rates: str, *, exemption: str | None = None, vat_id: str | None = None
) -> LocalTaxes:
    """From what the tables say; `rates` is JSON: [[class or null, area, percent, postal code], ...] of one place.

    Postal codes that have rates go before a region, longer beginnings before shorter ones, and a region before its
    country as a whole: its rate of the class, its rate of everything else, the country's rate of the class, the
    country's rate of everything else.
    """
    everybody = _for_everybody(row, rates)
    if not exemption and not vat_id:
        return everybody
    return replace(everybody, customer_exemption=exemption or "", customer_vat_id=vat_id or "")


@lru_cache(maxsize=1_000)
def _for_everybody(row: ConfigurationRow, rates: str) -> LocalTaxes:
    """The same places are asked about again and again, and say the same until the merchant changes a rate."""
    by_class, default = _by_class(json.loads(rates))
    if row.default_class:
        default = by_class.get(row.default_class, default)
    return LocalTaxes(
        rates=Rates(
            default=default,
            shipping=by_class.get(row.shipping_class, default) if row.shipping_class else default,
            by_class=by_class,
            mode=TaxMode(row.mode or TaxMode.PER_LINE),
            rounding=Rounding(row.rounding or Rounding.HALF_UP),
        ),
        default_class_name=row.default_class_name or "",
        reverse_charge=bool(row.reverse_charge),
        seat_country=row.seat_country or "",
        service=row.service or "",
        fallback=Fallback(row.fallback or Fallback.OWN_RATES),
    )


def for_buyer(local: LocalTaxes, buyer: Buyer) -> LocalTaxes:
    """The same with `rates.exempt` set, and nobody to ask, if this buyer need not pay tax.

    Whoever the merchant exempts is; and, where the channel does reverse charge, a business with the VAT id of another
    EU country than the seller's whose goods go to another EU country than the seller's (articles 138 and 196 of
    Directive 2006/112/EC).
    """
    exempt = ""
    vat_id = buyer.vat_id or local.customer_vat_id
    seat = local.seat_country or buyer.seat_country
    if buyer.is_exempt:
        exempt = TAX_EXEMPT
    elif local.customer_exemption:
        exempt = local.customer_exemption
    elif local.reverse_charge and vat_id and {seat, buyer.country} <= EU and seat != buyer.country:
        at_home = country_of_vat_id(vat_id)
        if at_home in EU and at_home != seat:
            exempt = f"Reverse charge, VAT id {vat_id}"
    return replace(local, rates=replace(local.rates, exempt=exempt), service="") if exempt else local


def _by_class(rows: Iterable[tuple[str | None, str, str, str]]) -> tuple[dict[str, Decimal], Decimal]:
    levels: dict[tuple[int, bool], dict[str | None, Decimal]] = {}
    for tax_class, area, percent, code in rows:
        levels.setdefault((len(code), bool(area)), {})[tax_class] = Decimal(percent)
    found: dict[str | None, Decimal] = {}
    for level in sorted(levels):
        if None in levels[level]:  # a part's rate of everything else goes before the whole's of a class
            found = {}
        found |= levels[level]
    default = found.pop(None, Decimal(0))
    return {key: percent for key, percent in found.items() if key is not None}, default
