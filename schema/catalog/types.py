"""Products and variants as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from commerce.catalog import models
from commerce.catalog.batches import product_types_by_id
from commerce.catalog.reads import media_of_products, media_of_variants
from commerce.catalog.translations import slugs_of_products, translations_of_products, translations_of_variants
from commerce.core.permission import Permission
from schema.catalog.assigned import AssignedAttribute, assigned_to_products, assigned_to_variants
from schema.catalog.attributes import Attribute, SelectedAttribute, selected_of_products, selected_of_variants
from schema.catalog.bundles import Bundle, load_bundles
from schema.catalog.categories import Category, load_categories
from schema.catalog.collections import Collection, load_collections
from schema.catalog.enums import ProductAttributeType, ProductTypeKindEnum, WeightUnitsEnum
from schema.catalog.images import Image, ProductMedia, Shown, media_loader, thumbnails_of_products
from schema.catalog.listings import ProductChannelListing, ProductVariantChannelListing, listings_field
from schema.catalog.pricing import (
    ProductPrice,
    ProductPricingInfo,
    VariantPricingInfo,
    load_product_pricing,
    load_variant_pricing,
)
from schema.catalog.related import load_related
from schema.catalog.sources import AnyProduct, Key
from schema.catalog.stored import stored_field, version_field
from schema.catalog.surroundings import load_surroundings
from schema.catalog.translations import (
    ProductTranslation,
    ProductVariantTranslation,
    SlugInLanguage,
    slugs_field,
    translation_field,
)
from schema.catalog.variants import (
    PreorderData,
    load_availability,
    load_default_variants,
    load_preorders,
    load_products,
    load_quantities,
    load_variant_pages,
    load_variants,
)
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.engine import looks_ahead
from schema.engine.batch import Loader
from schema.enums import ThumbnailFormatEnum
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.inventory.stocks import load_all_preorders, load_stocks
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.pagination import CountableConnection
from schema.pricing.source import PublicPrice
from schema.scalars import JSONString
from schema.search.highlights import ProductHighlights, load_highlights

if TYPE_CHECKING:
    from schema.inventory.types import Preorder, Stock

MANAGE = Permission.MANAGE_PRODUCTS


@dataclass(slots=True, eq=False)
class Grams:
    """Source of Weight."""

    grams: int


@strawberry.type(description="A weight.")
class Weight:
    """Source: Grams."""

    unit: WeightUnitsEnum = computed(lambda root: WeightUnitsEnum.G, "Always grams.")
    value: float = computed(lambda root: float(root.grams), "How many of the unit.")


def _type_attributes(scope: str) -> Loader:
    def load(types: Sequence[models.ProductType], context: RequestContext) -> list[list[object]]:
        links = models.ProductTypeAttribute.objects.filter(product_type__in=[row.id for row in types], scope=scope)
        if not context.actor.has(MANAGE):
            links = links.filter(attribute__visible_in_storefront=True)
        found: dict[object, list[object]] = {row.id: [] for row in types}
        for link in links.select_related("attribute").order_by("sort_order", "id"):
            found[link.product_type_id].append(link.attribute)
        return [found[row.id] for row in types]

    return load


@strawberry.type(description="An attribute that a product type has, and what it is to its products or variants.")
class ProductTypeAssignment:
    """Source: commerce.catalog.models.ProductTypeAttribute."""

    attribute: Attribute = nested("attribute", "The attribute.")
    type: ProductAttributeType = computed(
        lambda root: ProductAttributeType(root.scope), "Whether products or variants have it."
    )
    required: bool = leaf("Whether each of them must have a value of it.")
    variant_selection: bool = leaf("Whether shoppers choose a variant by it.")


def _assignments(
    types: Sequence[models.ProductType], context: RequestContext
) -> list[list[models.ProductTypeAttribute]]:
    links = models.ProductTypeAttribute.objects.filter(product_type__in=[row.id for row in types])
    found: dict[object, list[models.ProductTypeAttribute]] = {row.id: [] for row in types}
    for link in links.select_related("attribute").order_by("scope", "sort_order", "id"):
        found[link.product_type_id].append(link)
    return [found[row.id] for row in types]


@strawberry.type(description="What kind of thing a product is, and which attributes describe it.")
class ProductType:
    """Source: commerce.catalog.models.ProductType."""

    id: strawberry.ID = global_id("ProductType")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    kind: ProductTypeKindEnum = computed(
        lambda root: ProductTypeKindEnum(root.kind), "Whether its products are goods or gift cards."
    )
    is_shipping_required: bool = leaf("Whether such goods are shipped.")
    is_digital: bool = leaf("Whether such goods are files.")
    product_attributes: list[Attribute] | None = nested(
        _type_attributes(models.ProductTypeAttribute.Scope.PRODUCT), "The attributes of its products."
    )
    variant_attributes: list[Attribute] | None = nested(
        _type_attributes(models.ProductTypeAttribute.Scope.VARIANT), "The attributes of its variants."
    )
    attribute_assignments: list[ProductTypeAssignment] | None = nested(
        _assignments, "Its attributes, and what they are to its products and variants.", permission=MANAGE
    )
    version: int | None = version_field(models.ProductType)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)


@strawberry.type(description="What is put into a cart.")
class ProductVariant:
    """Source: commerce.catalog.rows.VariantRow or commerce.catalog.models.ProductVariant."""

    id: strawberry.ID = global_id("ProductVariant")
    name: str = leaf("What tells it from the other variants of the product.")
    sku: str | None = leaf("The stock keeping unit.")
    created: datetime = leaf("When it was made.", source="created_at")
    updated_at: datetime = leaf("When it was last changed.")
    product: Product = nested(load_products, "The product.")
    pricing: VariantPricingInfo | None = nested(load_variant_pricing, recurring=PublicPrice)
    quantity_available: int | None = nested(load_quantities)
    preorder: PreorderData | None = nested(load_preorders)
    quantity_limit_per_customer: int | None = leaf("How many units one customer may buy; null for no limit of its own.")
    track_inventory: bool = leaf("Whether its stock is counted; if not, there is always enough.")
    weight: Weight | None = nested(
        lambda variants, context: [
            None if variant.weight_grams is None else Grams(variant.weight_grams) for variant in variants
        ],
        "The weight for shipping.",
    )
    length_mm: int | None = leaf("The length as packed, in millimetres.")
    width_mm: int | None = leaf("The width as packed, in millimetres.")
    height_mm: int | None = leaf("The height as packed, in millimetres.")
    hs_code: str | None = leaf("The tariff code of the Harmonized System, for customs: 6 to 13 digits.")
    country_of_origin: CountryDisplay | None = nested(
        lambda variants, context: [
            None if variant.country_of_origin is None else country_display(variant.country_of_origin)
            for variant in variants
        ],
        "Where it was made.",
    )
    attributes: list[SelectedAttribute] = nested(selected_of_variants)
    assigned_attributes: list[AssignedAttribute] = assigned_to_variants[0]
    assigned_attribute: AssignedAttribute | None = assigned_to_variants[1]
    media: list[ProductMedia] | None = nested(
        media_loader("variants", media_of_variants), "The pictures of this variant; empty if it has none of its own."
    )
    bundle: Bundle | None = nested(load_bundles)
    translation: ProductVariantTranslation | None = translation_field("The name", translations_of_variants)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
    external_reference: str | None = leaf("The key of another system.", source="external_reference", permission=MANAGE)
    version: int | None = version_field(models.ProductVariant)
    barcode: str | None = leaf("The bar code (GTIN).", source="barcode", permission=MANAGE)
    channel_listings: list[ProductVariantChannelListing] | None = listings_field(
        models.VariantChannelListing, "variant", "What it costs in each channel."
    )
    stocks: list[Annotated[Stock, strawberry.lazy("schema.inventory.types")]] | None = nested(
        load_stocks, "How many units lie in each warehouse.", permission=Permission.MANAGE_STOCK
    )
    preorders: list[Annotated[Preorder, strawberry.lazy("schema.inventory.types")]] | None = nested(
        load_all_preorders, "Which channels sell it ahead.", permission=Permission.MANAGE_STOCK
    )
    backorder_allowed: bool | None = stored_field(
        models.ProductVariant,
        "backorder_allowed",
        "Whether it may be sold beyond what is on hand.",
        permission=Permission.MANAGE_STOCK,
    )
    backorder_limit: int | None = stored_field(
        models.ProductVariant,
        "backorder_limit",
        "By how many units in each warehouse; null for any number, if it is allowed.",
        permission=Permission.MANAGE_STOCK,
    )


def _thumbnails(
    products: Sequence[AnyProduct],
    context: RequestContext,
    size: int | None = None,
    format: ThumbnailFormatEnum | None = None,
) -> list[Shown | None]:
    """The first picture in about `size` pixels (256 if none is given, the picture as uploaded for 0)."""
    asked: list[Key] = [product.id for product in products]
    found = thumbnails_of_products(asked, context, size, format)
    return [found.get(key) for key in asked]


def _types(products: Sequence[AnyProduct], context: RequestContext) -> list[models.ProductType]:
    found = product_types_by_id({str(product.product_type_id) for product in products})
    return [found[str(product.product_type_id)] for product in products]


@looks_ahead(load_surroundings)
@strawberry.type(description="Something for sale, in one or more variants.")
class Product:
    """Source: commerce.catalog.rows.ProductRow or commerce.catalog.models.Product."""

    id: strawberry.ID = global_id("Product")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description in blocks as Editor.js writes them.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")
    created: datetime = leaf("When it was made.", source="created_at")
    updated_at: datetime = leaf("When it was last changed.")
    category: Category | None = nested(load_categories, "The category.")
    product_type: ProductType = nested(_types, "What kind of thing it is.")
    collections: list[Collection] | None = nested(load_collections, "The collections that it is in.")
    related_products: list[Product] = nested(load_related)
    pricing: ProductPricingInfo | None = nested(load_product_pricing, recurring=ProductPrice)
    is_available: bool | None = nested(load_availability)
    thumbnail: Image | None = nested(_thumbnails)
    media: list[ProductMedia] | None = nested(media_loader("products", media_of_products), "The pictures and videos.")
    attributes: list[SelectedAttribute] = nested(selected_of_products)
    assigned_attributes: list[AssignedAttribute] = assigned_to_products[0]
    assigned_attribute: AssignedAttribute | None = assigned_to_products[1]
    default_variant: ProductVariant | None = nested(load_default_variants, "The first variant.")
    variants: list[ProductVariant] | None = nested(load_variants, "All variants.")
    product_variants: CountableConnection[ProductVariant] | None = nested(load_variant_pages)
    translation: ProductTranslation | None = translation_field("The texts", translations_of_products)
    slugs: list[SlugInLanguage] = slugs_field(slugs_of_products)
    highlights: ProductHighlights = nested(load_highlights)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
    external_reference: str | None = leaf("The key of another system.", source="external_reference", permission=MANAGE)
    version: int | None = version_field(models.Product)
    channel_listings: list[ProductChannelListing] | None = listings_field(
        models.ProductChannelListing, "product", "Where and since when it is shown."
    )
