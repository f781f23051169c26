"""How lists of products are narrowed and sorted, as the API asks for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final

import strawberry

from commerce.catalog.product_order import ProductSort
from schema.catalog.enums import StockAvailability
from schema.enums import OrderDirection


@strawberry.input(description="Text that is equal to one text, or to one of several.")
class StringFilterInput:
    """Exactly one of the two."""

    eq: str | None = strawberry.field(default=None, description="Equal to this.")
    one_of: list[str] | None = strawberry.field(default=None, description="Equal to one of these.")


@strawberry.input(name="GlobalIDFilterInput", description="An id that is equal to one id, or to one of several.")
class GlobalIdFilterInput:
    """Exactly one of the two."""

    eq: strawberry.ID | None = strawberry.field(default=None, description="Equal to this.")
    one_of: list[strawberry.ID] | None = strawberry.field(default=None, description="Equal to one of these.")


@strawberry.input(description="Decimal numbers between two bounds.")
class DecimalRangeInput:
    """At least one of the two."""

    gte: Decimal | None = strawberry.field(default=None, description="At least this.")
    lte: Decimal | None = strawberry.field(default=None, description="At most this.")


@strawberry.input(description="A decimal number that is equal to something, or in a range.")
class DecimalFilterInput:
    """Exactly one of these."""

    eq: Decimal | None = strawberry.field(default=None, description="Equal to this.")
    one_of: list[Decimal] | None = strawberry.field(default=None, description="Equal to one of these.")
    range: DecimalRangeInput | None = strawberry.field(default=None, description="Between these.")


@strawberry.input(description="Moments between two bounds.")
class DateTimeRangeInput:
    """At least one of the two."""

    gte: datetime | None = strawberry.field(default=None, description="Not before this.")
    lte: datetime | None = strawberry.field(default=None, description="Not after this.")


@strawberry.input(description="A moment that is in a range.")
class DateTimeFilterInput:
    """The range is needed."""

    range: DateTimeRangeInput | None = strawberry.field(default=None, description="Between these.")


@strawberry.input(description="Prices between two bounds, in major units of the channel's currency.")
class PriceRangeInput:
    """At least one of the two."""

    gte: float | None = strawberry.field(default=None, description="At least this.")
    lte: float | None = strawberry.field(default=None, description="At most this.")


@strawberry.input(description="A key of the public metadata, and its value if that matters.")
class MetadataFilter:
    """Without a value, every object that has the key."""

    key: str = strawberry.field(description="The key.")
    value: str | None = strawberry.field(default=None, description="The value.")


@strawberry.input(description="Days between two bounds.")
class DateRangeInput:
    """At least one of the two."""

    gte: date | None = strawberry.field(default=None, description="Not before this.")
    lte: date | None = strawberry.field(default=None, description="Not after this.")


@strawberry.input(description="Some of several, or all of them.")
class ContainsFilterInput:
    """Exactly one of the two."""

    contains_any: list[str] | None = strawberry.field(default=None, description="At least one of these.")
    contains_all: list[str] | None = strawberry.field(default=None, description="All of these.")


@strawberry.input(description="What a value refers to.")
class AssignedAttributeReferenceInput:
    """Exactly one of these. What the caller may not see is not referred to."""

    referenced_ids: ContainsFilterInput | None = strawberry.field(
        default=None, description="Products, variants, pages, categories or collections by their ids."
    )
    page_slugs: ContainsFilterInput | None = strawberry.field(default=None, description="Pages by their slugs.")
    product_slugs: ContainsFilterInput | None = strawberry.field(default=None, description="Products by their slugs.")
    product_variant_skus: ContainsFilterInput | None = strawberry.field(
        default=None, description="Variants by their SKUs."
    )
    category_slugs: ContainsFilterInput | None = strawberry.field(
        default=None, description="Categories by their slugs."
    )
    collection_slugs: ContainsFilterInput | None = strawberry.field(
        default=None, description="Collections by their slugs."
    )


@strawberry.input(description="A value of an attribute.")
class AssignedAttributeValueInput:
    """Exactly one of these."""

    slug: StringFilterInput | None = strawberry.field(default=None, description="The value's slug.")
    name: StringFilterInput | None = strawberry.field(default=None, description="The value's name.")
    numeric: DecimalFilterInput | None = strawberry.field(default=None, description="The number.")
    date: DateRangeInput | None = strawberry.field(default=None, description="The day.")
    date_time: DateTimeRangeInput | None = strawberry.field(default=None, description="The moment.")
    boolean: bool | None = strawberry.field(default=None, description="Yes or no.")
    reference: AssignedAttributeReferenceInput | None = strawberry.field(default=None, description="What it refers to.")


@strawberry.input(description="An attribute and the values of it that are looked for.")
class AttributeInput:
    """Either `values` or `value`."""

    slug: str | None = strawberry.field(default=None, description="The attribute's slug.")
    values: list[str] | None = strawberry.field(default=None, description="Slugs of values, one of which it has.")
    value: AssignedAttributeValueInput | None = strawberry.field(default=None, description="What the value is.")


@strawberry.input(description="What listed products have in common: all of what is given.")
class ProductFilterInput:
    """What is left out asks nothing."""

    search: str | None = strawberry.field(default=None, description="Words that the name or a SKU contains.")
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these products.")
    slugs: list[str] | None = strawberry.field(default=None, description="One of these slugs.")
    categories: list[strawberry.ID] | None = strawberry.field(
        default=None, description="In one of these categories or below."
    )
    has_category: bool | None = strawberry.field(default=None, description="In some category, or in none.")
    collections: list[strawberry.ID] | None = strawberry.field(default=None, description="In one of these collections.")
    product_types: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these types.")
    gift_card: bool | None = strawberry.field(default=None, description="Whether it is a gift card.")
    price: PriceRangeInput | None = strawberry.field(default=None, description="The lowest price in the channel.")
    minimal_price: PriceRangeInput | None = strawberry.field(
        default=None, description="The lowest price in the channel."
    )
    attributes: list[AttributeInput] | None = strawberry.field(
        default=None, description="The product or one of its variants has these attribute values, all of them."
    )
    is_available: bool | None = strawberry.field(default=None, description="Whether it can be bought now.")
    stock_availability: StockAvailability | None = strawberry.field(
        default=None, description="Whether one of its variants is in stock."
    )
    updated_at: DateTimeRangeInput | None = strawberry.field(default=None, description="When it was last changed.")
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="All of this public metadata.")


@strawberry.input(description="What listed products have in common: all of what is given, with AND and OR inside.")
class ProductWhereInput:
    """What is left out asks nothing."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these products.")
    name: StringFilterInput | None = strawberry.field(default=None, description="The name.")
    slug: StringFilterInput | None = strawberry.field(default=None, description="The slug.")
    product_type: GlobalIdFilterInput | None = strawberry.field(default=None, description="The type.")
    gift_card: bool | None = strawberry.field(default=None, description="Whether it is a gift card.")
    category: GlobalIdFilterInput | None = strawberry.field(default=None, description="In this category or below.")
    has_category: bool | None = strawberry.field(default=None, description="In some category, or in none.")
    collection: GlobalIdFilterInput | None = strawberry.field(default=None, description="In this collection.")
    price: DecimalFilterInput | None = strawberry.field(default=None, description="The lowest price in the channel.")
    minimal_price: DecimalFilterInput | None = strawberry.field(
        default=None, description="The lowest price in the channel."
    )
    attributes: list[AttributeInput] | None = strawberry.field(
        default=None, description="The product or one of its variants has these attribute values, all of them."
    )
    is_available: bool | None = strawberry.field(default=None, description="Whether it can be bought now.")
    stock_availability: StockAvailability | None = strawberry.field(
        default=None, description="Whether one of its variants is in stock."
    )
    updated_at: DateTimeFilterInput | None = strawberry.field(default=None, description="When it was last changed.")
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="All of this public metadata.")
    all_of: list[ProductWhereInput] | None = strawberry.field(
        default=None, name="AND", description="All of these hold, too."
    )
    any_of: list[ProductWhereInput] | None = strawberry.field(
        default=None, name="OR", description="One of these holds, too."
    )


