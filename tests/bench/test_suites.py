"""Each suite runs once, briefly, so that it does not rot. Figures are looked at, never judged."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
from django.db import connection

from commerce.catalog.models import Product
from tests.bench import catalog, execution, filling, machine, requests, usage
from tests.bench.figures import NotEqual, require_equal, show
from tests.bench.load import client, wrk
from tests.bench.load.generator import Load
from tests.bench.load.target import Target
from tests.bench.wsgi import the_shop
from tests.factories import make_channel

FIGURE = re.compile(r"bench [a-z0-9_.]+ -?\d+(\.\d+)?(e-?\d+)? \S+")


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """What was printed, by name; fails on any line that is not a figure."""
    found = {}
    for line in capsys.readouterr().out.splitlines():
        assert FIGURE.fullmatch(line), line
        _, name, value, _ = line.split()
        found[name] = float(value)
    return found


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0000123, "1.23e-05"),
        (0.5, "0.5"),
        (99.9, "99.9"),
        (99.949, "99.9"),
        (99.95, "100"),
        (99.97, "100"),
        (12_345.6, "12346"),
    ],
)
def test_a_figure_has_three_digits_and_is_never_a_power_of_ten(
    capsys: pytest.CaptureFixture[str], value: float, shown: str
) -> None:
    show("some", value, "ms")
    assert capsys.readouterr().out == f"bench some {shown} ms\n"


def test_the_machine_tells_how_fast_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    machine.main()
    assert {"machine.cpu", "machine.fsync"} <= figures(capsys).keys()


def test_both_executors_answer_the_same_and_are_timed(capsys: pytest.CaptureFixture[str]) -> None:
    execution.measure(rounds=1, calls=1)
    assert {
        "engine.vs_graphql_core",
        "engine.vs_graphql_core.attributes",
        "engine.compiled.ms",
        "engine.graphql_core.ms",
        "engine.plan.compile",
        "engine.plan.lookup",
    } <= figures(capsys).keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_cache")
def test_the_shop_answers_what_plain_strawberry_answers(capsys: pytest.CaptureFixture[str]) -> None:
    make_channel()
    filling.make_by_hand(products=21, variants_each=3)
    slug = Product.objects.order_by("sort_name").values_list("slug", flat=True)[10]
    requests.measure(the_shop(), slug, rounds=1, calls=1)
    shown = figures(capsys)
    assert shown["request.vs_strawberry_orm"] > 0
    assert shown["request.trivial.statements"] == 0


def test_sides_that_differ_are_not_compared() -> None:
    require_equal("same", b"[1,2]", b"[1,2]")
    with pytest.raises(NotEqual, match="byte 3"):
        require_equal("other", b"[1,2]", b"[1,3]")


class Echo(BaseHTTPRequestHandler):
    """A server that keeps every body that it is sent; each tenth is refused."""

    protocol_version = "HTTP/1.1"
    bodies: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        self.send_response(503 if len(self.bodies) % 10 == 0 else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that keeps bodies, and the bodies."""
    bodies: list[bytes] = []
    handler = type("Kept", (Echo,), {"bodies": bodies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, bodies
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("generator", ["python", "wrk"])
def test_a_load_tells_good_answers_from_bad_ones(echo: tuple[int, list[bytes]], generator: str) -> None:
    if generator == "wrk" and not wrk.is_installed():
        pytest.skip("wrk is not installed")
    port, bodies = echo
    body = orjson.dumps({"query": 'query { a(b: "ü\\n") }'})
    taken = Load(**{"python": client.run, "wrk": wrk.run}[generator](Target(port, body), 2, 1.0))
    assert set(bodies) == {body}
    assert 0 < taken.failed <= taken.requests // 10 + 1
    assert taken.rps > 0
    assert 0 < taken.p50 <= taken.p95 <= taken.p99


def test_a_flood_sends_every_document_once_at_its_rate(echo: tuple[int, list[bytes]]) -> None:
    port, bodies = echo
    process = client.start(Target(port, b"{ n%NUMBER%: a }"), 4, 1.0, rate=50, first=7)
    client.result(process)
    assert bodies[0] == b"{ n00000008: a }"
    assert len(bodies) == len(set(bodies)) <= 50


def test_a_process_tells_what_it_takes() -> None:

    held = usage.memory(os.getpid())
    assert 0 < held.pss <= held.rss
    assert usage.cpu_seconds([os.getpid()]) > 0
    assert os.getpid() in usage.children(os.getppid())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_cache")
def test_what_shoppers_browse_is_timed_in_catalogs_of_two_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.fill(300, 600)
    own = str(connection.settings_dict["NAME"])
    catalog.measure(the_shop(), {"5k": own, "100k": own}, rounds=1, calls=2)
    found = figures(capsys)
    for name in ("category", "filtered", "facets", "search.misspelt", "suggestions", "detail", "category_tree", "menu"):
        assert {f"catalog.5k.{name}.p50", f"catalog.100k.{name}.statements", f"catalog.{name}.growth"} <= found.keys()
    assert "catalog.page_500_to_page_1" in found
