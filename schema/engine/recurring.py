"""Answers that are kept for values which come again, request after request: a price is written once.

Only where a field says so (`attribute(name, recurring=True)`, or `batch(loader, recurring=Class)` of a loader's answers
of that class), and only where everything that is selected below it follows from the value alone. Values are known by
their identity and held, so that it stays theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from graphql import get_named_type, is_object_type

from schema.engine.batch import Attribute, Read
from schema.engine.binding import Loaded, Typename
from schema.engine.selection import ByName, Field, ObjectShape, holds_objects

if TYPE_CHECKING:
    from schema.engine.run import Run

MOST_ANSWERS: Final = 20_000
"""How many answers one process keeps, of all plans together: some ten megabytes."""

Answers = dict[int, tuple[Any, Any]]
"""By the identity of a value: the value, and what was written for it."""


class Pool:
    """Bounds what is kept. When it is full everything goes: what recurs is soon there again. Thread-safe."""

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._most = most
        self._count = 0
        self._kept: list[Answers] = []
        self._lock = Lock()

    def keep(self, answers: Answers, values: Sequence[Any], written: Sequence[Any]) -> None:
        """Put what was written for `values` into `answers`."""
        with self._lock:
            if self._count + len(values) > self._most:
                for each in self._kept:
                    each.clear()
                self._kept.clear()
                self._count = 0
            if not answers:
                self._kept.append(answers)
            before = len(answers)
            answers.update((id(value), (value, answer)) for value, answer in zip(values, written, strict=True))
            self._count += len(answers) - before


POOL: Final = Pool()


def put_known(field: Field, values: Sequence[Any], rows: Sequence[Any]) -> bool:
    """Put the kept answers into the rows; False if one is missing, and the field is still to be completed."""
    known, key, non_null = field.kept, field.key, field.shape.non_null
    if known is None:
        return False
    try:
        for row, value in zip(rows, values, strict=True):
            if value is not None:
                row[key] = known[id(value)][1]
            elif non_null:  # where it may be null, the row says so already
                return False
    except KeyError:
        return False
    return True


def keep(run: Run, field: Field, values: Sequence[Any], answers: Sequence[Any]) -> None:
    """Keep the answers of a field that may be kept, unless something went wrong in this request."""
    if field.kept is None or run.has_failures:
        return
    how = field.values
    if isinstance(how, Loaded) and not all(value.__class__ is how.recurring for value in values):
        return
    POOL.keep(field.kept, values, answers)


def may_be_kept(field: Field) -> bool:
    """Whether the value of `field` comes again, and what is written for it depends on nothing else."""
    how = field.values
    recurs = isinstance(how, Attribute | Loaded) and bool(how.recurring)
    return recurs and isinstance(field.shape, ObjectShape) and _is_settled_below(field, set())


def _is_settled_by_source(field: Field, seen: set[int]) -> bool:
    if not isinstance(field.values, Attribute | Read | Typename):
        return False
    return not holds_objects(field.shape) or _is_settled_below(field, seen)


def _is_settled_below(field: Field, seen: set[int]) -> bool:
    type_ = get_named_type(field.definition.type)
    if not is_object_type(type_) or type_.is_type_of is not None:
        return False
    return all(_level_is_settled(level, seen) for level in field.below)


def _level_is_settled(level: ByName, seen: set[int]) -> bool:
    if id(level) in seen:
        return True
    seen.add(id(level))
    return all(_is_settled_by_source(field, seen) for fields in level.values() for field in fields)
