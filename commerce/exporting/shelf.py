"""A batch of products with everything that a file says about them, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from commerce.attributes.models import Attribute
from commerce.catalog.models import (
    CollectionProduct,
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductTypeAttribute,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.channels.models import Channel
from commerce.importing.present import category_paths
from commerce.inventory.models import Warehouse
from commerce.inventory.queries import units_on_hand

BATCH: Final = 200
CHOICES: Final = {Attribute.InputType.DROPDOWN, Attribute.InputType.SWATCH, Attribute.InputType.MULTISELECT}


class Value(NamedTuple):
    """A value that a product or a variant has, with its attribute."""

    slug: str
    attribute: str
    input_type: str
    name: str


@dataclass(slots=True)
class Shelf:
    """The rows of one batch, by what they belong to."""

    products: list[Product]
    published: dict[tuple[UUID, UUID], bool]
    """(Channel id, product id) -> whether the channel shows it."""
    category_paths: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    options: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Product type id -> slugs of the attributes by which shoppers choose, in their order."""
    product_values: dict[UUID, list[Value]] = field(default_factory=lambda: defaultdict(list))
    variants: dict[UUID, list[ProductVariant]] = field(default_factory=lambda: defaultdict(list))
    variant_values: dict[UUID, list[Value]] = field(default_factory=lambda: defaultdict(list))
    prices: dict[tuple[UUID, UUID], VariantChannelListing] = field(default_factory=dict)
    """(Channel id, variant id) -> price."""
    on_hand: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    """(Warehouse id, variant id) -> units."""
    media: dict[UUID, list[ProductMedia]] = field(default_factory=lambda: defaultdict(list))
    variant_media: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    collections: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))


def shelves(channels: Sequence[Channel], warehouses: Sequence[Warehouse]) -> Iterator[Shelf]:
    """Every product that the first channel lists, published or not, by slug; one batch after the other."""
    last = ""
    while True:
        listed = ProductChannelListing.objects.filter(channel=channels[0], product__slug__gt=last)
        of_batch = listed.select_related("product__product_type", "product__category").order_by("product__slug")[:BATCH]
        listings = list(of_batch)
        if not listings:
            return
        shelf = Shelf(
            products=[listing.product for listing in listings],
            published={(channels[0].id, listing.product_id): listing.is_published for listing in listings},
        )
        _fill(shelf, channels, warehouses)
        yield shelf
        last = shelf.products[-1].slug


def _fill(shelf: Shelf, channels: Sequence[Channel], warehouses: Sequence[Warehouse]) -> None:
    ids = [product.id for product in shelf.products]
    shelf.category_paths = category_paths([product.category for product in shelf.products if product.category])
    _fill_values(shelf, ids)
    for variant in ProductVariant.objects.filter(product__in=ids).order_by("sort_order", "id"):
        shelf.variants[variant.product_id].append(variant)
    prices = VariantChannelListing.objects.filter(variant__product__in=ids, channel__in=channels)
    shelf.prices = {(price.channel_id, price.variant_id): price for price in prices}
    if channels[1:]:
        _fill_published(shelf, ids, channels[1:])
    for warehouse_id, variant_id, on_hand in units_on_hand(ids, warehouses):
        shelf.on_hand[warehouse_id, variant_id] = on_hand
    for media in ProductMedia.objects.filter(product__in=ids).order_by("sort_order", "id"):
        shelf.media[media.product_id].append(media)
    links = ProductMedia.variants.through.objects.filter(productmedia__product__in=ids)
    for variant_id, media_id in links.values_list("productvariant_id", "productmedia_id"):
        shelf.variant_media[variant_id].add(media_id)
    memberships = CollectionProduct.objects.filter(product__in=ids, by_rule=False).order_by(
        "collection__name", "collection"
    )
    for product_id, name in memberships.values_list("product_id", "collection__name"):
        shelf.collections[product_id].append(name)


def _fill_published(shelf: Shelf, ids: list[UUID], channels: Sequence[Channel]) -> None:
    listings = ProductChannelListing.objects.filter(product__in=ids, channel__in=channels)
    for channel_id, product_id, is_published in listings.values_list("channel_id", "product_id", "is_published"):
        shelf.published[channel_id, product_id] = is_published


def _fill_values(shelf: Shelf, ids: list[UUID]) -> None:
    types = {product.product_type_id for product in shelf.products}
    chosen_by = ProductTypeAttribute.objects.filter(
        product_type__in=types, scope=ProductTypeAttribute.Scope.VARIANT, variant_selection=True
    ).order_by("sort_order", "id")
    for type_id, slug in chosen_by.values_list("product_type_id", "attribute__slug"):
        shelf.options[type_id].append(slug)
    columns = ("value__attribute__slug", "value__attribute__name", "value__attribute__input_type", "value__name")
    of_products = ProductAttributeValue.objects.filter(product__in=ids).order_by("sort_order", "id")
    for product_id, *value in of_products.values_list("product_id", *columns):
        shelf.product_values[product_id].append(Value(*value))
    of_variants = VariantAttributeValue.objects.filter(variant__product__in=ids).order_by("sort_order", "id")
    for variant_id, *value in of_variants.values_list("variant_id", *columns):
        shelf.variant_values[variant_id].append(Value(*value))
