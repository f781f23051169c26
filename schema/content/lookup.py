"""Finding one page by whichever of its names the caller gave."""

from __future__ import annotations

from uuid import UUID

from commerce.content.page_lookup import page_by_slug
from commerce.content.queries import visible_pages
from commerce.core.actor import Actor
from schema.catalog.lookup import can_exist, language_tag, only_name
from schema.content.pages import AnyPage
from schema.enums import LanguageCodeEnum


def find_page(actor: Actor, *, id: str | None, slug: str | None, language: LanguageCodeEnum | None) -> AnyPage | None:
    """The page with this global id or slug that exists for the actor. Raises as schema.catalog.lookup.find does."""
    _, value = only_name("Page", id=id, slug=slug)
    if isinstance(value, UUID):
        return visible_pages(actor=actor).filter(id=value).first()
    return page_by_slug(value, language=language_tag(language), actor=actor) if can_exist(value) else None
