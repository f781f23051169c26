"""When two executors have given the same answer."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError

Position = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as it is compared: what the client is told, and what the resolver raised."""

    message: str
    path: tuple[str | int, ...] | None
    locations: tuple[tuple[int, int], ...]
    extensions: str
    original: str

    @classmethod
    def of(cls, error: GraphQLError) -> Fault:
        """The comparable facts of an error."""
        return cls(
            message=error.message,
            path=None if error.path is None else tuple(error.path),
            locations=tuple((place.line, place.column) for place in error.locations or ()),
            extensions=repr(error.extensions),
            original=f"{type(error.original_error).__name__}: {error.original_error}",
        )


def faults_of(result: ExecutionResult) -> list[Fault]:
    """The errors of a result, in the order in which it reports them."""
    return [Fault.of(error) for error in result.errors or ()]


def position(path: Sequence[str | int] | None, data: Any) -> Position | None:
    """The place in `data` that an error at `path` has made null: the shortest prefix of the path that leads to a null.

    None if the path leads nowhere, or to something that is not null: such an error explains nothing.
    """
    value = data
    walked: list[str | int] = []
    for step in path or ():
        if value is None:
            break
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
        walked.append(step)
    return tuple(walked) if value is None else None


def written(data: Any) -> str:
    """`data` as text: 1, 1.0 and true differ, and so does the order of keys."""
    return json.dumps(data, default=repr)


def by_position(faults: Iterable[Fault], data: Any) -> dict[Position | None, list[Fault]]:
    """Errors grouped by the place that they have made null."""
    groups: dict[Position | None, list[Fault]] = defaultdict(list)
    for fault in faults:
        groups[position(fault.path, data)].append(fault)
    return groups


def differences(expected: ExecutionResult, given: ExecutionResult, candidates: Iterable[Fault]) -> list[str]:
    """How the answer `given` differs from graphql-core's `expected` one; empty if it does not. The rule:

    1. `data` is equal to the byte, the order of its keys included.
    2. Every error stands for a null in `data`: the position that it made null, itself or by way of non-null types.
       Both answers have errors at exactly the same positions.
    3. `candidates` are the errors of a third run, by graphql-core, in which no null propagates: everything that can
       go wrong in this document with this data. Every reported error is one of them: same message, path, locations,
       extensions and original exception. None is reported twice.
    4. A position for which only one candidate competes has exactly that error in both answers. Where several compete,
       each answer reports at least one; which, the specification leaves open, since it lets an executor give up the
       siblings of a failed non-null field.
    """
    found = []
    if (ours := written(given.data)) != (theirs := written(expected.data)):
        found.append(f"data: expected {theirs}\n      given    {ours}")
    wanted = by_position(faults_of(expected), expected.data)
    reported = by_position(faults_of(given), given.data)
    possible = by_position(candidates, expected.data)
    for place in sorted(wanted.keys() | reported.keys(), key=repr):
        if place not in reported:
            found.append(f"at {place}: no error, expected one of {possible[place]}")
        elif place not in wanted:
            found.append(f"at {place}: expected no error, given {reported[place]}")
        else:
            found += _differences_at(place, wanted[place], reported[place], possible.get(place, []))
    return found


def _differences_at(place: Any, wanted: list[Fault], reported: list[Fault], possible: list[Fault]) -> list[str]:
    found = []
    known = Counter(possible)
    for name, faults in (("graphql-core", wanted), ("given", reported)):
        if unknown := Counter(faults) - known:
            found.append(f"at {place}: {name} reports {sorted(unknown, key=repr)}, possible are only {possible}")
    if len(possible) == 1 and reported != possible:
        found.append(f"at {place}: expected exactly {possible}, given {reported}")
    return found
