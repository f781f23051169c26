"""What the shop already has of the products of a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from commerce.catalog.models import (
    Category,
    CollectionProduct,
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.thumbnails import picture_url
from commerce.channels.models import Channel
from commerce.importing.records import ProductRecord
from commerce.inventory.models import Warehouse
from commerce.inventory.queries import units_on_hand


@dataclass(slots=True)
class Present:
    """Rows of the shop by the keys that a file has for them. The products stay locked until the transaction ends."""

    products: dict[str, Product] = field(default_factory=dict)
    variants: dict[UUID, list[ProductVariant]] = field(default_factory=lambda: defaultdict(list))
    sku_owners: dict[str, UUID] = field(default_factory=dict)
    product_values: dict[UUID, dict[UUID, UUID]] = field(default_factory=lambda: defaultdict(dict))
    """Product id -> value id -> attribute id."""
    variant_values: dict[UUID, dict[UUID, UUID]] = field(default_factory=lambda: defaultdict(dict))
    listings: dict[tuple[UUID, UUID], ProductChannelListing] = field(default_factory=dict)
    """(Channel id, product id) -> listing."""
    prices: dict[tuple[UUID, UUID], VariantChannelListing] = field(default_factory=dict)
    """(Channel id, variant id) -> price."""
    media: dict[UUID, dict[str, ProductMedia]] = field(default_factory=lambda: defaultdict(dict))
    """Product id -> source address -> picture; pictures that no import brought are not here."""
    stored_media: dict[UUID, dict[str, ProductMedia]] = field(default_factory=lambda: defaultdict(dict))
    """Product id -> address of our own copy, without a signature -> picture, wherever it came from."""
    variant_media: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    on_hand: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    """(Warehouse id, variant id) -> units."""
    category_paths: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    """Category id -> names from the root down to it, in lower case."""
    collections: dict[UUID, dict[UUID, str]] = field(default_factory=lambda: defaultdict(dict))
    """Product id -> collection id -> its name in lower case."""
    by_line: dict[int, ProductVariant] = field(default_factory=dict)
    """The variants that rows of the file turned out to be."""


def load_present(
    records: Sequence[ProductRecord], *, channels: Sequence[Channel], warehouses: Sequence[Warehouse]
) -> Present:
    """Everything of the shop that a batch may change, in a fixed number of statements."""
    present = Present()
    skus = {variant.sku for record in records for variant in record.variants if variant.sku}
    owners = ProductVariant.objects.filter(sku__in=skus).values_list("sku", "product_id")
    present.sku_owners = {sku: product_id for sku, product_id in owners if sku is not None}
    handles = [record.handle for record in records]
    products = Product.objects.filter(slug__in=handles).select_related("product_type", "category").order_by("id")
    locked = products.select_for_update(of=("self",), no_key=True)
    present.products = {product.slug: product for product in locked}
    if present.products:
        _load_details(present, [product.id for product in present.products.values()], channels, warehouses)
    return present


def _load_details(
    present: Present, ids: list[UUID], channels: Sequence[Channel], warehouses: Sequence[Warehouse]
) -> None:
    for variant in ProductVariant.objects.filter(product__in=ids).order_by("sort_order", "id"):
        present.variants[variant.product_id].append(variant)
    own = ProductAttributeValue.objects.filter(product__in=ids)
    for product_id, value_id, attribute_id in own.values_list("product_id", "value_id", "value__attribute_id"):
        present.product_values[product_id][value_id] = attribute_id
    of_variants = VariantAttributeValue.objects.filter(variant__product__in=ids)
    for variant_id, value_id, attribute_id in of_variants.values_list("variant_id", "value_id", "value__attribute_id"):
        present.variant_values[variant_id][value_id] = attribute_id
    listings = ProductChannelListing.objects.filter(product__in=ids, channel__in=channels)
    present.listings = {(listing.channel_id, listing.product_id): listing for listing in listings}
    prices = VariantChannelListing.objects.filter(variant__product__in=ids, channel__in=channels)
    present.prices = {(price.channel_id, price.variant_id): price for price in prices}
    for picture in ProductMedia.objects.filter(product__in=ids, kind=ProductMedia.Kind.IMAGE):
        if picture.source_url:
            present.media[picture.product_id][picture.source_url] = picture
        if picture.file:
            present.stored_media[picture.product_id][unsigned(picture_url(str(picture.file.name)))] = picture
    links = ProductMedia.variants.through.objects.filter(productmedia__product__in=ids)
    for variant_id, media_id in links.values_list("productvariant_id", "productmedia_id"):
        present.variant_media[variant_id].add(media_id)
    for warehouse_id, variant_id, on_hand in units_on_hand(ids, warehouses):
        present.on_hand[warehouse_id, variant_id] = on_hand
    categories = [product.category for product in present.products.values() if product.category]
    present.category_paths = {
        category_id: tuple(name.casefold() for name in path) for category_id, path in category_paths(categories).items()
    }
    memberships = CollectionProduct.objects.filter(product__in=ids, by_rule=False)
    for product_id, collection_id, name in memberships.values_list("product_id", "collection_id", "collection__name"):
        present.collections[product_id][collection_id] = name.casefold()


def category_paths(categories: Iterable[Category]) -> dict[UUID, tuple[str, ...]]:
    """Category id -> names from the root down to it."""
    ancestors = {category.id: category.ancestors for category in categories}
    ids = {step for path in ancestors.values() for step in path}
    names = dict(Category.objects.filter(id__in=ids).values_list("id", "name"))
    return {category_id: tuple(names[step] for step in path) for category_id, path in ancestors.items()}


def unsigned(url: str) -> str:
    """An address without what changes from one look to the next: a bucket's signature."""
    return url.partition("?")[0]
