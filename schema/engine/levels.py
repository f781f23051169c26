"""Which objects of an answer stand beside each other, so that a field is loaded once for all of them.

`Level` is what a loader is given. A plan builds levels as it goes; under graphql-core, which resolves one object after
the other, `Levels` remembers who was produced together and asks the loader for all of them at the first one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from schema.engine.foresight import Ahead

T = TypeVar("T")

_LEAVES: Final = (str, bytes, int, float, bool, dict)


class Level(list[T]):
    """The parents of one field, in order, and the scope that each of them has inherited.

    `scope` is the one that all of them share; where they differ, `several` has one for each. `ahead` says what is
    selected of them, if that is known.
    """

    __slots__ = ("ahead", "scope", "several")

    def __init__(self, members: Iterable[T] = (), scope: Any = None, several: list[Any] | None = None) -> None:
        super().__init__(members)
        self.ahead: Ahead | None = None
        self.scope = scope
        self.several = several

    def scopes(self) -> list[Any]:
        """One scope for each member."""
        return [self.scope] * len(self) if self.several is None else self.several


@dataclass(slots=True, eq=False)
class _Neighbours:
    """All objects that one field produced for all of its parents, and what was loaded for them so far."""

    members: list[Any]
    answers: dict[Hashable, dict[int, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Seat:
    neighbours: _Neighbours
    scope: Any


class Levels:
    """The levels of one request. The request's context carries it as `levels`.

    The scope is opaque here; a shop may keep a channel or a language in it. Objects are held, not copied, so that an
    object's identity stays its key for as long as the request lives.
    """

    def __init__(self) -> None:
        self.ahead: Ahead | None = None
        """What is selected below the field whose resolver runs now, if that is known."""
        self.entered: dict[int, Any] = {}
        self._seats: dict[int, _Seat] = {}
        self._held: list[Any] = []

    def enter(self, sources: Iterable[Any], scope: Any) -> None:
        """Give `sources` a scope of their own, for everything below them, in place of the inherited one."""
        for source in sources:
            if source is not None:
                self.entered[id(source)] = scope
                self._held.append(source)

    def seat(self, children: Sequence[Any], scopes: Sequence[Any]) -> list[Any]:
        """Seat the answers of one field as neighbours, each below its parent's scope, and return them.

        Each child is an object, a list of objects, None, or a leaf. An object that two parents of different scopes
        share is copied, so that each copy can answer for its own.
        """
        neighbours = _Neighbours([])
        seated: dict[int, _Seat] = {}
        return [self._place(child, scope, neighbours, seated) for child, scope in zip(children, scopes, strict=True)]

    def _place(self, child: Any, scope: Any, neighbours: _Neighbours, seated: dict[int, _Seat]) -> Any:
        if child is None or isinstance(child, _LEAVES):
            return child
        if isinstance(child, list):
            return [self._place(item, scope, neighbours, seated) for item in child]
        scope = self.entered.get(id(child), scope)
        here = seated.get(id(child))
        if here is not None:
            if here.scope == scope:
                return child
            child = copy.copy(child)
        seated[id(child)] = self._seats[id(child)] = _Seat(neighbours, scope)
        neighbours.members.append(child)
        self._held.append(child)
        return child

    def answer(self, source: Any, key: Hashable, load: Callable[[Level[Any]], Sequence[Any]]) -> Any:
        """What `load` says of `source`, asked once for all its neighbours.

        `key` names the field and its arguments. `load` returns one answer for each member, in order; what it raises
        is raised for each of them, without asking it again.
        """
        neighbours = self._neighbours_of(source)
        answers = neighbours.answers.get(key)
        if answers is None:
            answers = neighbours.answers[key] = self._load(neighbours, load)
        answer = answers[id(source)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _load(self, neighbours: _Neighbours, load: Callable[[Level[Any]], Sequence[Any]]) -> dict[int, Any]:
        members = neighbours.members
        scopes = [self._scope_of(member) for member in members]
        alike = all(scope == scopes[0] for scope in scopes)
        try:
            loaded = load(Level(members, scopes[0] if alike else None, None if alike else scopes))
            if len(loaded) != len(members):
                raise WrongNumberOfAnswers(len(loaded), len(members))
        except Exception as error:  # noqa: BLE001 - a resolver's fault, whatever it is, becomes the field's error
            return {id(member): error for member in members}
        children = self.seat(loaded, scopes)
        return {id(member): child for member, child in zip(members, children, strict=True)}

    def _scope_of(self, source: Any) -> Any:
        seat = self._seats[id(source)]
        return self.entered.get(id(source), seat.scope)

    def _neighbours_of(self, source: Any) -> _Neighbours:
        seat = self._seats.get(id(source))
        if seat is None:
            seat = self._seats[id(source)] = _Seat(_Neighbours([source]), None)
            self._held.append(source)
        return seat.neighbours


class WrongNumberOfAnswers(RuntimeError):
    """A loader that does not answer once for each parent."""

    def __init__(self, answers: int, parents: int) -> None:
        super().__init__(f"A loader answered {answers} times for {parents} parents.")
