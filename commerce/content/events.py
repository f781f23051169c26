"""What happens to pages and menus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PageCreated:
    """A page exists; shoppers see it if it is published, from `published_at` on."""

    type: ClassVar[str] = "page.created"
    page_id: UUID
    slug: str
    title: str
    is_published: bool
    published_at: str | None


@dataclass(frozen=True, slots=True)
class PageUpdated:
    """A page or its attributes changed, or who may see it."""

    type: ClassVar[str] = "page.updated"
    page_id: UUID
    slug: str
    title: str
    is_published: bool
    published_at: str | None


@dataclass(frozen=True, slots=True)
class PageDeleted:
    """A page is gone."""

    type: ClassVar[str] = "page.deleted"
    page_id: UUID
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class MenuCreated:
    """A menu exists, still empty."""

    type: ClassVar[str] = "menu.created"
    menu_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class MenuUpdated:
    """A menu or one of its items changed."""

    type: ClassVar[str] = "menu.updated"
    menu_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class MenuDeleted:
    """A menu is gone, with its items."""

    type: ClassVar[str] = "menu.deleted"
    menu_id: UUID
    slug: str
