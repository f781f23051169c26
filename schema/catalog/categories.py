"""Categories as the API shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from django.db.models import Count, Q, QuerySet

from commerce.catalog import models
from commerce.catalog.brief_rows import BriefCategoryRow
from commerce.catalog.groupings import brief_categories_by_id, categories_by_id
from commerce.catalog.rows import CategoryRow
from commerce.catalog.translations import slugs_of_categories, translations_of_categories
from commerce.core.keyset import fetch_pages_by_parent
from commerce.core.permission import Permission
from schema.catalog.briefly import asks_briefly, category_in_brief
from schema.catalog.filters import DateTimeRangeInput, MetadataFilter
from schema.catalog.images import Image, background_image
from schema.catalog.product_pages import products_of_categories
from schema.catalog.questions import metadata_condition, texts_condition, updated_condition
from schema.catalog.sources import AnyCategory, AnyProduct
from schema.catalog.stored import version_field
from schema.catalog.translations import CategoryTranslation, SlugInLanguage, slugs_field, translation_field
from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import global_id, ids_of
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.pagination import CountableConnection, Counts, Edge, Page, slice_of, to_page
from schema.scalars import JSONString

if TYPE_CHECKING:
    from schema.search.types import ProductConnection

ORDER = ("sort_order", "name", "id")


def load_categories(
    rows: Sequence[AnyProduct], context: RequestContext
) -> list[CategoryRow | None] | list[BriefCategoryRow | None]:
    """The category of each product."""
    asked = [str(row.category_id) for row in rows if row.category_id is not None]
    briefly = asks_briefly(rows, category_in_brief)
    found = context.known(("categories", briefly), asked, brief_categories_by_id if briefly else categories_by_id)
    return [found.get(str(row.category_id)) for row in rows]


def _parents(categories: Sequence[AnyCategory], context: RequestContext) -> list[CategoryRow | None]:
    found = categories_by_id([row.parent_id for row in categories if row.parent_id is not None])
    return [found.get(str(row.parent_id)) for row in categories]


def _ancestors(categories: Sequence[AnyCategory], context: RequestContext, first: int | None = None) -> list[Page]:
    """The categories above, from the root down: the tree is not deep, so this is always one page."""
    size = slice_of(first, None, None, None).size
    found = categories_by_id(key for category in categories for key in category.ancestors[:-1])
    pages = []
    for category in categories:
        above = [found[str(key)] for key in category.ancestors[:-1] if str(key) in found]
        edges = [Edge(row, depth, str) for depth, row in enumerate(above[:size])]
        pages.append(Page(edges, has_next_page=len(above) > size, count=partial(len, above)))
    return pages


def _children(
    categories: Sequence[AnyCategory],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The categories right below, in the order of the shop."""
    ids = [UUID(str(category.id)) for category in categories]
    keys = list(dict.fromkeys(ids))
    window = slice_of(first, after, last, before)
    found = fetch_pages_by_parent(models.Category.objects.all(), "parent_id", keys, ORDER, window)
    counts = Counts(lambda: _count_children(keys))
    return [to_page(found[key], count=counts.of(key)) for key in ids]


def _count_children(parent_ids: Collection[UUID]) -> dict[UUID, int]:
    children = models.Category.objects.filter(parent__in=list(parent_ids)).order_by().values_list("parent")
    return dict(children.annotate(count=Count("id")))


@strawberry.type(description="A node of the category tree.")
class Category:
    """Source: commerce.catalog.rows.CategoryRow or commerce.catalog.models.Category."""

    id: strawberry.ID = global_id("Category")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description in blocks as Editor.js writes them.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")
    level: int = computed(lambda root: len(root.ancestors) - 1, "How many categories are above it.")
    updated_at: datetime = leaf("When it was last changed.")
    background_image: Image | None = background_image("The picture behind the category's page.")
    parent: Category | None = nested(_parents, "The category right above; null for a root.")
    ancestors: CountableConnection[Category] | None = nested(_ancestors)
    children: CountableConnection[Category] | None = nested(_children)
    products: Annotated[ProductConnection, strawberry.lazy("schema.search.types")] | None = nested(
        products_of_categories
    )
    translation: CategoryTranslation | None = translation_field("The texts", translations_of_categories)
    slugs: list[SlugInLanguage] = slugs_field(slugs_of_categories)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_PRODUCTS)
    version: int | None = version_field(models.Category)


@strawberry.input(description="What listed categories have in common: all of what is given.")
class CategoryFilterInput:
    """What is left out asks nothing."""

    search: str | None = strawberry.field(default=None, description="Text that the name contains.")
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these categories.")
    slugs: list[str] | None = strawberry.field(default=None, description="One of these slugs.")
    updated_at: DateTimeRangeInput | None = strawberry.field(default=None, description="When it was last changed.")
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="All of this public metadata.")


def filtered(filter: CategoryFilterInput | None, level: int | None) -> QuerySet[models.Category]:
    """The categories that `filter` asks for, at a depth of `level` (0: the roots)."""
    condition = Q() if level is None else Q(ancestors__len=level + 1)
    if filter is not None:
        condition &= texts_condition(filter.search, filter.slugs)
        condition &= updated_condition(filter.updated_at, ("filter", "updatedAt"))
        condition &= metadata_condition(filter.metadata)
        if filter.ids is not None:
            condition &= Q(id__in=ids_of("Category", filter.ids, path=("filter", "ids")))
    return models.Category.objects.filter(condition)
