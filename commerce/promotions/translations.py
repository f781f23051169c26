"""Names of promotions in other languages: one statement for all promotions of a level."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from commerce.catalog.translations import NameRow, translations_reader

translations_of_promotions: Final = translations_reader(
    "promotions", NameRow, "promotions_promotiontranslation", "promotion_id", "name"
)


def promotion_names(promotion_ids: Collection[str], language: str) -> dict[str, str]:
    """The names of those that are translated into that very language, by id. One statement, none without an id."""
    return {key: row.name for key, row in translations_of_promotions(promotion_ids, language).items()}
