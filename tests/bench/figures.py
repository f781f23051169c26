"""How figures are taken and printed: `bench <name> <value> <unit>`, one line each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

Series = dict[str, list[float]]
"""Seconds per call of each side, one figure for each round."""


def show(name: str, value: float, unit: str) -> None:
    """Print one figure with three digits that mean something."""
    # What is rounded up to a hundred would be 1e+02.
    shown = f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.3g}"
    print(f"bench {name} {shown} {unit}", flush=True)


def interleaved(sides: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> Series:
    """Time `calls` calls of every side in each of `rounds` rounds.

    Sides take turns at going first, so that whatever disturbs the machine meanwhile disturbs all of them.
    """
    taken: Series = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            call = sides[name]
            began = time.perf_counter()
            for _ in range(calls):
                call()
            taken[name].append((time.perf_counter() - began) / calls)
    return taken


def milliseconds(seconds: list[float]) -> float:
    """The median, in ms."""
    return median(seconds) * 1000


def times_faster(slow: list[float], fast: list[float]) -> float:
    """How many times the fast side fits into the slow one: the median of the rounds, each compared with itself."""
    return median(each / other for each, other in zip(slow, fast, strict=True))


class NotEqual(Exception):
    """Two sides that were to be compared do not answer the same bytes: there is nothing to compare."""


def require_equal(name: str, ours: bytes, theirs: bytes) -> None:
    """Raise NotEqual, showing where the two part, unless both are the same."""
    if ours == theirs:
        return
    place = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    context = slice(max(0, place - 60), place + 60)
    raise NotEqual(f"{name}: the answers differ at byte {place}:\n  {ours[context]!r}\n  {theirs[context]!r}")
