"""How much of something is in a variant, and what amount of it a price is shown for (EU directive 98/6/EC)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from commerce.core.errors import InvalidInput
from commerce.core.statements import Statement, uuid_array

# Unit -> the unit that prices of its kind are usually shown for, and how much of that it is.
UNITS: Final[Mapping[str, tuple[str, Decimal]]] = {
    "mg": ("kg", Decimal("0.000001")),
    "g": ("kg", Decimal("0.001")),
    "kg": ("kg", Decimal(1)),
    "ml": ("l", Decimal("0.001")),
    "cl": ("l", Decimal("0.01")),
    "l": ("l", Decimal(1)),
    "mm": ("m", Decimal("0.001")),
    "cm": ("m", Decimal("0.01")),
    "m": ("m", Decimal(1)),
    "m2": ("m2", Decimal(1)),
    "m3": ("m3", Decimal(1)),
    "piece": ("piece", Decimal(1)),
}
UNIT_CHOICES: Final = [(unit, unit) for unit in UNITS]
LARGEST: Final = Decimal("999999999.999")
COLUMNS: Final = ("content_quantity", "content_unit", "unit_price_quantity", "unit_price_unit")


class Contents(NamedTuple):
    """How much is in a variant, and the amount that its price is shown for."""

    variant_id: str
    quantity: Decimal
    unit: str
    shown_quantity: Decimal
    shown_unit: str

    def price_of(self, amount: int) -> int:
        """What the amount that is shown costs if all of it costs `amount` minor units; rounded half up."""
        inside = self.quantity * UNITS[self.unit][1]
        shown = self.shown_quantity * UNITS[self.shown_unit][1]
        (part, below), (whole, under) = (amount * shown).as_integer_ratio(), inside.as_integer_ratio()
        divided, divisor = part * under, below * whole
        return (2 * divided + divisor) // (2 * divisor)


class _ContentsRow(NamedTuple):
    variant_id: str
    quantity: Decimal
    unit: str
    shown_quantity: Decimal | None
    shown_unit: str | None


_CONTENTS: Final = Statement(
    "contents_of_variants",
    _ContentsRow,
    """
SELECT variant.id::text, variant.content_quantity, variant.content_unit, variant.unit_price_quantity,
       variant.unit_price_unit
  FROM catalog_productvariant AS variant
 WHERE variant.id = ANY($1) AND variant.content_quantity IS NOT NULL AND variant.content_unit IS NOT NULL
""",
    "uuid[]",
)


def contents_of_variants(variant_ids: list[Any]) -> dict[Any, Contents | None]:
    """What is in each variant; None where nobody has said it."""
    rows = {row.variant_id: _filled(row) for row in _CONTENTS.all(uuid_array(variant_ids))}
    return {key: rows.get(str(key)) for key in variant_ids}


def _filled(row: _ContentsRow) -> Contents:
    unit = row.shown_unit or UNITS[row.unit][0]
    return Contents(row.variant_id, row.quantity, row.unit, row.shown_quantity or Decimal(1), unit)


def checked_contents(values: Mapping[str, Any]) -> None:
    """Check what `values` (columns of a variant by name, as it will be) say of its contents.

    Raises InvalidInput with the path of the field: quantity and unit come together, and both amounts are of one kind.
    """
    quantity, unit, shown_quantity, shown_unit = (values.get(name) for name in COLUMNS)
    checked_quantities(values)
    if (quantity is None) != (unit is None):
        missing = "contentUnit" if unit is None else "contentQuantity"
        raise InvalidInput("What is in it has a quantity and a unit.", path=(missing,))
    if shown_quantity is not None and shown_unit is None:
        raise InvalidInput("The amount that a price is shown for has a unit.", path=("unitPriceUnit",))
    if shown_unit is not None and (unit is None or UNITS[shown_unit][0] != UNITS[unit][0]):
        raise InvalidInput("The price is shown for an amount of what is in it.", path=("unitPriceUnit",))


def checked_quantities(values: Mapping[str, Any]) -> None:
    """Raise InvalidInput for a quantity among `values` that is not more than 0 or has more than three decimals."""
    for path, column in (("contentQuantity", "content_quantity"), ("unitPriceQuantity", "unit_price_quantity")):
        given = values.get(column)
        if given is not None and not (0 < given <= LARGEST and given == given.quantize(Decimal("0.001"))):
            raise InvalidInput("A quantity is more than 0 and has three decimals at most.", path=(path,))
