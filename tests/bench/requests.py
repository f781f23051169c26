"""The whole request in process, SQL included: the shop against plain Strawberry over Django's models."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import orjson

from tests.bench.documents import Request, leaves, list_request, operations_of
from tests.bench.figures import interleaved, milliseconds, require_equal, show, times_faster
from tests.bench.roomy_stack import with_roomy_stack
from tests.bench.servers import set_up_django
from tests.bench.wsgi import Application, WithUrls, post, the_shop
from tests.statements import recorded_statements

LEAVES = 922
PLAIN_URLS = "tests.bench.yardstick.plain"


def measure(shop: Application, slug: str, *, rounds: int, calls: int) -> None:
    """Print how many times faster than the yardstick the shop answers the list, and what each operation takes.

    The database holds at least 21 listed products with 3 variants each, among them `slug`.
    """
    # Both are given the stack on which they are fastest, wherever their frames would have come to lie.
    shop, plain = with_roomy_stack(shop), with_roomy_stack(WithUrls(PLAIN_URLS))
    compare_lists(shop, plain, rounds=rounds, calls=calls)
    operations = operations_of(slug)
    for name, count in statements(shop, operations).items():
        show(f"request.{name}.statements", count, "statements")
    own = {name: asking(shop, request) for name, request in operations.items() if name != "list"}
    for name, seconds in interleaved(own, rounds=rounds, calls=calls).items():
        show(f"request.{name}.ms", milliseconds(seconds), "ms")


def compare_lists(shop: Application, plain: Application, *, rounds: int, calls: int) -> None:
    """Both sides on the same database. Raises NotEqual if their answers differ."""
    request = list_request()
    sides = {"shop": asking(shop, request), "strawberry_orm": asking(plain, request)}
    answers = {side: data_of(ask) for side, ask in sides.items()}
    require_equal("request.vs_strawberry_orm", *answers.values())
    assert leaves(orjson.loads(answers["shop"])) == LEAVES
    taken = interleaved(sides, rounds=rounds, calls=calls)
    show("request.vs_strawberry_orm", times_faster(taken["strawberry_orm"], taken["shop"]), "x")
    for side, seconds in taken.items():
        show(f"request.{side}.ms", milliseconds(seconds), "ms")
    show("request.strawberry_orm.statements", statements(plain, {"list": request})["list"], "statements")
    show("request.bytes", len(answers["shop"]) / 1000, "kB")


def asking(application: Application, request: Request) -> Callable[[], bytes]:
    """What sends `request` once."""
    body = request.body()
    return lambda: post(application, body)


def data_of(ask: Callable[[], bytes]) -> bytes:
    """`data` of the answer as JSON, once everything is warm."""
    for _ in range(3):
        answer = orjson.loads(ask())
    assert "errors" not in answer, answer["errors"]
    return orjson.dumps(answer["data"])


def statements(application: Application, operations: Mapping[str, Request]) -> dict[str, int]:
    """How many SQL statements each operation sends on a warm connection."""
    counts = {}
    for name, request in operations.items():
        ask = asking(application, request)
        data_of(ask)
        with recorded_statements() as seen:
            ask()
        counts[name] = len(seen)
    return counts


def main() -> None:
    """Print the statements of the operations of the shop that the environment names, for the product SLUG."""
    set_up_django()

    for name, count in statements(the_shop(), operations_of(sys.argv[1])).items():
        show(f"http.{name}.statements", count, "statements")


if __name__ == "__main__":
    main()
