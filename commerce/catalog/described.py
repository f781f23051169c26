"""What products and variants are said to be, for a whole page in one statement: attributes with their values.

Rows are named tuples, not models: a page reads hundreds of values and changes none.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from commerce.catalog.brief_rows import BRIEF_DESCRIBED_COLUMNS
from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)


class AttributeRow(NamedTuple):
    """The columns of an attribute that readers see."""

    id: str
    slug: str
    name: str
    input_type: str
    entity_type: str
    unit: str
    visible_in_storefront: bool
    filterable: bool


class ValueRow(NamedTuple):
    """The columns of an attribute value that readers see. `references` are ids."""

    id: str
    slug: str
    name: str
    swatch: str
    plain_text: str
    rich_text_json: str | None
    boolean: bool | None
    numeric: Decimal | None
    date_time: datetime | None
    file_url: str
    references: list[str]

    @property
    def rich_text(self) -> Any:
        """The text in blocks."""
        return None if self.rich_text_json is None else json.loads(self.rich_text_json)


class Described(NamedTuple):
    """An attribute that the product type has, and the values that the owner has of it: none, one or several."""

    attribute: AttributeRow
    values: list[ValueRow]
    variant_selection: bool


DESCRIBED_COLUMNS: Final = (
    "attribute.id::text, attribute.slug, attribute.name, attribute.input_type, attribute.entity_type, attribute.unit,"
    " attribute.visible_in_storefront, attribute.filterable,"
    " value.id::text, value.slug, value.name, value.swatch, value.plain_text, value.rich_text::text, value.boolean,"
    ' value.numeric, value.date_time, value.file_url, value."references"::text[]'
)
"""The columns of an AttributeRow, then those of a ValueRow, of the tables `attribute` and `value`."""

# `owners` has the columns id and product_type_id; `links` is the table of their values, `owner` its foreign key. What
# the owners have is read once for all of them, not for each of their attributes: therefore OFFSET 0.
_SQL: Final = """
SELECT owner.id::text, link.id, link.variant_selection, {columns}
  FROM ({owners}) AS owner
  JOIN catalog_producttypeattribute AS link ON link.product_type_id = owner.product_type_id AND link.scope = '{scope}'
  JOIN attributes_attribute AS attribute ON attribute.id = link.attribute_id
  LEFT JOIN (
        SELECT has.{owner} AS owner_id, has.sort_order AS place, has.id AS link_id, value.*
          FROM {links} AS has
          JOIN attributes_attributevalue AS value ON value.id = has.value_id
         WHERE has.{owner} = ANY($1)
        OFFSET 0
       ) AS value ON value.owner_id = owner.id AND value.attribute_id = attribute.id
 ORDER BY link.sort_order, link.id, value.place, value.link_id
"""
_OF_PRODUCTS: Final = {
    "owners": "SELECT id, product_type_id FROM catalog_product WHERE id = ANY($1)",
    "scope": "product",
    "links": "catalog_productattributevalue",
    "owner": "product_id",
}
_OF_VARIANTS: Final = {
    "owners": (
        "SELECT variant.id, product.product_type_id FROM catalog_productvariant AS variant"
        " JOIN catalog_product AS product ON product.id = variant.product_id WHERE variant.id = ANY($1)"
    ),
    "scope": "variant",
    "links": "catalog_variantattributevalue",
    "owner": "variant_id",
}
# An owner's id, the link's id and variant_selection, an AttributeRow's columns, then a ValueRow's or as many NULLs.
ATTRIBUTES_OF_PRODUCTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "attributes_of_products", tuple, _SQL.format(columns=DESCRIBED_COLUMNS, **_OF_PRODUCTS), "uuid[]"
)
ATTRIBUTES_OF_VARIANTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "attributes_of_variants", tuple, _SQL.format(columns=DESCRIBED_COLUMNS, **_OF_VARIANTS), "uuid[]"
)
# The same with the columns of a BriefAttributeRow and a BriefValueRow.
BRIEF_ATTRIBUTES_OF_PRODUCTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "attributes_of_products_in_brief", tuple, _SQL.format(columns=BRIEF_DESCRIBED_COLUMNS, **_OF_PRODUCTS), "uuid[]"
)
BRIEF_ATTRIBUTES_OF_VARIANTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "attributes_of_variants_in_brief", tuple, _SQL.format(columns=BRIEF_DESCRIBED_COLUMNS, **_OF_VARIANTS), "uuid[]"
)


def attributes_of_products(product_ids: Collection[K]) -> dict[K, list[Described]]:
    """Every attribute of each product in the order of its type, those without a value too."""
    return described_by(ATTRIBUTES_OF_PRODUCTS, product_ids)


def attributes_of_variants(variant_ids: Collection[K]) -> dict[K, list[Described]]:
    """Every attribute of each variant in the order of its product's type, those without a value too."""
    return described_by(ATTRIBUTES_OF_VARIANTS, variant_ids)


def described_by(statement: Statement[tuple[Any, ...]], owner_ids: Collection[K]) -> dict[K, list[Described]]:
    """What `statement` says of each owner, in its order.

    Its columns are the owner's id, the id of its link to the attribute, variant_selection, and DESCRIBED_COLUMNS.
    """
    return described(statement.all(uuid_array(owner_ids)), owner_ids) if owner_ids else {}


def described(
    rows: Iterable[tuple[Any, ...]],
    owner_ids: Collection[K],
    kinds: tuple[type[Any], type[Any]] = (AttributeRow, ValueRow),
) -> dict[K, list[Described]]:
    """The same from the rows of such a statement; of those in brief, with the `kinds` of their rows."""
    of_attribute, of_value = kinds
    found: dict[str, dict[int, Described]] = {str(owner): {} for owner in owner_ids}
    attributes: dict[str, Any] = {}
    width = 3 + len(of_attribute._fields)
    for row in rows:
        owner, link, variant_selection = row[:3]
        here = found[owner].get(link)
        if here is None:
            attribute = attributes.get(row[3])
            if attribute is None:
                attribute = attributes[row[3]] = tuple.__new__(of_attribute, row[3:width])
            here = found[owner][link] = Described(attribute, [], variant_selection)
        if row[width] is not None:
            here.values.append(tuple.__new__(of_value, row[width:]))
    return {owner: list(found[str(owner)].values()) for owner in owner_ids}
