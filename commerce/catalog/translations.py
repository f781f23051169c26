"""Texts in other languages: each one statement for all objects of a level.

`translations_of_...` answer by the owner's id as text, without those that have no translation into that very language:
nothing is read from another one, so `pt-BR` says nothing of `pt`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from commerce.catalog.rich_text import plain_text
from commerce.core.statements import Statement, uuid_array

R = TypeVar("R", bound=tuple[Any, ...])

Translations: TypeAlias = Callable[[Collection[UUID | str], str], dict[str, R]]
"""A reader: the owners' ids and a BCP 47 tag to rows by the owner's id."""


class PageTextsRow(NamedTuple):
    """The texts of a product, category or collection; None for each that is missing."""

    owner_id: str
    id: str
    language: str
    name: str | None
    slug: str | None
    seo_title: str | None
    seo_description: str | None
    description_json: str | None

    @property
    def description(self) -> Any:
        """The description in blocks."""
        return None if self.description_json is None else json.loads(self.description_json)


class NameRow(NamedTuple):
    """The name of a variant or attribute."""

    owner_id: str
    id: str
    language: str
    name: str


class AltRow(NamedTuple):
    """What is in a picture."""

    owner_id: str
    id: str
    language: str
    alt: str


class ValueTextsRow(NamedTuple):
    """The texts of an attribute value; None for each that is missing."""

    owner_id: str
    id: str
    language: str
    own_name: str | None
    plain_text: str | None
    rich_text_json: str | None

    @property
    def rich_text(self) -> Any:
        """The text in blocks."""
        return None if self.rich_text_json is None else json.loads(self.rich_text_json)

    @property
    def name(self) -> str:
        """The name; of a text without one, how it begins."""
        return self.own_name or (self.plain_text or plain_text(self.rich_text))[:250]


class SlugRow(NamedTuple):
    """What an object is called in the addresses of a language."""

    owner_id: str
    language: str
    slug: str


_TRANSLATIONS_SQL: Final = """
SELECT {owner}::text, id::text, language, {columns} FROM {table} WHERE {owner} = ANY($1) AND language = $2
"""
_SLUGS_SQL: Final = """
SELECT {owner}::text, language, slug FROM {table} WHERE {owner} = ANY($1) AND slug IS NOT NULL ORDER BY language
"""
_PAGE_TEXTS: Final = "name, slug, seo_title, seo_description, description::text"


def translations_reader(kind: str, row: type[R], table: str, owner: str, columns: str) -> Translations[R]:
    """A reader of the translations in `table`, whose rows have `owner`, id, language and `columns`."""
    statement = Statement(
        f"translations_of_{kind}",
        row,
        _TRANSLATIONS_SQL.format(owner=owner, columns=columns, table=table),
        "uuid[]",
        "text",
    )

    def read(owner_ids: Collection[UUID | str], language: str) -> dict[str, R]:
        keys = set(map(str, owner_ids))
        return {found[0]: found for found in statement.all(uuid_array(keys), language)} if keys else {}

    return read


def slugs_reader(kind: str, table: str, owner: str) -> Callable[[Collection[UUID | str]], dict[str, list[SlugRow]]]:
    """A reader of the translated slugs in `table`."""
    statement = Statement(
        f"slugs_of_{kind}",
        SlugRow,
        _SLUGS_SQL.format(owner=owner, table=table),
        "uuid[]",
    )

    def read(owner_ids: Collection[UUID | str]) -> dict[str, list[SlugRow]]:
        found: dict[str, list[SlugRow]] = {}
        for row in statement.all(uuid_array(set(map(str, owner_ids)))):
            found.setdefault(row.owner_id, []).append(row)
        return found

    return read


translations_of_products: Final = translations_reader(
    "products", PageTextsRow, "catalog_producttranslation", "product_id", _PAGE_TEXTS
)
translations_of_categories: Final = translations_reader(
    "categories", PageTextsRow, "catalog_categorytranslation", "category_id", _PAGE_TEXTS
)
translations_of_collections: Final = translations_reader(
    "collections", PageTextsRow, "catalog_collectiontranslation", "collection_id", _PAGE_TEXTS
)
translations_of_variants: Final = translations_reader(
    "variants", NameRow, "catalog_productvarianttranslation", "variant_id", "name"
)
translations_of_media: Final = translations_reader(
    "media", AltRow, "catalog_productmediatranslation", "media_id", "alt"
)
translations_of_attributes: Final = translations_reader(
    "attributes", NameRow, "attributes_attributetranslation", "attribute_id", "name"
)
translations_of_values: Final = translations_reader(
    "values", ValueTextsRow, "attributes_attributevaluetranslation", "value_id", "name, plain_text, rich_text::text"
)
slugs_of_products: Final = slugs_reader("products", "catalog_producttranslation", "product_id")
slugs_of_categories: Final = slugs_reader("categories", "catalog_categorytranslation", "category_id")
slugs_of_collections: Final = slugs_reader("collections", "catalog_collectiontranslation", "collection_id")
