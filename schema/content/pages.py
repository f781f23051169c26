"""Pages and their types as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

import strawberry

from commerce.content import models
from commerce.content.reads import attributes_of_pages, page_types_by_id
from commerce.content.rows import PageRow
from commerce.content.translations import slugs_of_pages, translations_of_pages
from commerce.core.permission import Permission
from schema.catalog.assigned import AssignedAttribute, assigned_fields
from schema.catalog.attributes import Attribute, Selected, SelectedAttribute, shown
from schema.catalog.translations import SlugInLanguage, slugs_field, translation_field
from schema.content.translations import PageTranslation
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.scalars import JSONString

MANAGE = Permission.MANAGE_PAGES

AnyPage: TypeAlias = PageRow | models.Page


def _attributes(*, only_required: bool) -> Loader:
    def load(types: Sequence[models.PageType], context: RequestContext) -> list[list[object]]:
        links = models.PageTypeAttribute.objects.filter(page_type__in=[row.id for row in types])
        if only_required:
            links = links.filter(required=True)
        if not context.actor.has(MANAGE):
            links = links.filter(attribute__visible_in_storefront=True)
        found: dict[object, list[object]] = {row.id: [] for row in types}
        for link in links.select_related("attribute").order_by("sort_order", "id"):
            found[link.page_type_id].append(link.attribute)
        return [found[row.id] for row in types]

    return load


@strawberry.type(description="What kind of text a page is, and which attributes describe it.")
class PageType:
    """Source: commerce.content.models.PageType."""

    id: strawberry.ID = global_id("PageType")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    attributes: list[Attribute] | None = nested(_attributes(only_required=False), "The attributes of its pages.")
    required_attributes: list[Attribute] | None = nested(
        _attributes(only_required=True), "Those of which every page has a value.", permission=MANAGE
    )
    version: int = leaf("Counts its changes; send it with yours.", source="version", permission=MANAGE)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)


def _types(pages: Sequence[AnyPage], context: RequestContext) -> list[models.PageType]:
    found = page_types_by_id({str(page.page_type_id) for page in pages})
    return [found[str(page.page_type_id)] for page in pages]


def _selected(pages: Sequence[Any], context: RequestContext) -> list[list[Selected]]:
    """The attributes of the page's type, with the values that the page has."""
    found = context.known("attributes of pages", [page.id for page in pages], attributes_of_pages)
    return [shown(found[page.id], context, MANAGE) for page in pages]


assigned_to_pages = assigned_fields(_selected)


@strawberry.type(description="A text with an address of its own, such as an imprint or a story.")
class Page:
    """Source: commerce.content.rows.PageRow or commerce.content.models.Page."""

    id: strawberry.ID = global_id("Page")
    title: str = leaf("The title.")
    slug: str = leaf("The name in addresses.")
    content: JSONString | None = leaf("The text in blocks as Editor.js writes them.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")
    is_published: bool = leaf("Whether shoppers see it, from `publishedAt` on.")
    published_at: datetime | None = leaf("Since when shoppers see it, if it is published; null means at once.")
    created: datetime = leaf("When it was made.", source="created_at")
    updated_at: datetime = leaf("When it was last changed.")
    page_type: PageType = nested(_types, "What kind of text it is.")
    attributes: list[SelectedAttribute] = nested(_selected)
    assigned_attributes: list[AssignedAttribute] = assigned_to_pages[0]
    assigned_attribute: AssignedAttribute | None = assigned_to_pages[1]
    translation: PageTranslation | None = translation_field("The texts", translations_of_pages)
    slugs: list[SlugInLanguage] = slugs_field(slugs_of_pages)
    version: int = leaf("Counts its changes; send it with yours.", source="version", permission=MANAGE)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(MANAGE)
