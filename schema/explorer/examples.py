"""The ready-made operations that open as tabs: one `.graphql` file each, in the order of their names.

`03-create-a-cart.graphql` is the third tab; `03-create-a-cart.variables.json` beside it holds its variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One tab: the document as a person should read it, and its variables as JSON text."""

    name: str
    query: str
    variables: str | None


@cache
def examples(audience: str) -> tuple[Example, ...]:
    """The examples for "storefront" or "admin"."""
    return tuple(_read(path) for path in sorted((FOLDER / audience).glob("*.graphql")))


def _read(path: Path) -> Example:
    variables = path.with_suffix(".variables.json")
    return Example(
        name=path.stem,
        query=path.read_text(encoding="utf-8"),
        variables=variables.read_text(encoding="utf-8") if variables.exists() else None,
    )
