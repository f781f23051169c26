"""The two schemas as SDL text, which is committed in the folder above."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schema import admin, storefront

FOLDER: Final = Path(__file__).resolve().parent.parent


def files() -> dict[Path, str]:
    """Path to what should stand in it."""
    schemas = {"storefront.graphql": storefront.schema, "admin.graphql": admin.schema}
    return {FOLDER / name: schema.as_str() + "\n" for name, schema in schemas.items()}
