"""Finding one row by whichever of its names the caller gave."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from commerce.catalog.reads import product_by_slug, products_by_id
from commerce.catalog.rows import ProductRow
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.text import is_storable
from schema.ids import id_of

M = TypeVar("M", bound=Model)


def find(rows: QuerySet[M], type_name: str, *, id: str | None, **names: str | None) -> M | None:
    """The row with this global id, or with this slug, SKU or the like; None if there is none.

    Raises InvalidInput unless exactly one of them is given, and InvalidId for the id of another type.
    """
    name, value = _only(type_name, id=id, **names)
    return rows.filter(**{name: value}).first() if _can_exist(value) else None


def find_product(channel: Channel | None, actor: Actor, *, id: str | None, slug: str | None) -> ProductRow | None:
    """The product with this global id or slug that exists for the actor in the channel. Raises as find does."""
    _, value = _only("Product", id=id, slug=slug)
    if channel is None or not _can_exist(value):
        return None
    if isinstance(value, UUID):
        return products_by_id([value], channel=channel, actor=actor).get(value)
    return product_by_slug(value, channel=channel, actor=actor)


def _only(type_name: str, *, id: str | None, **names: str | None) -> tuple[str, str | UUID]:
    given = {name: value for name, value in {"id": id, **names}.items() if value is not None}
    if len(given) != 1:
        raise InvalidInput(f"Give exactly one of {', '.join(['id', *names])}.")
    name, value = given.popitem()
    return (name, id_of(type_name, value)) if name == "id" else (name, value)


def _can_exist(value: str | UUID) -> bool:
    # What PostgreSQL cannot store would be a fault instead of "not found".
    return isinstance(value, UUID) or is_storable(value)
