"""Changing categories and collections, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.catalog import models, services
from commerce.catalog.services.collections import CollectionChanges
from commerce.core.permission import Permission
from schema.catalog.attribute_mutations import ReorderInput, read_moves
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.inputs import CategoryInput
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input, renamed
from schema.given import given, metadata, texts
from schema.ids import id_of, ids_of
from schema.metadata import MetadataInput
from schema.payloads import current_row, row_payload
from schema.scalars import JSONString

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
category_now = current_row(models.Category, "category")
collection_now = current_row(models.Collection, "collection")
named_collection_now = current_row(models.Collection, "collection", argument="collection_id")


@strawberry.input(description="What a collection is.")
class CollectionInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    description: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")
    background_image_alt: str | None = strawberry.field(
        default=UNSET, description="What is in the picture behind its page."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> CollectionChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "slug", "seo_title", "seo_description", "background_image_alt"),
            **given(self, "description"),
            **metadata(self),
        }
        return cast(CollectionChanges, found)


@strawberry.input(description="How a channel lists a collection.")
class CollectionChannelListingUpdateInput:
    """All of it is written; what is left out gets its default."""

    channel: str = strawberry.field(description="The channel's slug.")
    is_published: bool = strawberry.field(description="Whether shoppers see it.")
    published_at: datetime | None = strawberry.field(default=None, description="Not shown before; null means at once.")


@change(payload=row_payload("CategoryCreate", "category", Category | None, ProductError))
def category_create(info: Info, input: CategoryInput, parent: strawberry.ID | None = None) -> Any:
    """Add a category below `parent`, or a root; without a slug it gets a free one from its name."""
    changes: dict[str, Any] = {**input.changes()}
    with below_input("parent"):
        return services.create_category(
            name=changes.pop("name", ""),
            slug=changes.pop("slug", None),
            parent_id=None if parent is None else id_of("Category", parent, path=("parent",)),
            actor=info.context.actor,
            **changes,
        )


@change(payload=row_payload("CategoryUpdate", "category", Category | None, ProductError), current=category_now)
def category_update(info: Info, id: strawberry.ID, input: CategoryInput, version: int | None = None) -> Any:
    """Change what a category is called and says."""
    with below_input():
        return services.update_category(
            category_id=id_of("Category", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("CategoryMove", "category", Category | None, ProductError), current=category_now)
def category_move(
    info: Info, id: strawberry.ID, parent: strawberry.ID | None = None, version: int | None = None
) -> Any:
    """Put a category, with all below it, below another one or at the top; refused with LOOP below itself."""
    return services.move_category(
        category_id=id_of("Category", id),
        parent_id=None if parent is None else id_of("Category", parent, path=("parent",)),
        version=version,
        actor=info.context.actor,
    )


@change(payload=row_payload("CategoryDelete", "category", Category | None, ProductError), current=category_now)
def category_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a category; what lay in it or below it, products too, moves to the one above, if there is one."""
    services.delete_category(category_id=id_of("Category", id), version=version, actor=info.context.actor)


@change(payload=row_payload("CategoryReorder", "category", Category | None, ProductError))
def category_reorder(info: Info, moves: list[ReorderInput], parent: strawberry.ID | None = None) -> Any:
    """Put the categories right below `parent`, or the roots, into another order; answers with the parent."""
    return services.reorder_categories(
        parent_id=None if parent is None else id_of("Category", parent, path=("parent",)),
        moves=read_moves("Category", moves),
        actor=info.context.actor,
    )


@change(payload=row_payload("CollectionCreate", "collection", Collection | None, ProductError))
def collection_create(
    info: Info,
    name: str | None = None,
    slug: str | None = None,
    description: JSONString | None = None,
    input: CollectionInput | None = None,
) -> Any:
    """Make an empty collection that no channel shows yet; what `input` says comes before the single arguments."""
    changes: dict[str, Any] = {"name": name or "", "slug": slug, "description": description}
    if input is not None:
        changes.update(input.changes())
    with below_input(*(() if input is not None else ("name", "slug", "description"))):
        return services.create_collection(
            name=changes.pop("name"),
            slug=changes.pop("slug"),
            description=changes.pop("description"),
            changes=cast(CollectionChanges, changes),
            actor=info.context.actor,
        )


@change(payload=row_payload("CollectionUpdate", "collection", Collection | None, ProductError), current=collection_now)
def collection_update(info: Info, id: strawberry.ID, input: CollectionInput, version: int | None = None) -> Any:
    """Change what a collection is called and says."""
    with below_input():
        return services.update_collection(
            collection_id=id_of("Collection", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("CollectionDelete", "collection", Collection | None, ProductError), current=collection_now)
def collection_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a collection; its products stay."""
    services.delete_collection(collection_id=id_of("Collection", id), version=version, actor=info.context.actor)


@change(
    payload=row_payload("CollectionAddProducts", "collection", Collection | None, ProductError),
    current=named_collection_now,
)
def collection_add_products(
    info: Info, collection_id: strawberry.ID, products: list[strawberry.ID], version: int | None = None
) -> Any:
    """Put products at the end of a collection; those already in it keep their place."""
    with renamed(id=("collectionId",)):
        return services.add_to_collection(
            collection_id=id_of("Collection", collection_id),
            product_ids=ids_of("Product", products, path=("products",)),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("CollectionRemoveProducts", "collection", Collection | None, ProductError),
    current=named_collection_now,
)
def collection_remove_products(
    info: Info, collection_id: strawberry.ID, products: list[strawberry.ID], version: int | None = None
) -> Any:
    """Take products out of a collection; those that are not in it are passed over."""
    with renamed(id=("collectionId",)):
        return services.remove_from_collection(
            collection_id=id_of("Collection", collection_id),
            product_ids=ids_of("Product", products, path=("products",)),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("CollectionReorderProducts", "collection", Collection | None, ProductError),
    current=named_collection_now,
)
def collection_reorder_products(
    info: Info, collection_id: strawberry.ID, moves: list[ReorderInput], version: int | None = None
) -> Any:
    """Put the products of a collection that were picked by hand into another order; those of its rule follow them."""
    with renamed(id=("collectionId",)):
        return services.reorder_collection(
            collection_id=id_of("Collection", collection_id),
            moves=read_moves("Product", moves),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("CollectionChannelListingUpdate", "collection", Collection | None, ProductError),
    current=collection_now,
)
def collection_channel_listing_update(
    info: Info, id: strawberry.ID, input: CollectionChannelListingUpdateInput, version: int | None = None
) -> Any:
    """Show a collection in a channel, or hide it there."""
    key = id_of("Collection", id)
    with below_input():
        channel = named_channel(info.context, input.channel)
        if input.is_published:
            services.publish_collection(
                collection_id=key,
                channel=channel,
                published_at=input.published_at,
                version=version,
                actor=info.context.actor,
            )
        else:
            services.unpublish_collection(collection_id=key, channel=channel, version=version, actor=info.context.actor)
    return models.Collection.objects.get(id=key)
