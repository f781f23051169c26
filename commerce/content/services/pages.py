"""Making, changing, publishing and deleting pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.assigning import Owner, Rule, assign, assign_values
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.given_attributes import GivenAttribute
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.services.products import require_one_way
from commerce.catalog.slugs import free_slug
from commerce.catalog.versions import changed_row
from commerce.content.constraints import UNIQUE_FIELDS
from commerce.content.errors import PageNotFound, PageTypeNotFound
from commerce.content.events import PageCreated, PageDeleted, PageUpdated
from commerce.content.models import Page, PageAttributeValue, PageType
from commerce.content.services.texts import checked_texts
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit

_VALUES: Final = ("attributeValues",)


class PageChanges(TypedDict, total=False):
    """What can be changed of a page; a key that is missing stays as it is.

    A published page is shown from `published_at` on, whether anything runs then or not; None is at once.
    """

    title: str
    slug: str
    content: object
    seo_title: str
    seo_description: str
    is_published: bool
    published_at: datetime | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_page(
    *,
    page_type_id: UUID,
    changes: PageChanges,
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] = (),
    actor: Actor,
) -> Page:
    """Make a page, hidden unless `changes` publish it; without a slug it gets a free one from its title.

    Raises PageTypeNotFound, NotUnique, Required, InvalidInput, NotFound (attribute value), Rejected (several things
    about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PAGES)
    require_one_way(attributes, attribute_value_ids)
    values = _checked({"title": "", **changes})
    values.setdefault("slug", free_slug(values["title"], taken=lambda slug: Page.objects.filter(slug=slug).exists()))
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        # The lock keeps the type, and what it asks of its pages, as they are until this page is there.
        page_type = PageType.objects.select_for_update(no_key=True).filter(id=page_type_id).first()
        if page_type is None:
            raise PageTypeNotFound("There is no such page type.", path=("pageType",))
        page = Page.objects.create(**values, page_type=page_type)
        _set_attributes(page, attributes, attribute_value_ids or None, is_new=True)
        announce_page(page, PageCreated)
    return page


def update_page(
    *,
    page_id: UUID,
    changes: PageChanges,
    attributes: Sequence[GivenAttribute] = (),
    attribute_value_ids: Sequence[UUID] | None = None,
    version: int | None = None,
    actor: Actor,
) -> Page:
    """Change, publish or hide a page. `attributes` change those that they name; `attribute_value_ids` replace all.

    Raises PageNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput, NotFound, Rejected
    (several things about `attributes`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PAGES)
    require_one_way(attributes, attribute_value_ids)
    values = _checked(changes)
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        page = _changed(page_id, version, **values)
        if attributes or attribute_value_ids is not None:
            _set_attributes(page, attributes, attribute_value_ids, is_new=False)
        announce_page(page)
    return page


def delete_page(*, page_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a page; items of menus that lead to it stay as headings.

    Raises PageNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PAGES)
    with transaction.atomic():
        page = _changed(page_id, version)
        event = PageDeleted(page_id=page.id, slug=page.slug, title=page.title)
        emit(event, aggregate=("page", page.id), sequence=page.version)
        page.delete()


def announce_page(page: Page, kind: type[PageCreated] | type[PageUpdated] = PageUpdated) -> None:
    """Emit that a page was made, or that it is another version now."""
    event = kind(
        page_id=page.id,
        slug=page.slug,
        title=page.title,
        is_published=page.is_published,
        published_at=page.published_at.isoformat() if page.published_at else None,
    )
    emit(event, aggregate=("page", page.id), sequence=page.version)


def _changed(page_id: UUID, version: int | None, **values: object) -> Page:
    page = changed_row(Page, page_id, expected_version=version, **values)
    if page is None:
        raise PageNotFound("There is no such page.", path=("id",))
    return page


def _checked(changes: PageChanges) -> dict[str, Any]:
    values = checked_texts(changes, name="title")
    require_text(values.get("seo_title"), 70, path=("seoTitle",))
    require_text(values.get("seo_description"), 300, path=("seoDescription",))
    moment = values.get("published_at")
    if moment is not None and (moment.tzinfo is None or not 1900 <= moment.year <= 9000):
        raise InvalidInput("A moment has a time zone, and a year that people live to see.", path=("publishedAt",))
    if "content" in values:
        values["content"] = clean_blocks(values["content"], path=("content",))
    return values


def _set_attributes(
    page: Page, attributes: Sequence[GivenAttribute], value_ids: Sequence[UUID] | None, *, is_new: bool
) -> None:
    links = page.page_type.attribute_links.select_related("attribute")
    rules = [Rule(link.attribute, link.required or link.attribute.value_required) for link in links]
    owner = Owner(PageAttributeValue, "page", page.id, rules)
    if value_ids is not None:
        assign_values(owner, value_ids, is_new=is_new, path=_VALUES)
    else:
        assign(owner, attributes, is_new=is_new)
