"""What readers of pages and menus get: named tuples like those of commerce.catalog.rows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

PAGE_COLUMNS: Final = (
    "{0}.id::text, {0}.title, {0}.slug, {0}.seo_title, {0}.seo_description, {0}.page_type_id::text, {0}.is_published,"
    " {0}.published_at::text, {0}.created_at::text, {0}.updated_at::text, {0}.version, {0}.content::text,"
    " {0}.metadata::text, {0}.private_metadata::text"
)
"""The columns of a PageRow; `{0}` is the table's name in the statement."""

MENU_ITEM_COLUMNS: Final = (
    "{0}.id::text, {0}.menu_id::text, {0}.parent_id::text, {0}.name, {0}.url, {0}.category_id::text,"
    " {0}.collection_id::text, {0}.page_id::text, {0}.metadata::text, {0}.private_metadata::text"
)
"""The columns of a MenuItemRow."""


class PageRow(NamedTuple):
    """A page."""

    id: str
    title: str
    slug: str
    seo_title: str
    seo_description: str
    page_type_id: str
    is_published: bool
    published_text: str | None
    created_text: str
    updated_text: str
    version: int
    content_json: str | None
    metadata_json: str
    private_metadata_json: str

    @property
    def published_at(self) -> datetime | None:
        """Since when it is shown, if it is published; None for ever."""
        return None if self.published_text is None else datetime.fromisoformat(self.published_text)

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created_text)

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
        return datetime.fromisoformat(self.updated_text)

    @property
    def content(self) -> Any:
        """The text in blocks."""
        return None if self.content_json is None else json.loads(self.content_json)

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)


class MenuItemRow(NamedTuple):
    """A line of a menu. At most one of url, category, collection and page is there."""

    id: str
    menu_id: str
    parent_id: str | None
    name: str
    url: str
    category_id: str | None
    collection_id: str | None
    page_id: str | None
    metadata_json: str
    private_metadata_json: str

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)
