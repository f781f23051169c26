"""Attributes and their choices. They are one thing with one version: every change of a choice counts it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Max, ProtectedError

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.attribute_kinds import CHOICES, FILTERABLE, check_attribute, checked_address, checked_colour
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import AttributeInUse, AttributeNotFound, AttributeValueNotFound
from commerce.catalog.events import AttributeCreated, AttributeDeleted, AttributeUpdated
from commerce.catalog.keeping import locked_for_deletion
from commerce.catalog.named_changes import checked_changes
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.slugs import free_slug
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, Rejected
from commerce.core.permission import Permission
from commerce.events.emit import emit

MAX_VALUES_AT_ONCE = 100
_LONGEST_SLUG = 250


class AttributeChanges(TypedDict, total=False):
    """What can be said of an attribute; a key that is missing stays as it is."""

    name: str
    slug: str
    input_type: str
    entity_type: str
    unit: str
    value_required: bool
    visible_in_storefront: bool
    filterable: bool
    external_reference: str | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


class ValueChanges(TypedDict, total=False):
    """What can be said of a choice; a key that is missing stays as it is. A swatch has a colour or a picture."""

    name: str
    slug: str
    swatch: str
    file_url: str


def create_attribute(*, changes: AttributeChanges, values: Sequence[ValueChanges] = (), actor: Actor) -> Attribute:
    """Make an attribute, with its choices if it is of a kind that has some; without a slug it gets one from its name.

    Raises NotUnique, Required, InvalidInput (also below the path `values`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    columns = checked_changes({"name": "", **changes}, noun="An attribute")
    columns.setdefault("input_type", Attribute.InputType.DROPDOWN)
    columns.setdefault("filterable", columns["input_type"] in FILTERABLE)
    check_attribute({"entity_type": "", "unit": "", **columns})
    columns.setdefault("slug", free_slug(columns["name"], taken=lambda s: Attribute.objects.filter(slug=s).exists()))
    _check_slug(columns)
    with refusing_duplicates(), transaction.atomic():
        attribute = Attribute.objects.create(**columns)
        _add_values(attribute, values)
        event = AttributeCreated(attribute_id=attribute.id, slug=attribute.slug)
        emit(event, aggregate=("attribute", attribute.id), sequence=attribute.version)
    return attribute


def update_attribute(
    *, attribute_id: UUID, changes: AttributeChanges, version: int | None = None, actor: Actor
) -> Attribute:
    """Change an attribute; its kind, and what it refers to, only while it has no values.

    Raises AttributeNotFound, Conflict (no longer at `version`), AttributeInUse, NotUnique, Required, InvalidInput or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    columns = checked_changes(changes, noun="An attribute")
    _check_slug(columns)
    with refusing_duplicates(), transaction.atomic():
        attribute = touched_attribute(attribute_id, version=version)
        for column, path in (("input_type", "inputType"), ("entity_type", "entityType")):
            if columns.get(column, getattr(attribute, column)) != getattr(attribute, column) and _has_values(attribute):
                raise AttributeInUse("The attribute has values of its present kind.", path=(path,))
        if columns.get("input_type", attribute.input_type) not in FILTERABLE:
            columns.setdefault("filterable", False)
        for column, value in columns.items():
            setattr(attribute, column, value)
        check_attribute(vars(attribute))
        attribute.save(update_fields=[*columns, "updated_at"])
        _announce(attribute)
    return attribute


def delete_attribute(*, attribute_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete an attribute with its values.

    Raises AttributeNotFound, Conflict (no longer at `version`), AttributeInUse (a product type or page type has it) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    try:
        with transaction.atomic():
            attribute = touched_attribute(attribute_id, version=version)
            event = AttributeDeleted(attribute_id=attribute.id, slug=attribute.slug)
            emit(event, aggregate=("attribute", attribute.id), sequence=attribute.version)
            locked_for_deletion(attribute)
            attribute.delete()
    except ProtectedError as error:
        raise AttributeInUse("Product types or page types have this attribute.", path=("id",)) from error


def create_attribute_value(
    *, attribute_id: UUID, changes: ValueChanges, version: int | None = None, actor: Actor
) -> AttributeValue:
    """Add a choice as the last one; `version` is the attribute's.

    Raises AttributeNotFound (path `attribute`), Conflict, NotUnique, Required, InvalidInput (also for an attribute
    whose values are written where they are used) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with refusing_duplicates(), transaction.atomic():
        attribute = touched_attribute(attribute_id, version=version, path=("attribute",))
        if attribute.input_type not in CHOICES:
            raise InvalidInput("Values of this kind are written where they are used.", path=("attribute",))
        (value,) = _add_values(attribute, [changes], at=())
        _announce(attribute)
    return value


def update_attribute_value(
    *, value_id: UUID, changes: ValueChanges, version: int | None = None, actor: Actor
) -> AttributeValue:
    """Change a choice for everything that has it; `version` is the attribute's.

    Raises AttributeValueNotFound, Conflict, NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with refusing_duplicates(), transaction.atomic():
        attribute, value = _locked_value(value_id, version)
        if attribute.input_type not in CHOICES:
            raise InvalidInput("Values of this kind are changed where they are used.", path=("id",))
        for column, given in _checked_value(changes, attribute).items():
            setattr(value, column, given)
        value.save()
        _announce(attribute)
    return value


def delete_attribute_value(*, value_id: UUID, version: int | None = None, actor: Actor) -> Attribute:
    """Delete a choice that nothing has; returns its attribute, whose version is `version`.

    Raises AttributeValueNotFound, Conflict, AttributeInUse (products, variants or pages have it) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        attribute, value = _locked_value(value_id, version)
        locked_for_deletion(value)
        if any(links.exists() for links in (value.product_links, value.variant_links, value.page_links)):
            raise AttributeInUse("Products, variants or pages have this value.", path=("id",))
        value.delete()
        _announce(attribute)
    return attribute


def reorder_attribute_values(
    *, attribute_id: UUID, moves: Sequence[Move], version: int | None = None, actor: Actor
) -> Attribute:
    """Put the choices into another order.

    Raises AttributeNotFound, AttributeValueNotFound (path `moves`, index, `id`), Conflict, InvalidInput or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        attribute = touched_attribute(attribute_id, version=version)
        reorder(attribute.values.all(), moves, missing=AttributeValueNotFound)
        _announce(attribute)
    return attribute


def touched_attribute(attribute_id: UUID, *, version: int | None, path: tuple[str, ...] = ("id",)) -> Attribute:
    """Count an attribute's version up, and so lock it until the end of the transaction.

    Raises Conflict if it is no longer at `version`, and AttributeNotFound with `path`.
    """
    attribute = changed_row(Attribute, attribute_id, expected_version=version)
    if attribute is None:
        raise AttributeNotFound("There is no such attribute.", path=path)
    return attribute


def _announce(attribute: Attribute) -> None:
    event = AttributeUpdated(attribute_id=attribute.id, slug=attribute.slug)
    emit(event, aggregate=("attribute", attribute.id), sequence=attribute.version)


def _has_values(attribute: Attribute) -> bool:
    return attribute.values.exists()


def _locked_value(value_id: UUID, version: int | None) -> tuple[Attribute, AttributeValue]:
    found = AttributeValue.objects.filter(id=value_id).first()
    if found is not None:
        attribute = touched_attribute(found.attribute_id, version=version)
        found = attribute.values.filter(id=value_id).first()
    if found is None:
        raise AttributeValueNotFound("There is no such value.", path=("id",))
    return attribute, found


def _add_values(
    attribute: Attribute, given: Sequence[ValueChanges], *, at: tuple[str, ...] = ("values",)
) -> list[AttributeValue]:
    if given and attribute.input_type not in CHOICES:
        raise InvalidInput("Values of this kind are written where they are used.", path=at)
    if len(given) > MAX_VALUES_AT_ONCE:
        raise InvalidInput(f"At most {MAX_VALUES_AT_ONCE} values at once.", path=at)
    last = attribute.values.aggregate(last=Max("sort_order"))["last"] if given else None
    taken = set(attribute.values.values_list("slug", flat=True)) if given else set()
    made, problems = [], []
    for index, changes in enumerate(given):
        try:
            columns = _checked_value({"name": "", **changes}, attribute)
            columns.setdefault("slug", free_slug(columns["name"], taken=taken.__contains__))
            _check_slug(columns)
        except CommerceError as error:
            problems.append(error.at(*at, str(index)) if at else error)
            continue
        taken.add(columns["slug"])
        place = index + (0 if last is None else last + 1)
        made.append(AttributeValue(**{"attribute": attribute, "sort_order": place, **columns}))
    if problems:
        raise Rejected(problems)
    return AttributeValue.objects.bulk_create(made)


def _checked_value(changes: ValueChanges, attribute: Attribute) -> dict[str, Any]:
    columns = checked_changes(changes, noun="A value")
    is_swatch = attribute.input_type == Attribute.InputType.SWATCH
    for column, check, path in (("swatch", checked_colour, ("value",)), ("file_url", checked_address, ("fileUrl",))):
        if columns.get(column):
            if not is_swatch:
                raise InvalidInput("Only a swatch has a colour or a picture.", path=path)
            columns[column] = check(columns[column], path=path)
    _check_slug(columns)
    return columns


def _check_slug(columns: dict[str, Any]) -> None:
    if len(columns.get("slug", "")) > _LONGEST_SLUG:
        raise InvalidInput(f"A slug of an attribute has {_LONGEST_SLUG} characters at most.", path=("slug",))
