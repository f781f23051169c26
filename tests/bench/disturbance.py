"""What becomes of the product list's p99 while something else goes on: calls that hang, documents nobody has seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from tests.bench.documents import PAGE_SIZE, Request, list_request, text_of
from tests.bench.figures import show
from tests.bench.load import client
from tests.bench.load.generator import Load
from tests.bench.load.target import Target
from tests.bench.shop import Shop
from tests.scenarios.frontend import Frontend

CONNECTIONS = 8
HANGING = 8
HANG_MS = 5_000
FLOOD_PER_SECOND = 1_000
FLOOD_CONNECTIONS = 32

# A dozen fields that fail at their first look-up: the price is that of reading the document.
SMALL = """{ n%NUMBER%: __typename products(channel: "nowhere", first: 1) { edges { node { id name slug
  pricing { priceRange { start { gross { amount currency } } } } } } } }"""


def compare(shop: Shop, name: str, disturbed: Callable[[], Iterator[None]], *, rounds: int, seconds: float) -> None:
    """Print the list's p99 with and without what `disturbed` does around a block, and their ratio."""
    target = shop.target(list_request())
    calm, troubled = [], []
    shop.warm_up(target)
    for _ in range(rounds):
        calm.append(patient_load(target, seconds))
        shop.settle()
        with contextmanager(disturbed)():
            troubled.append(patient_load(target, seconds))
        shop.settle()
    show(f"{name}.p99_ratio", median(t.p99 / c.p99 for t, c in zip(troubled, calm, strict=True)), "x")
    show(f"{name}.p99.calm", median(each.p99 for each in calm), "ms")
    show(f"{name}.p99.disturbed", median(each.p99 for each in troubled), "ms")
    show(f"{name}.rps.calm", median(each.rps for each in calm), "requests/s")
    show(f"{name}.rps.disturbed", median(each.rps for each in troubled), "requests/s")
    show(f"{name}.failed", sum(each.failed for each in troubled), "requests")


def patient_load(target: Target, seconds: float) -> Load:
    """A load by our own client: wrk forgets the requests that have no answer yet, and those are what matters here."""
    return Load(**client.run(target, CONNECTIONS, seconds))  # type: ignore[arg-type]


def hanging(shop: Shop, name: str, *, rounds: int, seconds: float) -> None:
    """Eight payments whose gateway sleeps five seconds are under way while the list is asked for."""
    carts = [ready_cart(shop) for _ in range(HANGING * rounds)]
    refusals: list[int] = []

    def pay(cart: Frontend) -> None:
        """Ask until the shop lets the call out to the gateway."""
        while is_refused(cart):
            refusals.append(1)
            time.sleep(0.1)

    def disturbed() -> Iterator[None]:
        payers = [threading.Thread(target=pay, args=(carts.pop(),)) for _ in range(HANGING)]
        for payer in payers:
            payer.start()
        time.sleep(0.5)
        yield
        for payer in payers:
            payer.join()

    compare(shop, name, disturbed, rounds=rounds, seconds=min(seconds, HANG_MS / 1000 - 1))
    show(f"{name}.refused", len(refusals), "calls")


def ready_cart(shop: Shop) -> Frontend:
    """A cart of which only the payment is missing."""
    front = Frontend(shop.url)
    front.fill_cart(shop.held_variant)
    front.say_who_and_where()
    return front


def is_refused(cart: Frontend) -> bool:
    """Begin a payment that hangs; True, at once, if the shop has too many of those already."""
    payload = cart.do(
        "mutation M($id: ID!, $gateway: PaymentGatewayToInitialize!) { transactionInitialize(id: $id, "
        "paymentGateway: $gateway) { transactionEvent { type } errors { field message code } } }",
        id=cart.cart["id"],
        gateway={"id": "dummy", "data": {"outcome": "approve", "delay_ms": HANG_MS}},
    )
    codes = [error["code"] for error in payload["errors"]]
    assert codes in ([], ["GATEWAY_BUSY"]), payload
    return bool(codes)


def flood(shop: Shop, *, rounds: int, seconds: float) -> None:
    """A thousand documents a second that nobody has sent before: small ones, then ones as large as the list's."""
    large = text_of("list").replace("products(", "n%NUMBER%: products(", 1)
    floods = {
        "http.flood": Request(SMALL, {}),
        "http.flood.large": Request(large, {"channel": "nowhere", "first": PAGE_SIZE}),
    }
    for name, request in floods.items():
        flood_with(shop, name, shop.target(request), rounds=rounds, seconds=seconds)


def flood_with(shop: Shop, name: str, target: Target, *, rounds: int, seconds: float) -> None:
    """Print the p99 of the list under this flood, and what the flood itself came to."""
    came_of: list[dict[str, float]] = []

    def disturbed() -> Iterator[None]:
        first = len(came_of) * 1_000_000
        process = client.start(target, FLOOD_CONNECTIONS, seconds + 2, rate=FLOOD_PER_SECOND, first=first)
        try:
            time.sleep(1)
            yield
            came_of.append(client.result(process))
        finally:
            process.kill()
            process.wait()

    compare(shop, name, disturbed, rounds=rounds, seconds=seconds)
    show(f"{name}.documents", median(each["requests"] / each["seconds"] for each in came_of), "documents/s")
    show(f"{name}.turned_away", median(each["failed"] / max(1, each["requests"]) for each in came_of) * 100, "%")
