"""What is in a variant, as Shopify's columns of unit prices say it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from commerce.catalog.contents import COLUMNS, LARGEST, UNITS, checked_contents
from commerce.core.errors import InvalidInput
from commerce.importing.reader import RawRow
from commerce.importing.records import Contents
from commerce.importing.sheet import Sheet

_QUANTITY, _UNIT = "Unit Price Total Measure", "Unit Price Total Measure Unit"
_SHOWN, _SHOWN_UNIT = "Unit Price Base Measure", "Unit Price Base Measure Unit"
_PIECES: Final = frozenset({"item", "items", "pc", "pcs", "pieces"})
_CELL_OF: Final = {
    "contentQuantity": _QUANTITY,
    "contentUnit": _UNIT,
    "unitPriceQuantity": _SHOWN,
    "unitPriceUnit": _SHOWN_UNIT,
}


def contents_of(row: RawRow, sheet: Sheet) -> Contents | None:
    """What the four cells say together; None if all of them are blank, or make no sense, which is told."""
    if not any(row[column] for column in _CELL_OF.values()):
        return None
    try:
        found = Contents(
            content_quantity=_measure(row[_QUANTITY], "contentQuantity"),
            content_unit=_unit(row[_UNIT], "contentUnit"),
            unit_price_quantity=_measure(row[_SHOWN], "unitPriceQuantity"),
            unit_price_unit=_unit(row[_SHOWN_UNIT], "unitPriceUnit"),
        )
        checked_contents({name: getattr(found, name) for name in COLUMNS})
    except InvalidInput as error:
        sheet.warn(row, _CELL_OF[error.path[0]], f"{error.message} It is left out.")
        return None
    return found


def _measure(text: str, name: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text.removeprefix("'"))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > LARGEST:
        raise InvalidInput("This is not a quantity, e.g. 0.75.", path=(name,))
    return found


def _unit(text: str, name: str) -> str | None:
    if not text:
        return None
    unit = text.strip().casefold().replace("\u00b2", "2").replace("\u00b3", "3")
    unit = "piece" if unit in _PIECES else unit
    if unit not in UNITS:
        raise InvalidInput(f"A unit is one of {', '.join(UNITS)}.", path=(name,))
    return unit
