"""Closed-loop load: so many connections, each sending its next request as soon as it has its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.load import client, wrk
from tests.bench.load.target import Target


@dataclass(frozen=True)
class Load:
    """What came of one load. Latencies in ms; `failed` answers were not 200, or none at all."""

    requests: int
    failed: int
    seconds: float
    p50: float
    p95: float
    p99: float
    generator_cpu: float
    """Seconds of processor time that the generator itself took."""

    @property
    def rps(self) -> float:
        """Good answers per second."""
        return (self.requests - self.failed) / self.seconds


Generator = Callable[[Target, int, float], dict[str, float]]


def generator() -> tuple[str, Generator]:
    """wrk if it is installed, else our own in Python, which takes about ten times the processor time of wrk."""
    return ("wrk", wrk.run) if wrk.is_installed() else ("python", client.run)


def load(target: Target, *, connections: int, seconds: float) -> Load:
    """Send `target` over `connections` for `seconds`. RuntimeError when the generator itself fails."""
    _, run = generator()
    return Load(**run(target, connections, seconds))  # type: ignore[arg-type]
