"""The same products for the euro area: the file again, with prices in euros and quantities of another warehouse."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, Final

from commerce.core.money import Money, parse_amount

PERCENT: Final = 112
"""Euros with tax for a hundred dollars without."""

_PRICES: Final = ("Variant Price", "Variant Compare At Price", "Cost per item")


def euro_cents(cents: int) -> int:
    """The shelf price in euro cents for one in dollar cents: just below a whole euro, `.95` under ten and `.90` above.

    Never below 95 cents.
    """
    euros = max(1, (cents * PERCENT // 100 + 50) // 100)
    return euros * 100 - (5 if euros <= 10 else 10)


def euro_file(file: BinaryIO) -> BinaryIO:
    """`file` with its prices in euros, and with two thirds of each quantity."""
    rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        for column in _PRICES:
            if row[column]:
                row[column] = Money(euro_cents(parse_amount(row[column], "USD")), "EUR").decimal
        row["Variant Inventory Qty"] = str(int(row["Variant Inventory Qty"]) * 2 // 3)
        writer.writerow(row)
    return io.BytesIO(out.getvalue().encode())
