"""A product as a file describes it, checked but not yet compared with the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from commerce.importing.report import Problem


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """One variant. Amounts are minor units of the channel's currency; without a price or a quantity those stay."""

    line: int
    sku: str | None
    name: str
    option_values: tuple[str, ...]
    price: int | None
    compare_at: int | None
    cost: int | None
    quantity: int | None
    is_tracked: bool
    backorder_allowed: bool
    grams: int | None
    is_shipping_required: bool
    barcode: str
    hs_code: str | None
    origin: str | None
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


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A product that the file describes wrongly; nothing of it is imported."""

    handle: str
    problems: list[Problem]
