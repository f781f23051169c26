"""Pages by keyset: the next one starts after a row, not after a number of rows: page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from commerce.core.errors import CommerceError

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_to_json = json.JSONEncoder(separators=(",", ":")).encode


class BadCursor(CommerceError):
    """A cursor that this order did not make."""

    code = "INVALID_CURSOR"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[T]):
    """Rows in the asked order, and whether there is more on either side.

    `cursor_of` makes the cursor of the row at an index; most cursors of a page are never asked for.
    """

    rows: list[T]
    cursor_of: Callable[[int], str]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page: `size` rows after or before a cursor, counted from the end if `backward`."""

    size: int
    after: str | None = None
    before: str | None = None
    backward: bool = False


def encode(values: Sequence[Any]) -> str:
    """An opaque cursor from a row's sort values."""
    plain = [value.isoformat() if isinstance(value, datetime) else _plain(value) for value in values]
    return base64.urlsafe_b64encode(_to_json(plain).encode()).decode()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | Decimal) else value


def decode(cursor: str, fields: Sequence[str], model: type[Model]) -> list[Any]:
    """The sort values in a cursor, as the fields' own Python types. Raises BadCursor."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(values, list) or len(values) != len(fields):
            raise ValueError
        columns: list[Any] = [model._meta.get_field(name) for name in fields]
        return [column.to_python(value) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, UnicodeError, ValidationError) as error:
        raise BadCursor("This cursor does not belong to this list.") from error


def beyond(order: Sequence[str], values: Sequence[Any], *, forward: bool) -> Q:
    """The rows after (or before) `values` in `order`, e.g. ("-created_at", "-id"). No field may be NULL."""
    condition = Q()
    same: dict[str, Any] = {}
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        ascending = name.startswith("-") != forward
        condition |= Q(**same, **{f"{field}__{'gt' if ascending else 'lt'}": value})
        same[field] = value
    # The leading column alone lets the index start in the right place.
    first, lead = order[0].lstrip("-"), values[0]
    ascending = order[0].startswith("-") != forward
    return Q(**{f"{first}__{'gte' if ascending else 'lte'}": lead}) & condition


def reverse(order: Sequence[str]) -> list[str]:
    """The same order from the other end."""
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def fetch_page(queryset: QuerySet[M], order: Sequence[str], window: Slice) -> KeysetPage[M]:
    """One page of `queryset`, in one statement. The last field of `order` must be unique (the id)."""
    queryset = _between(queryset, order, window)
    rows = list(queryset.order_by(*(reverse(order) if window.backward else order))[: window.size + 1])
    return _page(rows, order, window)


def fetch_pages_by_parent(
    queryset: QuerySet[M], parent: str, parents: Sequence[UUID], order: Sequence[str], window: Slice
) -> dict[UUID, KeysetPage[M]]:
    """The same page of the children of many parents, in one statement. `parent` is the foreign key's column name."""
    queryset = _between(queryset.filter(**{f"{parent}__in": list(parents)}), order, window)
    direction = reverse(order) if window.backward else list(order)
    ordering = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in direction]
    numbered = queryset.annotate(row_number=Window(RowNumber(), partition_by=[F(parent)], order_by=ordering)).filter(
        row_number__lte=window.size + 1
    )
    found: dict[UUID, list[M]] = {key: [] for key in parents}
    for row in numbered.order_by(parent, "row_number"):
        found[getattr(row, parent)].append(row)
    return {key: _page(rows, order, window) for key, rows in found.items()}


def _between(queryset: QuerySet[M], order: Sequence[str], window: Slice) -> QuerySet[M]:
    fields = [name.lstrip("-") for name in order]
    for cursor, forward in ((window.after, True), (window.before, False)):
        if cursor is not None:
            queryset = queryset.filter(beyond(order, decode(cursor, fields, queryset.model), forward=forward))
    return queryset


def _page(rows: list[M], order: Sequence[str], window: Slice) -> KeysetPage[M]:
    fields = [name.lstrip("-") for name in order]
    more, rows = len(rows) > window.size, rows[: window.size]
    if window.backward:
        rows.reverse()
    return KeysetPage(
        rows=rows,
        cursor_of=lambda index: encode([getattr(rows[index], name) for name in fields]),
        has_next=window.before is not None if window.backward else more,
        has_previous=more if window.backward else window.after is not None,
    )
