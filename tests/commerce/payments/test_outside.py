"""A gateway that hangs takes some of a process's threads and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest

from commerce.core.money import Money
from commerce.core.outside_calls import OutsideCalls
from commerce.payments.outside import BoundedGateway
from commerce.payments.provider import Charge, GatewayBusy, OutcomeUnknown, Supports

PRICE = Money(100, "USD")
CHARGE = Charge(UUID(int=1), PRICE, "ada@example.com")
VERBS: dict[str, Callable[[Any], object]] = {
    "initialise": lambda gateway: gateway.initialise(PRICE, {}),
    "authorize": lambda gateway: gateway.authorize(CHARGE, key="k"),
    "charge": lambda gateway: gateway.charge(CHARGE, key="k"),
    "process": lambda gateway: gateway.process("r", {}, key="k"),
    "capture": lambda gateway: gateway.capture("r", PRICE, key="k"),
    "void": lambda gateway: gateway.void("r", key="k"),
    "refund": lambda gateway: gateway.refund("r", PRICE, key="k"),
    "fetch": lambda gateway: gateway.fetch("k"),
}


class HangingGateway:
    """Answers to every verb when it is told to, with the verb's name."""

    id = "hanging"
    name = "Hanging"

    def __init__(self) -> None:
        self.called: list[str] = []
        self.answer = Event()

    def __getattr__(self, verb: str) -> Any:
        def call(*_arguments: object, **_named: object) -> str:
            self.called.append(verb)
            self.answer.wait(10)
            return verb

        return call

    def supports(self) -> Supports:
        """Asks nobody."""
        return Supports()

    def read_notification(self, headers: object, body: bytes) -> str:
        """Asks nobody."""
        return "update"


@contextmanager
def hanging_calls(gateway: Any, inner: HangingGateway, count: int) -> Iterator[None]:
    """So many calls are under way in the block."""
    threads = [Thread(target=VERBS["charge"], args=(gateway,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    while len(inner.called) < count:
        pass
    yield
    inner.answer.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("verb", VERBS)
def test_beyond_the_bound_a_call_is_refused_before_the_gateway_hears_of_it(verb: str) -> None:
    inner = HangingGateway()
    gateway: Any = BoundedGateway(inner, OutsideCalls(2, GatewayBusy))  # type: ignore[arg-type]
    with hanging_calls(gateway, inner, 2):
        with pytest.raises(GatewayBusy):
            VERBS[verb](gateway)
        assert inner.called == ["charge", "charge"]
        assert gateway.supports() == Supports()
        assert gateway.read_notification({}, b"") == "update"
    assert VERBS[verb](gateway) == verb


def test_all_gateways_share_the_places() -> None:
    calls, inner = OutsideCalls(1, GatewayBusy), HangingGateway()
    one: Any = BoundedGateway(inner, calls)  # type: ignore[arg-type]
    other: Any = BoundedGateway(HangingGateway(), calls)  # type: ignore[arg-type]
    with hanging_calls(one, inner, 1), pytest.raises(GatewayBusy):
        other.charge(CHARGE, key="k")


def test_a_call_that_fails_gives_its_place_back() -> None:
    class Failing(HangingGateway):
        def charge(self, *_arguments: object, **_named: object) -> None:
            raise OutcomeUnknown("no answer")

    gateway: Any = BoundedGateway(Failing(), OutsideCalls(1, GatewayBusy))  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            gateway.charge(CHARGE, key="k")
