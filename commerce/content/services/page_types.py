"""Kinds of pages, and the attributes that describe them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from commerce.attributes.models import Attribute
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.slugs import free_slug
from commerce.catalog.versions import changed_row
from commerce.content.constraints import UNIQUE_FIELDS
from commerce.content.errors import PageTypeInUse, PageTypeNotFound
from commerce.content.models import PageType, PageTypeAttribute
from commerce.content.services.texts import checked_texts
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.permission import Permission


@dataclass(frozen=True, slots=True)
class AttributeOfType:
    """An attribute of the pages of a type, and whether each of them must have a value of it."""

    attribute_id: UUID
    required: bool = False


class PageTypeChanges(TypedDict, total=False):
    """What can be changed of a page type besides its attributes; a key that is missing stays as it is."""

    name: str
    slug: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_page_type(*, changes: PageTypeChanges, attributes: Sequence[AttributeOfType] = (), actor: Actor) -> PageType:
    """Make a page type; without a slug it gets a free one from its name.

    Raises NotUnique, Required, InvalidInput, NotFound (path `attributes`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PAGES)
    values = checked_texts({"name": "", **changes})
    values.setdefault("slug", free_slug(values["name"], taken=lambda slug: PageType.objects.filter(slug=slug).exists()))
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        page_type = PageType.objects.create(**values)
        _set_attributes(page_type, attributes)
    return page_type


def update_page_type(
    *,
    page_type_id: UUID,
    changes: PageTypeChanges,
    attributes: Sequence[AttributeOfType] | None = None,
    version: int | None = None,
    actor: Actor,
) -> PageType:
    """Change a page type; `attributes`, if given, replace all that it has, in this order.

    The values that pages have of an attribute stay, and are shown again when the type gets it back.
    Raises PageTypeNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput, NotFound or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PAGES)
    values = checked_texts(changes)
    with refusing_duplicates(UNIQUE_FIELDS), transaction.atomic():
        page_type = _changed(page_type_id, version, **values)
        if attributes is not None:
            page_type.attribute_links.all().delete()
            _set_attributes(page_type, attributes)
    return page_type


def delete_page_type(*, page_type_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a page type. Raises PageTypeNotFound, Conflict, PageTypeInUse (it has pages) or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PAGES)
    try:
        with transaction.atomic():
            _changed(page_type_id, version).delete()
    except ProtectedError as error:
        raise PageTypeInUse("There are pages of this type.", path=("id",)) from error


def _changed(page_type_id: UUID, version: int | None, **values: object) -> PageType:
    page_type = changed_row(PageType, page_type_id, expected_version=version, **values)
    if page_type is None:
        raise PageTypeNotFound("There is no such page type.", path=("id",))
    return page_type


def _set_attributes(page_type: PageType, attributes: Sequence[AttributeOfType]) -> None:
    known = set(
        Attribute.objects.filter(id__in=[each.attribute_id for each in attributes]).values_list("id", flat=True)
    )
    seen: set[UUID] = set()
    for index, each in enumerate(attributes):
        path = ("attributes", str(index), "attribute")
        if each.attribute_id not in known:
            raise NotFound("There is no such attribute.", path=path)
        if each.attribute_id in seen:
            raise InvalidInput("The type has this attribute already.", path=path)
        seen.add(each.attribute_id)
    PageTypeAttribute.objects.bulk_create(
        PageTypeAttribute(page_type=page_type, attribute_id=each.attribute_id, required=each.required, sort_order=place)
        for place, each in enumerate(attributes)
    )
