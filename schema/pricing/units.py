"""What a litre or 100 grams cost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

import strawberry

from commerce.catalog.contents import contents_of_variants
from commerce.core import money
from commerce.pricing.totals import taxed
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import TaxedMoney
from schema.pricing.source import VariantPrice


@strawberry.enum(description="A unit of weight, volume, length, area or number.")
class MeasurementUnit(Enum):
    MG = "mg"
    G = "g"
    KG = "kg"
    ML = "ml"
    CL = "cl"
    L = "l"
    MM = "mm"
    CM = "cm"
    M = "m"
    M2 = "m2"
    M3 = "m3"
    PIECE = "piece"


class ShownUnitPrice(NamedTuple):
    """Source of UnitPrice."""

    price: money.TaxedMoney
    quantity: Decimal
    unit: MeasurementUnit


@strawberry.type(description="What so much of the contents costs, e.g. 1 L or 100 G (EU directive 98/6/EC).")
class UnitPrice:
    """Source: ShownUnitPrice."""

    price: TaxedMoney = nested("price", "What so much of it costs, taxed as in the channel's default country.")
    quantity: Decimal = leaf("How much: so many of the unit.")
    unit: MeasurementUnit = leaf("The unit.")


def _plain(quantity: Decimal) -> Decimal:
    """Without zeros behind it, and never as a power of ten."""
    return quantity.quantize(Decimal(1)) if quantity == quantity.to_integral_value() else quantity.normalize()


def load_unit_prices(prices: Sequence[VariantPrice], context: RequestContext) -> list[ShownUnitPrice | None]:
    """What a litre, a kilogram or another amount of it costs; null if nobody has said how much is in it."""
    found = context.known("contents", [price.variant_id for price in prices], contents_of_variants)
    shown: list[ShownUnitPrice | None] = []
    for price in prices:
        contents = found[price.variant_id]
        if contents is None:
            shown.append(None)
            continue
        amount = taxed(contents.price_of(price.now), price.terms)
        shown.append(ShownUnitPrice(amount, _plain(contents.shown_quantity), MeasurementUnit(contents.shown_unit)))
    return shown
