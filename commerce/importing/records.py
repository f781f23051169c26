"""A product as a file describes it, checked but not yet compared with the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from commerce.importing.report import Problem


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """What a variant costs in a channel, in minor units of its currency. `cost` None leaves it as it is."""

    channel_id: UUID
    price: int
    compare_at: int | None
    cost: int | None
    keeps_compare_at: bool
    """Whether the file has no column for the price before a reduction."""


@dataclass(frozen=True, slots=True)
class QuantityRecord:
    """So many units in a warehouse, by this column of the file."""

    warehouse_id: UUID
    units: int
    column: str


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a variant, and what amount of it a price is shown for. Together they make sense."""

    content_quantity: Decimal | None = None
    content_unit: str | None = None
    unit_price_quantity: Decimal | None = None
    unit_price_unit: str | None = None


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """One variant. Prices and quantities that it does not have stay as they are."""

    line: int
    sku: str | None
    name: str
    option_values: tuple[str, ...]
    prices: tuple[PriceRecord, ...]
    quantities: tuple[QuantityRecord, ...]
    is_tracked: bool
    backorder_allowed: bool
    grams: int | None
    is_shipping_required: bool
    barcode: str
    hs_code: str | None
    origin: str | None
    contents: Contents | None
    """None where the file says nothing of them."""
    picture_url: str


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """Where a picture can be fetched, and what it shows."""

    line: int
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class ChosenValues:
    """What a product has of one attribute with choices."""

    slug: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """One product with everything that the file says about it."""

    line: int
    handle: str
    name: str
    description: dict[str, Any] | None
    type_name: str
    vendor: str
    tags: tuple[str, ...]
    category_path: tuple[str, ...]
    is_published: bool
    """Whether the channel of the file shows it."""
    included: dict[UUID, bool]
    """Whether the channels of other markets show it, as far as the file says."""
    seo_title: str
    seo_description: str
    option_names: tuple[str, ...]
    option_slugs: tuple[str, ...]
    attributes: tuple[ChosenValues, ...]
    metadata: dict[str, str]
    collections: tuple[str, ...]
    absent: frozenset[str]
    """Fields of the product and its variants that the file has no column for: they have a default at most."""
    variants: tuple[VariantRecord, ...]
    pictures: tuple[PictureRecord, ...]
    warnings: list[Problem] = field(default_factory=list)
