"""`make bench SUITE=catalog`: what shoppers browse, at 5,000 and at 100,000 products. README.md explains the figures.

Both catalogs lie in one PostgreSQL and are asked in turns, so that what disturbs one disturbs the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median, quantiles
from typing import Final

from tests.bench.documents import Request
from tests.bench.figures import show
from tests.bench.requests import asking, data_of
from tests.bench.servers import own_servers
from tests.bench.wsgi import Application, the_shop
from tests.statements import recorded_statements

SIZES: Final = {"5k": (5_000, 15_000), "100k": (100_000, 300_000)}
ROUNDS, CALLS = 8, 12

Times = dict[str, dict[str, list[float]]]
"""Seconds of every call: operation -> catalog -> times."""


def measure(application: Application, databases: Mapping[str, str], *, rounds: int, calls: int) -> None:
    """Print p50, p95, p99 and statements of each operation in each of `databases` (label -> name), and their ratios."""
    from tests.bench.browsing import requests_of_shoppers

    operations: dict[str, dict[str, Request]] = {}
    for label, database in databases.items():
        _connect(database)
        operations[label] = requests_of_shoppers()
    taken: Times = {}
    for _ in range(rounds):
        for label, database in databases.items():
            _connect(database)
            for name, request in operations[label].items():
                ask = asking(application, request)
                data_of(ask)
                taken.setdefault(name, {}).setdefault(label, []).extend(_timed(ask, calls))
    for label, database in databases.items():
        _connect(database)
        for name, request in operations[label].items():
            show(f"catalog.{label}.{name}.statements", _statements(asking(application, request)), "statements")
    _show(taken, list(databases))


def _show(taken: Times, labels: list[str]) -> None:
    for name, by_label in taken.items():
        for label, seconds in by_label.items():
            cuts = quantiles(seconds, n=100)
            for place in (50, 95, 99):
                show(f"catalog.{label}.{name}.p{place}", cuts[place - 1] * 1000, "ms")
        small, large = (median(by_label[label]) for label in (labels[0], labels[-1]))
        show(f"catalog.{name}.growth", large / small, "x")
    first, far = (median(taken[name][labels[-1]]) for name in ("by_price", "by_price.page_500"))
    show("catalog.page_500_to_page_1", far / first, "x")


def _timed(ask: Callable[[], bytes], calls: int) -> list[float]:
    seconds = []
    for _ in range(calls):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    return seconds


def _statements(ask: Callable[[], bytes]) -> int:
    with recorded_statements() as seen:
        ask()
    return len(seen)


def _connect(database: str) -> None:
    """Ask `database` from here on."""
    from django.db import connection

    if connection.settings_dict["NAME"] != database:
        connection.close()
        connection.settings_dict["NAME"] = database


def fill(products: int, variants: int) -> None:
    """Put a catalog into the connected database."""
    from django.db import connection

    from deploy.demo.generated.catalog import Size, generate_catalog
    from tests.bench.browsing import make_menu
    from tests.bench.filling import SEED
    from tests.factories import make_channel

    make_channel()
    began = time.perf_counter()
    generate_catalog(Size(products=products, variants=variants), seed=SEED)
    show(f"catalog.generate.{products}", time.perf_counter() - began, "s")
    make_menu()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check_plans(environment: Mapping[str, str]) -> int:
    """EXPLAIN every read statement at 100,000 products and 300,000 variants; not 0 on a breach."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/plans"]
    return subprocess.run(command, env={**environment, "HANDCART_BIG_CATALOG": "1"}, check=False).returncode


def main() -> None:
    """Print one line per figure, then check the plans, which the tests' own servers do."""
    environment = dict(os.environ)
    with own_servers(RESPONSE_CACHE="off"):
        from django.db import connection

        own = str(connection.settings_dict["NAME"])
        databases = {label: f"{own}_{label}" for label in SIZES}
        for database in databases.values():
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {database} TEMPLATE template0")
        for label, database in databases.items():
            _connect(database)
            from deploy.prepare import migrate

            migrate()
            fill(*SIZES[label])
        measure(the_shop(), databases, rounds=ROUNDS, calls=CALLS)
        connection.close()
    sys.exit(check_plans(environment))


if __name__ == "__main__":
    main()