@strawberry.enum(description="What lists of products can be sorted by.")
class ProductOrderField(Enum):
    """Several names mean the same, as frontends use them all."""

    NAME = "name"
    RANK = "rank"
    PRICE = "price"
    MINIMAL_PRICE = "minimal_price"
    LAST_MODIFIED = "last_modified"
    LAST_MODIFIED_AT = "last_modified_at"
    DATE = "date"
    PUBLISHED = "published"
    PUBLICATION_DATE = "publication_date"
    PUBLISHED_AT = "published_at"
    COLLECTION = "collection"
    CREATED_AT = "created_at"


SORTS: Final = {
    ProductOrderField.NAME: ProductSort.NAME,
    ProductOrderField.RANK: ProductSort.RANK,
    ProductOrderField.PRICE: ProductSort.PRICE,
    ProductOrderField.MINIMAL_PRICE: ProductSort.PRICE,
    ProductOrderField.LAST_MODIFIED: ProductSort.LAST_MODIFIED,
    ProductOrderField.LAST_MODIFIED_AT: ProductSort.LAST_MODIFIED,
    ProductOrderField.DATE: ProductSort.LAST_MODIFIED,
    ProductOrderField.PUBLISHED: ProductSort.PUBLISHED_AT,
    ProductOrderField.PUBLICATION_DATE: ProductSort.PUBLISHED_AT,
    ProductOrderField.PUBLISHED_AT: ProductSort.PUBLISHED_AT,
    ProductOrderField.COLLECTION: ProductSort.COLLECTION,
    ProductOrderField.CREATED_AT: ProductSort.CREATED_AT,
}


@strawberry.input(name="ProductOrder", description="What a list of products is sorted by.")
class ProductOrderInput:
    """The id decides between equals."""

    direction: OrderDirection = strawberry.field(description="Smallest or largest first.")
    field: ProductOrderField | None = strawberry.field(default=None, description="By what.")
