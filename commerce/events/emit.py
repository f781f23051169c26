"""Saying that something happened, in the transaction in which it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from threading import Lock
from types import NoneType
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID

from commerce.core.current_database import current_database
from commerce.core.ids import uuid7, uuid_of
from commerce.core.records import fresh, insert_together
from commerce.core.writes import Writes
from commerce.events.models import Event
from commerce.events.wake import wake_relay

_AS_THEY_ARE: Final = frozenset({NoneType, bool, int})


class DomainEvent(Protocol):
    """A frozen dataclass named in the past tense. `type` is its wire name ("order.placed"); its fields are the payload.

    Fields hold JSON: None, bool, int, str, lists, tuples and dicts of them, and also UUID, date, datetime, Enum and
    nested dataclasses. No float: money is minor units, weight is grams.
    """

    type: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


class EmittedOutsideTransaction(RuntimeError):
    """The event could be kept while its change is lost, or the other way round."""


class NotJson(TypeError):
    """A field of the event holds something that the payload cannot carry."""


def emit(
    event: DomainEvent,
    *,
    aggregate: tuple[str, UUID],
    sequence: int,
    channel: str | None = None,
    writes: Writes | None = None,
) -> UUID:
    """Write `event` to the outbox in the current transaction and return its id.

    `aggregate` is (type, id) of the object that changed, `sequence` its own version, bumped by the UPDATE that locks
    it: partners receive the events of one aggregate in this order. `channel` is a slug.
    Raises EmittedOutsideTransaction, and NotJson for a field that JSON cannot hold.
    """
    return emit_many([(event, aggregate, sequence)], channel=channel, writes=writes)[0]


def emit_many(
    events: Sequence[tuple[DomainEvent, tuple[str, UUID], int]],
    *,
    channel: str | None = None,
    writes: Writes | None = None,
) -> list[UUID]:
    """`emit` for many (event, aggregate, sequence) at once, in one statement and in this order; returns their ids.

    With `writes` they are written when those are sent, with the rest of the change.
    """
    database = current_database()
    if not database.in_atomic_block:
        types = ", ".join(sorted({event.type for event, _, _ in events}))
        raise EmittedOutsideTransaction(f"{types} must be emitted inside the transaction of its change.")
    rows = [
        fresh(
            Event,
            id=_ids.next(),
            type=event.type,
            aggregate_type=aggregate[0],
            aggregate_id=aggregate[1],
            sequence=sequence,
            channel=channel,
            payload=payload_of(event),
        )
        for event, aggregate, sequence in events
    ]
    if writes is not None:
        writes.insert(*rows)
    else:
        insert_together(*rows)
    database.on_commit(wake_relay, robust=True)
    return [row.id for row in rows]


def payload_of(event: DomainEvent) -> dict[str, Any]:
    """The fields of `event` as JSON. Raises NotJson."""
    return {field.name: _json(getattr(event, field.name), f"{event.type}.{field.name}") for field in fields(event)}


def _json(value: object, where: str) -> Any:
    if value.__class__ in _AS_THEY_ARE:
        return value
    match value:
        case Enum():
            return _json(value.value, where)
        case str():
            return _text(value, where)
        case None | bool() | int():
            return value
        case UUID():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise NotJson(f"{where} is a time without a time zone.")
            return value.isoformat()
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_json(item, f"{where}[{index}]") for index, item in enumerate(value)]
        case dict():
            return {_key(key, where): _json(item, f"{where}.{key}") for key, item in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: _json(getattr(value, field.name), f"{where}.{field.name}") for field in fields(value)}
    raise NotJson(f"{where} is a {type(value).__name__}.")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise NotJson(f"{where} has the key {key!r}, which is not text.")
    return _text(key, where)


def _text(value: str, where: str) -> str:
    # PostgreSQL's jsonb holds neither, and would only say so in the middle of the caller's transaction.
    if "\x00" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)):
        raise NotJson(f"{where} holds a character that text cannot.")
    return value


class _GrowingIds:
    """UUIDv7 that only grow within this process: events of one transaction share a sequence and sort by id."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = Lock()

    def next(self) -> UUID:
        with self._lock:
            self._last = max(uuid7().int, self._last + 1)
            return uuid_of(self._last)


_ids = _GrowingIds()
