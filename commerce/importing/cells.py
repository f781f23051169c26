"""Texts as cells that no spreadsheet takes for a formula, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escaped(text: str) -> str:
    """`text`, behind an apostrophe if a spreadsheet could run it; apostrophes before such a text get one more."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    """The text that `escaped` made `cell` of; other apostrophes (as in 'Tis) are part of the text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def joined(values: Sequence[str]) -> str:
    """Several values in one cell: separated by semicolons, or as JSON where a value would not survive that."""
    if any(value != value.strip() or ";" in value or value.startswith("[") or not value for value in values):
        return json.dumps(list(values), ensure_ascii=False)
    return "; ".join(values)


def parted(cell: str) -> list[str]:
    """The values that `joined` put into `cell`; the texts of a JSON list, however it was made."""
    if cell.startswith("["):
        try:
            values = json.loads(cell)
        except ValueError:
            values = None
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return [value for value in values if value.strip()]
    return [value.strip() for value in cell.split(";") if value.strip()]
