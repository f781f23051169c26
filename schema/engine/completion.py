"""From the raw values of a composite field to their answers in the rows of the level.

Whole levels go the quick way: no null and no error among the values, and nothing below became null. As soon as there
is one, completion looks at each value, as the section "Value Completion" of the GraphQL specification says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from graphql import GraphQLError, Undefined
from graphql.pyutils import Path, is_iterable
from graphql.pyutils.undefined import UndefinedType

from schema.engine.levels import Level
from schema.engine.places import Below, Place, Spot, value_path
from schema.engine.recurring import keep, put_known
from schema.engine.selection import NULLED, Field, LeafShape, ListShape, ObjectShape, Shape, written

if TYPE_CHECKING:
    from schema.engine.run import Run

Rows = list[Any]
"""The answers of a level: for each object its dictionary, or NULLED."""

_SEQUENCES: Final = frozenset({list, tuple})
_MOST_CLASSES: Final = 100  # kept for each field; a resolver that makes classes as it goes cannot fill the memory


def put_objects(run: Run, field: Field, values: list[Any], rows: Rows, level: Level[Any], place: Place) -> None:
    """Complete a field that is one object of each row."""
    if run.nulled:
        put_any(run, field, values, rows, level, place)
    elif field.kept is not None and put_known(field, values, rows):
        pass
    elif _are_objects(field, values):
        answers = field.child(run, run.below(level, values, None), Below(place, field))
        keep(run, field, values, answers)
        _put(run, field, rows, range(len(rows)), answers)
    elif not field.shape.non_null and _are_objects(field, present := [value for value in values if value is not None]):
        if present:  # and where there is nothing, the row says null already
            origins = [index for index, value in enumerate(values) if value is not None]
            spots: list[Spot] = [(index, ()) for index in origins]
            answers = field.child(run, run.below(level, present, origins), Below(place, field, spots=spots))
            keep(run, field, present, answers)
            _put(run, field, rows, origins, answers)
    else:
        put_any(run, field, values, rows, level, place)


def _put(run: Run, field: Field, rows: Rows, origins: Iterable[int], answers: list[Any]) -> None:
    key, non_null = field.key, field.shape.non_null
    if not run.nulled:
        for origin, answer in zip(origins, answers, strict=True):
            rows[origin][key] = answer
        return
    for origin, answer in zip(origins, answers, strict=True):
        if answer is not NULLED:
            rows[origin][key] = answer
        elif non_null:
            rows[origin] = NULLED


def put_lists(run: Run, field: Field, values: list[Any], rows: Rows, level: Level[Any], place: Place) -> None:
    """Complete a field that is a list of objects in each row."""
    if run.nulled or not _SEQUENCES.issuperset(map(type, values)):
        put_any(run, field, values, rows, level, place)
        return
    members = list(chain.from_iterable(values))
    if not _are_objects(field, members):
        put_any(run, field, values, rows, level, place)
        return
    answers: list[Any] = []
    if members:
        several = level.several is not None or bool(run.entered)
        origins = [parent for parent, items in enumerate(values) for _ in items] if several else _NO_ORIGINS
        answers = field.child(run, run.below(level, members, origins), Below(place, field, lists=values))
    _put_slices(run, field, rows, values, answers)


def _put_slices(run: Run, field: Field, rows: Rows, values: list[Any], answers: list[Any]) -> None:
    key, shape = field.key, field.shape
    start = 0
    for index, items in enumerate(values):
        end = start + len(items)
        answer = answers[start:end]
        start = end
        if not run.nulled or NULLED not in answer:
            rows[index][key] = answer
        elif isinstance(shape, ListShape) and not shape.item.non_null:
            rows[index][key] = [None if each is NULLED else each for each in answer]
        elif shape.non_null:
            rows[index] = NULLED


_NO_ORIGINS: Final[list[int]] = []


def _are_objects(field: Field, values: list[Any]) -> bool:
    """Whether none of `values` is null or an error."""
    kinds = set(map(type, values))
    if kinds <= field.objects:
        return True
    if any(kind is NoneType or kind is UndefinedType or issubclass(kind, Exception) for kind in kinds):
        return False
    if len(field.objects) < _MOST_CLASSES:
        field.objects |= kinds
    return True


def put_any(run: Run, field: Field, values: list[Any], rows: Rows, level: Level[Any], place: Place) -> None:
    """Complete a field of any type, value by value; the objects in it are still completed as one level."""
    gathering = _Gathering(run, field, place)
    gathered = [
        NULLED if row is NULLED else gathering.gather(field.shape, value, index, ())
        for index, (value, row) in enumerate(zip(values, rows, strict=True))
    ]
    answers: list[Any] = []
    if gathering.members:
        below = run.below(level, gathering.members, [parent for parent, _ in gathering.spots])
        answers = field.child(run, below, Below(place, field, spots=gathering.spots))
    for index, value in enumerate(gathered):
        if rows[index] is NULLED:
            continue
        settled = _settled(field.shape, value, answers)
        if settled is NULLED:
            rows[index] = NULLED
        else:
            rows[index][field.key] = settled


@dataclass(slots=True)
class _Pending:
    """An object whose answer is not there yet; its index among those that were gathered."""

    index: int


class _Gathering:
    """Goes through values, notes what is wrong with them, and collects the objects in them."""

    def __init__(self, run: Run, field: Field, place: Place) -> None:
        self.members: list[Any] = []
        self.spots: list[Spot] = []
        self._run = run
        self._field = field
        self._place = place

    def gather(self, shape: Shape, value: Any, parent: int, indices: tuple[int, ...]) -> Any:
        """The value as far as it can be answered now: None, a leaf as written, _Pending, a list of these, or NULLED."""
        try:
            if isinstance(value, Exception):
                raise value
            if value is None or value is Undefined:
                if shape.non_null:
                    raise null_error(self._field)
                return None
            if isinstance(shape, LeafShape):
                return written(shape.leaf, value)
            if isinstance(shape, ListShape):
                return self._list(shape, value, parent, indices)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes the field's error
            self._run.fail(self._field, self._path(parent, indices), error, forces_null=shape.non_null)
            return NULLED if shape.non_null else None
        self.members.append(value)
        self.spots.append((parent, indices))
        return _Pending(len(self.members) - 1)

    def _list(self, shape: ListShape, value: Any, parent: int, indices: tuple[int, ...]) -> Any:
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{self._field.label}'.")
        before = len(self.members)
        answers = []
        for index, item in enumerate(value):
            answer = self.gather(shape.item, item, parent, (*indices, index))
            if answer is NULLED:
                del self.members[before:], self.spots[before:]
                return NULLED if shape.non_null else None
            answers.append(answer)
        return answers

    def _path(self, parent: int, indices: tuple[int, ...]) -> Path:
        path = value_path(self._place, parent, self._field)
        for index in indices:
            path = Path(path, index, None)
        return path


def _settled(shape: Shape, value: Any, answers: list[Any]) -> Any:
    """What `gather` gave, with the answers of the objects in it; NULLED if that may not be null but is."""
    if value is None or value is NULLED or isinstance(shape, LeafShape):
        return value
    if isinstance(shape, ObjectShape):
        settled = answers[value.index]
    else:
        settled = [_settled(shape.item, item, answers) for item in value]
        if NULLED in settled:
            settled = NULLED
    return None if settled is NULLED and not shape.non_null else settled


def null_error(field: Field) -> TypeError:
    """The error of a null where the type does not allow one."""
    return TypeError(f"Cannot return null for non-nullable field {field.label}.")
