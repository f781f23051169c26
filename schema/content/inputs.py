"""What staff and apps send to change pages and menus."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.content.services.menu_items import MenuItemChanges
from commerce.content.services.menus import MenuChanges
from commerce.content.services.page_types import AttributeOfType, PageTypeChanges
from commerce.content.services.pages import PageChanges
from schema.catalog.attribute_inputs import AttributeValueInput
from schema.given import given, metadata, named, texts
from schema.ids import id_of, ids_of
from schema.metadata import MetadataInput
from schema.scalars import JSONString


@strawberry.input(description="An attribute of the pages of a type.")
class PageTypeAttributeInput:
    """Its place in the list is its place on the page."""

    attribute: strawberry.ID = strawberry.field(description="The attribute.")
    required: bool = strawberry.field(default=False, description="Whether every page has a value of it.")


@strawberry.input(description="What a page type is.")
class PageTypeInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    attributes: list[PageTypeAttributeInput] | None = strawberry.field(
        default=UNSET, description="Its attributes, in this order; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> PageTypeChanges:
        """The keys that were given."""
        return cast(PageTypeChanges, {**texts(self, "name", "slug"), **metadata(self)})

    def attributes_of_type(self) -> list[AttributeOfType] | None:
        """The attributes; None if the caller said nothing of them. Raises InvalidId."""
        if self.attributes is UNSET:
            return None
        return [
            AttributeOfType(
                id_of("Attribute", each.attribute, path=("attributes", str(index), "attribute")), each.required
            )
            for index, each in enumerate(self.attributes or ())
        ]


@strawberry.input(description="What a page is.")
class PageInput:
    """What is left out stays as it is."""

    title: str | None = strawberry.field(default=UNSET, description="The title.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    content: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")
    is_published: bool | None = strawberry.field(
        default=UNSET, description="Whether shoppers see it, from `publishedAt` on."
    )
    published_at: datetime | None = strawberry.field(
        default=UNSET, description="Not shown before, and shown by itself from then on; null means at once."
    )
    attributes: list[AttributeValueInput] | None = strawberry.field(
        default=UNSET, description="Attributes with their values; those that are not named keep theirs."
    )
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Ids of attribute values; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> PageChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "title", "slug", "seo_title", "seo_description"),
            **given(self, "content", "published_at"),
            **named(self, "is_published"),
            **metadata(self),
        }
        return cast(PageChanges, found)

    def value_ids(self) -> list[UUID] | None:
        """The attribute values; None if the caller said nothing of them. Raises InvalidId."""
        if self.attribute_values is UNSET:
            return None
        return ids_of("AttributeValue", self.attribute_values or [], path=("attributeValues",))


@strawberry.input(description="What a new page is.")
class PageCreateInput(PageInput):
    """A title is needed; without a slug it gets a free one from its title."""

    page_type: strawberry.ID = strawberry.field(description="What kind of text it is.")


@strawberry.input(description="What a menu is.")
class MenuInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name by which frontends ask for it.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> MenuChanges:
        """The keys that were given."""
        return cast(MenuChanges, {**texts(self, "name", "slug"), **metadata(self)})


@strawberry.input(description="What a line of a menu says, and the one thing that it leads to.")
class MenuItemInput:
    """What is left out stays as it is; a category, collection, page or URL takes the place of what was there."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    category: strawberry.ID | None = strawberry.field(default=UNSET, description="The category that it leads to.")
    collection: strawberry.ID | None = strawberry.field(default=UNSET, description="The collection that it leads to.")
    page: strawberry.ID | None = strawberry.field(default=UNSET, description="The page that it leads to.")
    url: str | None = strawberry.field(
        default=UNSET, description="The address that it leads to: https:, http:, mailto:, tel:, or in the shop (/...)."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> MenuItemChanges:
        """The keys that were given. Raises InvalidId."""
        found: dict[str, Any] = {**texts(self, "name", "url"), **metadata(self)}
        for name, kind in (("category", "Category"), ("collection", "Collection"), ("page", "Page")):
            for value in given(self, name).values():
                found[f"{name}_id"] = None if value is None else id_of(kind, value, path=(name,))
        return cast(MenuItemChanges, found)


@strawberry.input(description="What a new line of a menu says, and where it stands.")
class MenuItemCreateInput(MenuItemInput):
    """A name is needed."""

    menu: strawberry.ID = strawberry.field(description="The menu.")
    parent: strawberry.ID | None = strawberry.field(default=None, description="The item above; null for the top.")
    position: int | None = strawberry.field(
        default=None, description="Its place among its neighbours, 0 for the first; null for the last."
    )


@strawberry.input(description="Where a line of a menu goes, with all below it.")
class MenuItemMoveInput:
    """The whole place: what is left out is the top, and the last of its neighbours."""

    parent: strawberry.ID | None = strawberry.field(default=None, description="The item above; null for the top.")
    position: int | None = strawberry.field(
        default=None, description="Its place among its neighbours, 0 for the first; null for the last."
    )
