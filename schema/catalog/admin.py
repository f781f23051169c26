"""Reading the catalog, for staff and apps: all channels, and what is not published, too."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.attributes.models import Attribute as AttributeModel
from commerce.catalog import models
from commerce.catalog.queries import visible_collections, visible_products, visible_variants
from commerce.core.permission import Permission
from schema.catalog.attribute_filters import AttributeFilterInput, attribute_condition, names_condition
from schema.catalog.attributes import Attribute
from schema.catalog.categories import ORDER, Category, CategoryFilterInput, filtered
from schema.catalog.collections import Collection, CollectionFilterInput, collection_condition
from schema.catalog.filters import ProductFilterInput, ProductOrderInput, ProductWhereInput
from schema.catalog.lookup import find
from schema.catalog.product_pages import page_of_shop
from schema.catalog.questions import Question
from schema.catalog.types import Product, ProductType, ProductVariant
from schema.channels.scope import chosen_channel
from schema.context import Info
from schema.fields import STAFF, query
from schema.pagination import CountableConnection, page_of, slice_of
from schema.search.types import ProductConnection

MANAGE = Permission.MANAGE_PRODUCTS


@query(allow=MANAGE, returns=Product | None)
def product(
    info: Info,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    external_reference: str | None = None,
    channel: str | None = None,
) -> Any:
    """A product, published or not; with `channel` one that it lists, looked at in it."""
    where = chosen_channel(info.context, channel)
    rows = visible_products(channel=where, actor=info.context.actor)
    row = find(rows, "Product", id=id, slug=slug, external_reference=external_reference)
    return info.context.enter(row, where)


@query(allow=MANAGE, returns=ProductConnection | None)
def products(
    info: Info,
    channel: str | None = None,
    filter: ProductFilterInput | None = None,
    where: ProductWhereInput | None = None,
    search: str | None = None,
    sort_by: ProductOrderInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Products, published or not; with `channel` those that it lists, looked at in it."""
    window = slice_of(first, after, last, before)
    question = Question(filter, where, search, sort_by)
    return page_of_shop(info.context, chosen_channel(info.context, channel), question, window)


@query(allow=MANAGE, returns=ProductVariant | None)
def product_variant(
    info: Info,
    id: strawberry.ID | None = None,
    sku: str | None = None,
    external_reference: str | None = None,
    channel: str | None = None,
) -> Any:
    """A variant by id, SKU or external reference; with `channel` looked at in it."""
    where = chosen_channel(info.context, channel)
    rows = visible_variants(channel=where, actor=info.context.actor)
    row = find(rows, "ProductVariant", id=id, sku=sku, external_reference=external_reference)
    return info.context.enter(row, where)


@query(allow=STAFF, returns=Category | None)
def category(info: Info, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """A category, by id or slug; null if there is none."""
    return find(models.Category.objects.all(), "Category", id=id, slug=slug)


@query(allow=STAFF, returns=CountableConnection[Category] | None)
def categories(
    info: Info,
    filter: CategoryFilterInput | None = None,
    level: int | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All categories in the order of the shop; with `level: 0` the roots of the tree."""
    return page_of(filtered(filter, level), ORDER, first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=Collection | None)
def collection(info: Info, id: strawberry.ID | None = None, slug: str | None = None, channel: str | None = None) -> Any:
    """A collection, published or not, by id or slug; null if there is none."""
    where = chosen_channel(info.context, channel)
    rows = visible_collections(channel=where, actor=info.context.actor)
    return info.context.enter(find(rows, "Collection", id=id, slug=slug), where)


@query(allow=MANAGE, returns=CountableConnection[Collection] | None)
def collections(
    info: Info,
    channel: str | None = None,
    filter: CollectionFilterInput | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Collections, published or not, by name."""
    where = chosen_channel(info.context, channel)
    rows = visible_collections(channel=where, actor=info.context.actor).filter(collection_condition(filter))
    page = page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)
    return info.context.enter(page, where)


@query(allow=MANAGE, returns=ProductType | None)
def product_type(info: Info, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """A product type, by id or slug; null if there is none."""
    return find(models.ProductType.objects.all(), "ProductType", id=id, slug=slug)


@query(allow=MANAGE, returns=CountableConnection[ProductType])
def product_types(
    info: Info,
    search: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Product types by name; `search` is text that the name or slug contains."""
    rows = models.ProductType.objects.filter(names_condition(search, path=("search",)))
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=Attribute | None)
def attribute(
    info: Info, id: strawberry.ID | None = None, slug: str | None = None, external_reference: str | None = None
) -> Any:
    """An attribute, by id, slug or external reference; null if there is none."""
    rows = AttributeModel.objects.all()
    return find(rows, "Attribute", id=id, slug=slug, external_reference=external_reference)


@query(allow=MANAGE, returns=CountableConnection[Attribute])
def attributes(
    info: Info,
    filter: AttributeFilterInput | None = None,
    search: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """Attributes by name; `search` is text that the name or slug contains."""
    rows = AttributeModel.objects.filter(attribute_condition(filter), names_condition(search, path=("search",)))
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)
