"""What happens to the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ProductCreated:
    """A product exists; nobody may see it yet."""

    type: ClassVar[str] = "product.created"
    product_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductUpdated:
    """A product, its attributes, media or listings changed."""

    type: ClassVar[str] = "product.updated"
    product_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductDeleted:
    """A product is gone, with its variants."""

    type: ClassVar[str] = "product.deleted"
    product_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductPublished:
    """Shoppers of a channel may see the product from `published_at` on."""

    type: ClassVar[str] = "product.published"
    product_id: UUID
    slug: str
    channel: str
    published_at: str


@dataclass(frozen=True, slots=True)
class ProductUnpublished:
    """Shoppers of a channel no longer see the product."""

    type: ClassVar[str] = "product.unpublished"
    product_id: UUID
    slug: str
    channel: str


@dataclass(frozen=True, slots=True)
class VariantCreated:
    """A product has one more variant."""

    type: ClassVar[str] = "variant.created"
    variant_id: UUID
    product_id: UUID
    sku: str | None


@dataclass(frozen=True, slots=True)
class VariantUpdated:
    """A variant changed, but not its price."""

    type: ClassVar[str] = "variant.updated"
    variant_id: UUID
    product_id: UUID
    sku: str | None


@dataclass(frozen=True, slots=True)
class VariantPriceChanged:
    """A variant costs `price_amount` minor units of `currency` in a channel from now on."""

    type: ClassVar[str] = "variant.price_changed"
    variant_id: UUID
    product_id: UUID
    channel: str
    currency: str
    price_amount: int
    compare_at_amount: int | None


@dataclass(frozen=True, slots=True)
class VariantDeleted:
    """A variant is gone; orders keep what they remember of it."""

    type: ClassVar[str] = "variant.deleted"
    variant_id: UUID
    product_id: UUID
    sku: str | None


@dataclass(frozen=True, slots=True)
class CategoryCreated:
    """The tree has a new node."""

    type: ClassVar[str] = "category.created"
    category_id: UUID
    slug: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class CategoryUpdated:
    """A category changed or moved."""

    type: ClassVar[str] = "category.updated"
    category_id: UUID
    slug: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class CategoryDeleted:
    """A category is gone; what it held has none or is in the one above."""

    type: ClassVar[str] = "category.deleted"
    category_id: UUID
    slug: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class CollectionCreated:
    """A collection exists, still without products."""

    type: ClassVar[str] = "collection.created"
    collection_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class CollectionUpdated:
    """A collection, its products or its listings changed."""

    type: ClassVar[str] = "collection.updated"
    collection_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class CollectionDeleted:
    """A collection is gone; its products stay."""

    type: ClassVar[str] = "collection.deleted"
    collection_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class AttributeCreated:
    """An attribute exists."""

    type: ClassVar[str] = "attribute.created"
    attribute_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class AttributeUpdated:
    """An attribute or one of its values changed."""

    type: ClassVar[str] = "attribute.updated"
    attribute_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class AttributeDeleted:
    """An attribute is gone, with its values."""

    type: ClassVar[str] = "attribute.deleted"
    attribute_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class ProductTypeCreated:
    """A product type exists."""

    type: ClassVar[str] = "product_type.created"
    product_type_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class ProductTypeUpdated:
    """A product type or the attributes that it has changed."""

    type: ClassVar[str] = "product_type.updated"
    product_type_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class ProductTypeDeleted:
    """A product type is gone."""

    type: ClassVar[str] = "product_type.deleted"
    product_type_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class TranslationCreated:
    """Something has texts in a language now; `object_type` is "product", "variant", "category" and the like."""

    type: ClassVar[str] = "translation.created"
    translation_id: UUID
    object_type: str
    object_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class TranslationUpdated:
    """Texts in a language changed."""

    type: ClassVar[str] = "translation.updated"
    translation_id: UUID
    object_type: str
    object_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class TranslationDeleted:
    """Something has no text in a language any more."""

    type: ClassVar[str] = "translation.deleted"
    translation_id: UUID
    object_type: str
    object_id: UUID
    language: str
