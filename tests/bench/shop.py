"""A shop as `make up` starts it, with two web workers, durable commits and a catalog, in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from deploy.embedded import background
from tests.bench.documents import CHANNEL, Request, leaves, operations_of
from tests.bench.figures import show
from tests.bench.filling import HELD_SKU
from tests.bench.load.target import Target
from tests.bench.usage import TICK, Memory, children, cpu_seconds, memory
from tests.deploy.running_shop import ROOT, RunningShop, clean_environment, free_port

WORKERS = 2
WARM_UP_REQUESTS = 40
WARM_UP_AT_ONCE = 8
SETTLE_SECONDS = 20
CATALOG_SECONDS = 240


@contextmanager
def home_with_catalog(*, products: int, variants: int) -> Iterator[Path]:
    """A folder with a database that holds the catalog; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="handcart-bench-") as folder:
        home = Path(folder)
        try:
            subprocess.run(
                [sys.executable, "-m", "tests.bench.filling", folder, str(products), str(variants)],
                cwd=ROOT,
                env=clean_environment(home),
                stdout=subprocess.DEVNULL,
                check=True,
                timeout=CATALOG_SECONDS,
            )
            yield home
        finally:
            background.remove(home)


@dataclass
class Shop:
    """The running shop with what a benchmark wants to know of it."""

    running: RunningShop

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql/"

    @cached_property
    def workers(self) -> list[int]:
        """The web workers: granian's children."""
        return children(self.running.pids()["web"])

    def app_cpu(self) -> float:
        """Seconds of processor time of the web server so far."""
        return cpu_seconds([self.running.pids()["web"], *self.workers])

    def postgres_cpu(self) -> float:
        """Seconds of processor time of PostgreSQL so far, all its backends together."""
        server = self.running.pids()["postgres"]
        return cpu_seconds([server, *children(server)])

    def memory(self) -> list[Memory]:
        """What each web worker holds."""
        return [memory(pid) for pid in self.workers]

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of an anonymous request. AssertionError if there are errors."""
        answer = httpx.post(self.url, json={"query": document, "variables": variables}, timeout=30).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    @cached_property
    def slug(self) -> str:
        """A product in the middle of the first page."""
        document = "query($channel: String!) { products(channel: $channel, first: 11) { nodes { slug } } }"
        return str(self.ask(document, channel=CHANNEL)["products"]["nodes"][-1]["slug"])

    @cached_property
    def operations(self) -> dict[str, Request]:
        """The requests that are timed."""
        return operations_of(self.slug)

    def show_operations(self) -> None:
        """Print how large the list is and how many statements each operation sends.

        The statements are counted in a process of its own, on the same database.
        """
        page = self.ask(self.operations["list"].text, **self.operations["list"].variables)
        show("http.list.leaves", leaves(page), "values")
        command = [sys.executable, "-m", "tests.bench.requests", self.slug]
        environment = clean_environment(self.running.home, RESPONSE_CACHE="off")
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)

    def warm_up(self, target: Target) -> None:
        """Ask often enough for every worker to have seen the request, and wait for each answer."""
        with ThreadPoolExecutor(WARM_UP_AT_ONCE) as askers, httpx.Client(timeout=60) as client:
            for answer in askers.map(lambda _: ask_once(client, target), range(WARM_UP_REQUESTS)):
                assert answer.status_code == httpx.codes.OK, answer.text

    def settle(self) -> None:
        """Wait until the workers have answered what a load left behind: its last requests, whose callers are gone."""
        deadline = time.monotonic() + SETTLE_SECONDS
        used = self.app_cpu()
        while time.monotonic() < deadline:
            time.sleep(0.05)
            before, used = used, self.app_cpu()
            if used - before < TICK * 2:
                return

    @cached_property
    def held_variant(self) -> str:
        """The id of the variant that there is enough of for any number of carts."""
        document = "query($sku: String!, $channel: String!) { productVariant(sku: $sku, channel: $channel) { id } }"
        return str(self.ask(document, sku=HELD_SKU, channel=CHANNEL)["productVariant"]["id"])

    def target(self, request: Request) -> Target:
        """`request` as a load, with the whole document in its body."""
        return Target(self.port, request.body())

    def target_by_id(self, request: Request) -> Target:
        """`request` as a load, with the id of its document in its body."""
        return Target(self.port, request.body_by_id())


def ask_once(client: httpx.Client, target: Target) -> httpx.Response:
    """One answer over a new connection, so that the kernel picks a worker anew."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    return client.post(f"http://127.0.0.1:{target.port}{target.path}", content=target.body, headers=headers)


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Shop]:
    """The shop of `home`, ready, with these settings in its environment; stopped afterwards."""
    defaults = {"WEB_WORKERS": str(WORKERS), "EXPLORER": "off", "LOG_LEVEL": "WARNING"}
    running = RunningShop(home, free_port(), **(defaults | settings))
    try:
        running.wait_until_ready()
        yield Shop(running)
    finally:
        running.stop()
