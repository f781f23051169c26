"""A payment gateway for tests and demonstrations: no money moves, but everything else is as with a real one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from commerce.core.money import Money
from commerce.payments.provider import (
    Charge,
    GatewayBusy,
    Options,
    Outcome,
    OutcomeUnknown,
    Status,
    Supports,
    Update,
)
from plugins.dummy_payment.bank import Bank, Payment, Step
from plugins.dummy_payment.notifications import read

CARDS: Final = {
    "4242424242424242": "approve",
    "4000000000000002": "decline",
    "4000000000003220": "3ds",
}
OUTCOMES: Final = ("approve", "decline", "3ds", "pending", "busy", "timeout_charged", "timeout_lost")
LONGEST_DELAY_MS: Final = 5_000
_SUPPORTS: Final = Supports(partial_capture=True)


class DummyGateway:
    """What happens is chosen by `data`: {"outcome": one of OUTCOMES} or {"card": one of CARDS}; else it approves.

    {"delay_ms": n} makes it slow. After "3ds", process with {"challenge": "passed"} or {"challenge": "failed"}.
    Options: `redis_url` (where the pretended bank keeps its books), `prefix` of its keys, `notification_secret`.
    """

    id: ClassVar[str] = "dummy"
    name: ClassVar[str] = "Test payment"

    def __init__(self, options: Options) -> None:
        self._bank = Bank(options["redis_url"], options.get("prefix", "dummy-bank:"))
        self._secret = str(options.get("notification_secret", ""))

    def supports(self) -> Supports:
        """Everything that the shop knows how to ask for."""
        return _SUPPORTS

    def initialise(self, amount: Money, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a checkout page needs to offer this gateway's choices."""
        return {"outcomes": list(OUTCOMES), "cards": list(CARDS), "amount": amount.amount, "currency": amount.currency}

    def authorize(self, charge: Charge, *, key: str) -> Outcome:
        """Set the money aside."""
        return self._pay(charge, Status.AUTHORIZED, key)

    def charge(self, charge: Charge, *, key: str) -> Outcome:
        """Take the money."""
        return self._pay(charge, Status.CHARGED, key)

    def process(self, reference: str, data: Mapping[str, Any], *, key: str) -> Outcome:
        """Go on after the challenge; without a known answer to it, it is still to be answered."""
        passed = {"passed": True, "failed": False}.get(str(data.get("challenge")))

        def step(payment: Payment) -> Payment:
            if payment.status is not Status.ACTION_REQUIRED or passed is None:
                return payment
            return payment.paid() if passed else replace(payment, status=Status.DECLINED, message="Challenge failed.")

        self._wait(data)
        payment = self._bank.change(reference, step, key=key, request=["process", passed])
        if payment is None:
            return Outcome(Status.DECLINED, reference, Money(0, "XXX"), "There is no such payment.")
        return self._outcome(payment)

    def capture(self, reference: str, amount: Money, *, key: str) -> Outcome:
        """Take what was set aside, or a part of it."""

        def step(payment: Payment) -> Payment | None:
            fits = 0 < amount.amount <= payment.authorized - payment.charged
            if not fits or payment.status not in (Status.AUTHORIZED, Status.CHARGED):
                return None
            return replace(payment, status=Status.CHARGED, charged=payment.charged + amount.amount)

        return self._move(reference, amount, step, "capture", Status.CHARGED, key)

    def void(self, reference: str, *, key: str) -> Outcome:
        """Let go of what was set aside. Too late once it is charged."""

        def step(payment: Payment) -> Payment | None:
            if payment.status not in (Status.AUTHORIZED, Status.ACTION_REQUIRED, Status.PENDING):
                return None
            return replace(payment, status=Status.VOIDED)

        payment = self._bank.look(reference)
        amount = Money(payment.authorized if payment else 0, payment.currency if payment else "XXX")
        return self._move(reference, amount, step, "void", Status.VOIDED, key)

    def refund(self, reference: str, amount: Money, *, key: str) -> Outcome:
        """Give back what was taken, or a part of it."""

        def step(payment: Payment) -> Payment | None:
            if not 0 < amount.amount <= payment.charged - payment.refunded:
                return None
            return replace(payment, refunded=payment.refunded + amount.amount)

        return self._move(reference, amount, step, "refund", Status.REFUNDED, key)

    def fetch(self, key: str) -> Outcome | None:
        """How the payment made with `key` stands."""
        payment = self._bank.made_with(key)
        return self._outcome(payment) if payment else None

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Update:
        """See plugins.dummy_payment.notifications."""
        return read(headers, body, self._secret)

    def _pay(self, charge: Charge, wanted: Status, key: str) -> Outcome:
        behaviour = CARDS.get(str(charge.data.get("card")), str(charge.data.get("outcome", "approve")))
        self._wait(charge.data)
        if behaviour == "busy":
            raise GatewayBusy("The test gateway is busy.")
        if behaviour == "timeout_lost":
            raise OutcomeUnknown("The test gateway did not answer.")
        asked = Payment.asked(key, charge.amount, wanted)
        match behaviour:
            case "approve" | "timeout_charged":
                payment = asked.paid()
            case "3ds":
                payment = replace(asked, status=Status.ACTION_REQUIRED)
            case "pending":
                payment = replace(asked, status=Status.PENDING)
            case _:
                payment = replace(asked, status=Status.DECLINED, message="The card was declined.")
        kept = self._bank.open(payment)
        if behaviour == "timeout_charged":
            raise OutcomeUnknown("The test gateway did not answer.")
        if kept is None:
            nothing = Money(0, charge.amount.currency)
            return Outcome(Status.DECLINED, "", nothing, "This key was used for another payment.")
        return self._outcome(kept)

    def _move(self, reference: str, amount: Money, step: Step, verb: str, done: Status, key: str) -> Outcome:
        request = [verb, amount.amount, amount.currency]
        payment = self._bank.change(reference, step, key=key, request=request)
        if payment is None:
            return Outcome(Status.DECLINED, reference, Money(0, amount.currency), f"This {verb} is not possible.")
        return Outcome(done, reference, amount)

    def _outcome(self, payment: Payment) -> Outcome:
        """The payment as it stands, as the shop is told of it."""
        status, moved = payment.status, payment.charged or payment.authorized
        if payment.charged and payment.refunded == payment.charged:
            status = Status.REFUNDED
        challenge = {"challenge": payment.reference, "answers": ["passed", "failed"]}
        return Outcome(
            status,
            payment.reference,
            Money(moved, payment.currency),
            payment.message,
            challenge if status is Status.ACTION_REQUIRED else None,
        )

    def _wait(self, data: Mapping[str, Any]) -> None:
        delay = data.get("delay_ms", 0)
        if isinstance(delay, int) and delay > 0:
            time.sleep(min(delay, LONGEST_DELAY_MS) / 1000)
