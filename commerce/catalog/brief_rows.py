"""The rows of `rows` in brief: what lists show of a product and what hangs on it, and no more.

A page of twenty products has a hundred rows. Each column that nobody asked for costs PostgreSQL and the process that
reads it as much as one that somebody did, and descriptions and metadata cost most. Who asks for something else gets
the whole rows; a brief one does not have it, not even as None.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BRIEF_PRODUCT_COLUMNS: Final = "{0}.id::text, {0}.name, {0}.slug, {0}.product_type_id::text, {0}.category_id::text"
"""The columns of a BriefProductRow up to its card; `{0}` is the table's name in the statement."""

BRIEF_VARIANT_COLUMNS: Final = "{0}.id::text, {0}.product_id::text, {0}.name, {0}.sku, {0}.quantity_limit_per_customer"
"""The columns of a BriefVariantRow up to its price."""

BRIEF_CATEGORY_COLUMNS: Final = "{0}.id::text, {0}.name, {0}.slug"
"""The columns of a BriefCategoryRow."""

BRIEF_COLLECTION_COLUMNS: Final = "{0}.id::text, {0}.name, {0}.slug"
"""The columns of a BriefCollectionRow after its product."""

BRIEF_DESCRIBED_COLUMNS: Final = (
    "attribute.id::text, attribute.slug, attribute.name, attribute.visible_in_storefront,"
    " value.id::text, value.slug, value.name"
)
"""The columns of a BriefAttributeRow, then those of a BriefValueRow, of the tables `attribute` and `value`."""


class BriefProductRow(NamedTuple):
    """A product, with what its card says in the channel that it was looked up in, as ProductRow has it."""

    id: str
    name: str
    slug: str
    product_type_id: str
    category_id: str | None
    card_channel_id: str | None
    low: int | None
    high: int | None
    low_before: int | None
    high_before: int | None
    on_sale: bool | None
    is_available: bool | None


class BriefVariantRow(NamedTuple):
    """A variant, with its price in the channel that it was looked up in, as VariantRow has it."""

    id: str
    product_id: str
    name: str
    sku: str | None
    quantity_limit_per_customer: int | None
    amount: int | None
    undiscounted: int | None


class BriefCategoryRow(NamedTuple):
    """A category by its names."""

    id: str
    name: str
    slug: str


class BriefCollectionRow(NamedTuple):
    """A collection by its names."""

    id: str
    name: str
    slug: str


class BriefAttributeRow(NamedTuple):
    """An attribute by its names, and whether shoppers see it."""

    id: str
    slug: str
    name: str
    visible_in_storefront: bool


class BriefValueRow(NamedTuple):
    """The value of an attribute by its names."""

    id: str
    slug: str
    name: str
