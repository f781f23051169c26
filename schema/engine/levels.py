"""Which objects of an answer stand beside each other, so that a field is loaded once for all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_LEAVES: Final = (str, bytes, int, float, bool, dict)


@dataclass(slots=True, eq=False)
class Level:
    """All objects that one field produced for all of its parents, and what was loaded for them so far."""

    members: list[Any]
    answers: dict[Hashable, dict[int, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Seat:
    level: Level
    scope: Any
    chosen: bool


class Levels:
    """The levels of one request. Every object has a seat in one level and carries a scope, inherited from its parent.

    The scope is opaque here; the shop keeps the channel and the language in it. Members are held, not copied, so that
    an object's identity stays its key for as long as the request lives.
    """

    def __init__(self) -> None:
        self._seats: dict[int, _Seat] = {}
        self._held: list[Any] = []

    def scope_of(self, source: Any) -> Any:
        """The scope that `source` was given or has inherited; None if it has none."""
        seat = self._seats.get(id(source))
        return seat.scope if seat else None

    def enter(self, sources: Iterable[Any], scope: Any) -> None:
        """Seat `sources` as one level with a scope of their own, which later seating keeps."""
        level = Level([source for source in sources if source is not None])
        for source in level.members:
            self._seats[id(source)] = _Seat(level, scope, chosen=True)
            self._held.append(source)

    def level_of(self, source: Any) -> Level:
        """The level in which `source` sits; a new one of its own if nobody seated it."""
        seat = self._seats.get(id(source))
        if seat is None:
            seat = self._seats[id(source)] = _Seat(Level([source]), None, chosen=False)
            self._held.append(source)
        return seat.level

    def seat(self, children: Sequence[Any], scopes: Sequence[Any]) -> list[Any]:
        """Seat the answers of one field as one level, each below its parent's scope, and return them.

        Each child is an object, a list of objects, None, or a leaf. An object that two parents of different scopes
        share is copied, so that each copy can answer for its own channel.
        """
        level = Level([])
        seated: dict[int, _Seat] = {}

        def place(child: Any, scope: Any) -> Any:
            if child is None or isinstance(child, _LEAVES):
                return child
            if isinstance(child, list):
                return [place(item, scope) for item in child]
            here = seated.get(id(child))
            if here is not None:
                if here.chosen or here.scope == scope:
                    return child
                child = copy.copy(child)
            before = self._seats.get(id(child))
            chosen = before is not None and before.chosen
            seat = _Seat(level, before.scope if before is not None and chosen else scope, chosen)
            seated[id(child)] = self._seats[id(child)] = seat
            level.members.append(child)
            self._held.append(child)
            return child

        return [place(child, scope) for child, scope in zip(children, scopes, strict=True)]

    def answer(self, source: Any, key: Hashable, load: Callable[[list[Any]], Sequence[Any]]) -> Any:
        """What `load` says of `source`, asked once for its whole level.

        `key` names the field and its arguments. `load` gets every member and returns one answer for each, in order.
        """
        level = self.level_of(source)
        answers = level.answers.get(key)
        if answers is None:
            loaded = load(level.members)
            if len(loaded) != len(level.members):
                raise RuntimeError(f"A loader answered {len(loaded)} times for {len(level.members)} parents.")
            children = self.seat(loaded, [self.scope_of(member) for member in level.members])
            answers = {id(member): child for member, child in zip(level.members, children, strict=True)}
            level.answers[key] = answers
        return answers[id(source)]
