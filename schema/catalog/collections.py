"""Collections as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from django.db.models import Q

from commerce.catalog import models
from commerce.catalog.groupings import collections_of_products
from commerce.catalog.rows import CollectionRow
from commerce.catalog.translations import slugs_of_collections, translations_of_collections
from commerce.channels.models import Channel
from commerce.core.permission import Permission
from schema.catalog.briefly import asks_briefly, collections_in_brief
from schema.catalog.collection_rules import CollectionRule, load_rules
from schema.catalog.filters import MetadataFilter
from schema.catalog.images import Image, background_image
from schema.catalog.product_pages import products_of_collections
from schema.catalog.questions import metadata_condition, texts_condition
from schema.catalog.sources import AnyProduct, Key
from schema.catalog.stored import version_field
from schema.catalog.translations import CollectionTranslation, SlugInLanguage, slugs_field, translation_field
from schema.channels.scope import per_channel
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.ids import global_id, ids_of
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.scalars import JSONString

if TYPE_CHECKING:
    from schema.search.types import ProductConnection


def load_collections(products: Sequence[AnyProduct], context: RequestContext) -> list[list[CollectionRow]]:
    """The collections of each product that the caller may see."""
    briefly = asks_briefly(products, collections_in_brief)

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[list[CollectionRow]]:
        asked: list[Key] = [row.id for row in members]
        found = context.known(
            ("collections", briefly, channel.id if channel else None),
            asked,
            lambda missing: collections_of_products(missing, channel=channel, actor=context.actor),
        )
        return [found[key] for key in asked]

    return per_channel(products, context, load)


@strawberry.type(description="A selection of products: picked by hand, found by a rule, or both.")
class Collection:
    """Source: commerce.catalog.rows.CollectionRow or commerce.catalog.models.Collection."""

    id: strawberry.ID = global_id("Collection")
    name: str = leaf("The name.")
    slug: str = leaf("The name in addresses.")
    description: JSONString | None = leaf("The description in blocks as Editor.js writes them.")
    seo_title: str | None = leaf("The title for search engines.")
    seo_description: str | None = leaf("The description for search engines.")
    updated_at: datetime = leaf("When it was last changed.")
    background_image: Image | None = background_image("The picture behind the collection's page.")
    products: Annotated[ProductConnection, strawberry.lazy("schema.search.types")] | None = nested(
        products_of_collections
    )
    translation: CollectionTranslation | None = translation_field("The texts", translations_of_collections)
    slugs: list[SlugInLanguage] = slugs_field(slugs_of_collections)
    rule: CollectionRule | None = nested(load_rules, permission=Permission.MANAGE_PRODUCTS)
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_PRODUCTS)
    version: int | None = version_field(models.Collection)


@strawberry.input(description="What listed collections have in common: all of what is given.")
class CollectionFilterInput:
    """What is left out asks nothing."""

    search: str | None = strawberry.field(default=None, description="Text that the name contains.")
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these collections.")
    slugs: list[str] | None = strawberry.field(default=None, description="One of these slugs.")
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="All of this public metadata.")


def collection_condition(filter: CollectionFilterInput | None) -> Q:
    """What `filter` asks, as a condition on Collection."""
    if filter is None:
        return Q()
    condition = texts_condition(filter.search, filter.slugs) & metadata_condition(filter.metadata)
    if filter.ids is not None:
        condition &= Q(id__in=ids_of("Collection", filter.ids, path=("filter", "ids")))
    return condition
