"""Enums of the catalog."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="What the products of a type are.")
class ProductTypeKindEnum(Enum):
    NORMAL = "normal"
    GIFT_CARD = "gift_card"


@strawberry.enum(description="What kind of value an attribute takes.")
class AttributeInputTypeEnum(Enum):
    """The values are those that are stored."""

    DROPDOWN = "dropdown"
    MULTISELECT = "multiselect"
    FILE = "file"
    REFERENCE = "reference"
    SINGLE_REFERENCE = "single_reference"
    NUMERIC = "numeric"
    RICH_TEXT = "rich_text"
    PLAIN_TEXT = "plain_text"
    SWATCH = "swatch"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date_time"


@strawberry.enum(description="What the references of an attribute point to.")
class AttributeEntityTypeEnum(Enum):
    """The values are those that are stored."""

    PRODUCT = "product"
    PRODUCT_VARIANT = "product_variant"
    CATEGORY = "category"
    COLLECTION = "collection"
    PAGE = "page"


@strawberry.enum(description="Which attributes of a variant to list.")
class VariantAttributeScope(Enum):
    """Those by which shoppers choose a variant, the others, or both."""

    ALL = "all"
    VARIANT_SELECTION = "variant_selection"
    NOT_VARIANT_SELECTION = "not_variant_selection"


@strawberry.enum(description="What a medium is.")
class ProductMediaType(Enum):
    """The values are those that are stored."""

    IMAGE = "image"
    VIDEO = "video"


@strawberry.enum(description="Whether the file of a medium is there.")
class ProductMediaStatus(Enum):
    """The values are those that are stored."""

    READY = "ready"
    PENDING = "pending"
    FAILED = "failed"


@strawberry.enum(description="Whether something can be bought now.")
class StockAvailability(Enum):
    """By what is on hand and not promised to others."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"


@strawberry.enum(description="The unit of a weight.")
class WeightUnitsEnum(Enum):
    """Weights are kept in grams."""

    G = "g"


@strawberry.enum(description="Whose attributes of a product type are meant.")
class ProductAttributeType(Enum):
    """The values are those that are stored."""

    PRODUCT = "product"
    VARIANT = "variant"


@strawberry.enum(
    description="What becomes of everything else when something is refused. REJECT_EVERYTHING: nothing is written."
    " REJECT_FAILED_ROWS: the rows at fault are left out. IGNORE_FAILED: only the fields and list items at fault are"
    " left out, and the row if that is not enough."
)
class ErrorPolicyEnum(Enum):
    """The values are those of commerce.catalog.bulk.ErrorPolicy."""

    REJECT_EVERYTHING = "reject_everything"
    REJECT_FAILED_ROWS = "reject_failed_rows"
    IGNORE_FAILED = "ignore_failed"
