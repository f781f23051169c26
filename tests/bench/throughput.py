"""Requests per second, latencies and what they cost, at several numbers of connections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.figures import show
from tests.bench.load.generator import Load, load
from tests.bench.load.target import Target
from tests.bench.shop import Shop

Place = tuple[str, int]
"""A name and a number of connections."""


@dataclass
class Cost:
    """Processor time of one operation, over all its loads."""

    requests: int = 0
    app: float = 0.0
    postgres: float = 0.0
    generator: float = 0.0


@dataclass
class Measured:
    """All loads of one shop."""

    loads: dict[Place, list[Load]] = field(default_factory=lambda: defaultdict(list))
    costs: dict[str, Cost] = field(default_factory=lambda: defaultdict(Cost))


def measure(
    shop: Shop, targets: Mapping[str, Target], *, connections: Sequence[int], rounds: int, seconds: float
) -> Measured:
    """Every target at every number of connections, in turns, `rounds` times. RuntimeError if answers fail."""
    measured = Measured()
    for target in targets.values():
        shop.warm_up(target)
    for _ in range(rounds):
        for number in connections:
            for name, target in targets.items():
                app, postgres = shop.app_cpu(), shop.postgres_cpu()
                taken = load(target, connections=number, seconds=seconds)
                if taken.failed or not taken.requests:
                    raise RuntimeError(f"{name}: {taken.failed} of {taken.requests} requests failed.")
                measured.loads[name, number].append(taken)
                cost = measured.costs[name]
                cost.requests += taken.requests
                cost.app += shop.app_cpu() - app
                cost.postgres += shop.postgres_cpu() - postgres
                cost.generator += taken.generator_cpu
                shop.settle()
    return measured


def show_all(measured: Measured) -> None:
    """Print the medians: rate and latencies at each number of connections, the best rate, and the costs."""
    best: dict[str, float] = defaultdict(float)
    for (name, number), loads in measured.loads.items():
        rps = median(each.rps for each in loads)
        best[name] = max(best[name], rps)
        show(f"http.{name}.rps.c{number}", rps, "requests/s")
        for part in ("p50", "p95", "p99"):
            show(f"http.{name}.{part}.c{number}", median(getattr(each, part) for each in loads), "ms")
    for name, rps in best.items():
        show(f"http.{name}.rps", rps, "requests/s")
    for name, cost in measured.costs.items():
        for who in ("app", "postgres", "generator"):
            show(f"http.{name}.cpu.{who}", getattr(cost, who) / cost.requests * 1000, "ms/request")


def show_memory(shop: Shop, name: str) -> None:
    """Print what a worker holds: the larger one's resident set, and the mean of the shares."""
    held = shop.memory()
    show(f"{name}.rss", max(each.rss for each in held), "MB/worker")
    show(f"{name}.pss", sum(each.pss for each in held) / len(held), "MB/worker")
