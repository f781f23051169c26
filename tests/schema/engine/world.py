"""A world of objects for both executors to look at: what a field answers depends on its place alone, never on when
it is asked. So do the faults: null where there may be none, exceptions raised and returned, values of a wrong type.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from graphql import GraphQLError, Undefined

from tests.schema.engine.leaves import VALUES
from tests.schema.engine.shapes import Many, Shape

POOL: Final = 7
"""Objects of each kind. Few, so that they stand below many parents and below themselves."""

SHAPES: dict[str, dict[str, Shape]] = {}
"""For each kind of row, the shape of each of its fields, by Python name. The schema's modules fill it."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "Named": ("Person", "Robot", "Thing"),
    "Priced": ("Ticket", "Robot"),
    "Award": ("Badge", "Medal"),
    "Either": ("Person", "Ticket", "Thing"),
}
"""The kinds of row that an abstract type may turn out to be."""


class Refused(Exception):
    """A fault of our own making."""


class Draw:
    """Numbers that follow from a text; enough of them for one decision."""

    __slots__ = ("_left",)

    def __init__(self, text: str) -> None:
        self._left = int.from_bytes(blake2b(text.encode(), digest_size=24).digest(), "big")

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        self._left, number = divmod(self._left, bound)
        return number

    def chance(self, share: float) -> bool:
        """True in `share` of all places."""
        return self.below(10_000) < share * 10_000

    def one_of(self, choices: tuple[Any, ...]) -> Any:
        """One of the choices."""
        return choices[self.below(len(choices))]


@dataclass(frozen=True, slots=True)
class Failing:
    """An answer that is to be raised, not returned."""

    error: Exception


@dataclass(frozen=True, slots=True)
class BreakingOff:
    """A list that fails while it is read, as often as it is read."""

    items: list[Any]
    where: str

    def __iter__(self) -> Iterator[Any]:
        yield from self.items
        raise Refused(f"{self.where} broke off")


def _one_after_the_other(items: list[Any]) -> Iterator[Any]:
    yield from items


@dataclass(frozen=True, eq=False)
class World:
    """All rows of one run. `faults` and `oddities` are the shares of places with a fault, or an unusual value;
    no field of a row of a `sound` kind has a fault.
    """

    seed: str
    faults: float = 0.0
    oddities: float = 0.05
    sound: frozenset[str] = frozenset()
    _rows: dict[tuple[str, int], Any] = field(default_factory=dict)

    def row(self, kind: str, key: int) -> Any:
        """The row of this kind and key, always the same object."""
        row = self._rows.get((kind, key))
        if row is None:
            row = self._rows[kind, key] = BIRTHS.get(kind, Row)(self, kind, key)
        return row

    def answer(self, kind: str, name: str, key: int, *, once: bool = True) -> Any:
        """What the field `name` of a row answers, or `Failing`. `once`: it may be a generator."""
        place = f"{kind}.{name} of {key}"
        draw = Draw(f"{self.seed}/raise/{place}")
        faults = 0.0 if kind in self.sound else self.faults
        if draw.chance(faults / 2):
            return Failing(self._error(draw, place))
        return self._value(SHAPES[kind][name], place, faults, once)

    def fails(self, place: str) -> bool:
        """Whether something as a whole (a loader, a permission) fails here."""
        return Draw(f"{self.seed}/whole/{place}").chance(self.faults)

    def _error(self, draw: Draw, place: str) -> Exception:
        message = f"{place} failed"
        return draw.one_of(
            (
                Refused(message),
                ValueError(message),
                KeyError(message),
                AttributeError(message),
                TypeError(message),
                StopIteration(message),
                ZeroDivisionError(),
                GraphQLError(message, extensions={"code": "FAILED"}),
            )
        )

    def _value(self, shape: Shape, place: str, faults: float, once: bool) -> Any:
        draw = Draw(f"{self.seed}/{place}")
        if shape.nullable and draw.chance(0.12):
            return draw.one_of((None, None, None, Undefined))
        if draw.chance(faults):
            fault = draw.below(4)
            if fault == 0:
                return None
            if fault == 1:
                return self._error(draw, place)
            return self._wrong(shape, place, draw, faults)
        if isinstance(shape, Many):
            return self._list(shape, place, draw, faults, once)
        if shape.name in VALUES:
            leaf = VALUES[shape.name]
            return draw.one_of(leaf.unusual if draw.chance(self.oddities) else leaf.usual)
        return self.row(draw.one_of(KINDS.get(shape.name, (shape.name,))), draw.below(POOL))

    def _items(self, shape: Many, place: str, draw: Draw, faults: float, once: bool) -> list[Any]:
        length = draw.one_of((0, 1, 2, 2, 3, 4))
        return [self._value(shape.of, f"{place}[{index}]", faults, once) for index in range(length)]

    def _list(self, shape: Many, place: str, draw: Draw, faults: float, once: bool) -> Any:
        items = self._items(shape, place, draw, faults, once)
        if not draw.chance(self.oddities * 3):
            return items
        container = draw.below(4)
        if container == 0:
            return tuple(items)
        if container == 1:
            return deque(items)
        if container == 2:
            return dict(enumerate(items)).values()
        return _one_after_the_other(items) if once else items

    def _wrong(self, shape: Shape, place: str, draw: Draw, faults: float) -> Any:
        if isinstance(shape, Many):
            if draw.chance(0.3):
                return BreakingOff(self._items(shape, place, draw, faults, once=False), place)
            return draw.one_of(("a text is no list", {"a": 1}, 5, b"bytes", self.row("Plain", 0)))
        if shape.name in VALUES:
            return draw.one_of(VALUES[shape.name].wrong or (None,))
        return draw.one_of(
            (
                "a text",
                5,
                {"name": "a dict"},
                [],
                self.row("Stranger", draw.below(POOL)),
                self.row("Thing", draw.below(POOL)),
                self.row("Person", draw.below(POOL)),
                self.row("Medal", draw.below(POOL)),
            )
        )


class Row:
    """A row without fields of its own: each is worked out by the world when it is read."""

    def __init__(self, world: World, kind: str, key: int) -> None:
        self.world = world
        self.kind = kind
        self.key = key

    def __repr__(self) -> str:
        return f"<{self.kind} {self.key}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in SHAPES.get(self.kind, ()):
            raise AttributeError(f"{self!r} has no {name}")
        # What a loader answers may be handed out more than once.
        return told(self.world.answer(self.kind, name, self.key, once=not name.startswith("batch")))


def told(answer: Any) -> Any:
    """The answer, or its exception raised."""
    if isinstance(answer, Failing):
        raise answer.error
    return answer


def asked(row: Any, name: str) -> Any:
    """What a resolver of `name` answers for a row; AttributeError if it is no row of the world."""
    return told(row.world.answer(row.kind, name, row.key))


BIRTHS: dict[str, Callable[[World, str, int], Any]] = {}
"""Kinds whose rows are made otherwise than by `Row`: (world, kind, key) -> object. The schema's modules fill it."""
