"""What products and variants are said to be, for a whole page in one statement: attributes with their values.

Rows are named tuples, not models: a page reads hundreds of values and changes none.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection

K = TypeVar("K", UUID, str)


class AttributeRow(NamedTuple):
    """The columns of an attribute that readers see."""

    id: UUID
    slug: str
    name: str
    input_type: str
    entity_type: str
    unit: str
    visible_in_storefront: bool
    filterable: bool


class ValueRow(NamedTuple):
    """The columns of an attribute value that readers see. `rich_text` is decoded JSON."""

    id: UUID
    slug: str
    name: str
    swatch: str
    plain_text: str
    rich_text: object
    boolean: bool | None
    numeric: Decimal | None
    date_time: datetime | None
    file_url: str
    references: list[UUID]


class Described(NamedTuple):
    """An attribute that the product type has, and the values that the owner has of it: none, one or several."""

    attribute: AttributeRow
    values: list[ValueRow]
    variant_selection: bool


_COLUMNS: Final = ", ".join(
    [f"attribute.{name}" for name in AttributeRow._fields] + [f'value."{name}"' for name in ValueRow._fields]
)

# `owners` has the columns id and product_type_id; `links` is the table of their values, `owner` its foreign key.
_STATEMENT: Final = """
SELECT owner.id, link.id, link.variant_selection, {columns}
  FROM ({owners}) AS owner
  JOIN catalog_producttypeattribute AS link ON link.product_type_id = owner.product_type_id AND link.scope = '{scope}'
  JOIN attributes_attribute AS attribute ON attribute.id = link.attribute_id
  LEFT JOIN ({links} AS has JOIN attributes_attributevalue AS value ON value.id = has.value_id)
         ON has.{owner} = owner.id AND value.attribute_id = attribute.id
 ORDER BY link.sort_order, link.id, has.sort_order, has.id
"""
_OF_PRODUCTS: Final = _STATEMENT.format(
    columns=_COLUMNS,
    owners="SELECT id, product_type_id FROM catalog_product WHERE id = ANY(%s::uuid[])",
    scope="product",
    links="catalog_productattributevalue",
    owner="product_id",
)
_OF_VARIANTS: Final = _STATEMENT.format(
    columns=_COLUMNS,
    owners=(
        "SELECT variant.id, product.product_type_id FROM catalog_productvariant AS variant"
        " JOIN catalog_product AS product ON product.id = variant.product_id WHERE variant.id = ANY(%s::uuid[])"
    ),
    scope="variant",
    links="catalog_variantattributevalue",
    owner="variant_id",
)


def attributes_of_products(product_ids: Collection[K]) -> dict[K, list[Described]]:
    """Every attribute of each product in the order of its type, those without a value too."""
    return _described(_OF_PRODUCTS, product_ids)


def attributes_of_variants(variant_ids: Collection[K]) -> dict[K, list[Described]]:
    """Every attribute of each variant in the order of its product's type, those without a value too."""
    return _described(_OF_VARIANTS, variant_ids)


def _described(statement: str, owner_ids: Collection[K]) -> dict[K, list[Described]]:
    if not owner_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [[str(owner) for owner in owner_ids]])
        rows = cursor.fetchall()
    found: dict[str, dict[int, Described]] = {str(owner): {} for owner in owner_ids}
    attributes: dict[UUID, AttributeRow] = {}
    width = 3 + len(AttributeRow._fields)
    for row in rows:
        owner, link, variant_selection = row[:3]
        here = found[str(owner)].get(link)
        if here is None:
            attribute = attributes.setdefault(row[3], AttributeRow(*row[3:width]))
            here = found[str(owner)][link] = Described(attribute, [], variant_selection)
        if row[width] is not None:
            here.values.append(_value(row[width:]))
    return {owner: list(found[str(owner)].values()) for owner in owner_ids}


def _value(columns: tuple[object, ...]) -> ValueRow:
    value = ValueRow._make(columns)
    # A raw cursor gives JSON as text: Django leaves decoding it to its fields.
    return value._replace(rich_text=json.loads(value.rich_text)) if isinstance(value.rich_text, str) else value
