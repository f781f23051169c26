"""Turning the database's "already there" into an answer for the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.db import IntegrityError

from commerce.core.errors import NotUnique

# The names of constraints, most of them given by PostgreSQL, and what the callers call their columns.
CATALOG_FIELDS: Final = {
    "catalog_product_slug_key": "slug",
    "catalog_product_external_reference_key": "externalReference",
    "catalog_category_slug_key": "slug",
    "catalog_collection_slug_key": "slug",
    "product_translation_slug_unique": "slug",
    "category_translation_slug_unique": "slug",
    "collection_translation_slug_unique": "slug",
    "catalog_producttype_slug_key": "slug",
    "attributes_attribute_slug_key": "slug",
    "attributes_attribute_external_reference_key": "externalReference",
    "attribute_value_slug_unique": "slug",
    "catalog_productvariant_sku_key": "sku",
    "catalog_productvariant_external_reference_key": "externalReference",
}


@contextmanager
def refusing_duplicates(fields: Mapping[str, str] = CATALOG_FIELDS) -> Iterator[None]:
    """Raise NotUnique with the path of the field that somebody else's row already has.

    `fields` are the names of constraints with the fields that they are about. Put it around the transaction: asking
    first would let two callers with one slug both get "free".
    """
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        field = fields.get(name or "")
        if field is None:
            raise
        raise NotUnique(f"Another one already has this {field}.", path=(field,)) from error
