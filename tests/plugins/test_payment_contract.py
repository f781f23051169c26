"""What every payment gateway promises. It runs over all that are registered, built-in and installed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from redis import Redis

from commerce.core.money import Money
from commerce.payments.gateways import gateway_classes
from commerce.payments.provider import (
    BadSignature,
    Charge,
    GatewayBusy,
    OutcomeUnknown,
    PaymentGateway,
    Status,
)
from tests.plugins.payment_scripts import Script, scripts

TEN = Money(1000, "USD")


@pytest.fixture(params=sorted(gateway_classes()))
def script(request: pytest.FixtureRequest, redis_client: Redis) -> Script:
    """How this gateway is brought to each outcome."""
    return scripts(settings.REDIS_URL)[request.param]


@pytest.fixture
def gateway(request: pytest.FixtureRequest, script: Script) -> PaymentGateway:
    """A fresh object of the gateway's class."""
    name = next(name for name, known in scripts(settings.REDIS_URL).items() if known.approve == script.approve)
    return gateway_classes()[name](script.options)


def charge(data: Mapping[str, Any], amount: Money = TEN) -> Charge:
    return Charge(uuid4(), amount, "ada@example.com", data)


def key() -> str:
    return f"test-{uuid4()}"


def test_a_charge_takes_all_of_the_money_and_has_a_reference(gateway: PaymentGateway, script: Script) -> None:
    outcome = gateway.charge(charge(script.approve), key=key())
    assert (outcome.status, outcome.amount) == (Status.CHARGED, TEN)
    assert outcome.reference


def test_the_same_key_charges_once(gateway: PaymentGateway, script: Script) -> None:
    same, request = key(), charge(script.approve)
    assert gateway.charge(request, key=same) == gateway.charge(request, key=same)


def test_the_same_key_charges_once_even_at_the_same_time(gateway: PaymentGateway, script: Script) -> None:
    same, request = key(), charge(script.approve)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: gateway.charge(request, key=same), range(8)))
    assert len({outcome.reference for outcome in outcomes}) == 1


def test_a_key_that_comes_back_with_another_amount_moves_nothing(gateway: PaymentGateway, script: Script) -> None:
    same = key()
    first = gateway.charge(charge(script.approve), key=same)
    second = gateway.charge(charge(script.approve, Money(2000, "USD")), key=same)
    assert (second.status, second.amount.amount) == (Status.DECLINED, 0)
    truth = gateway.fetch(same)
    assert truth is not None
    assert truth.amount == first.amount


def test_declined_is_declined_and_moves_nothing(gateway: PaymentGateway, script: Script) -> None:
    outcome = gateway.charge(charge(script.decline), key=key())
    assert (outcome.status, outcome.amount.amount) == (Status.DECLINED, 0)


def test_authorized_money_is_captured_up_to_its_amount(gateway: PaymentGateway, script: Script) -> None:
    held = gateway.authorize(charge(script.approve), key=key())
    assert (held.status, held.amount) == (Status.AUTHORIZED, TEN)
    taken = gateway.capture(held.reference, TEN, key=key())
    assert (taken.status, taken.amount) == (Status.CHARGED, TEN)
    assert gateway.capture(held.reference, Money(1, "USD"), key=key()).status is Status.DECLINED


def test_authorized_money_can_be_let_go_and_then_not_captured(gateway: PaymentGateway, script: Script) -> None:
    paid = key()
    held = gateway.authorize(charge(script.approve), key=paid)
    assert gateway.void(held.reference, key=key()).status is Status.VOIDED
    assert gateway.capture(held.reference, TEN, key=key()).status is Status.DECLINED
    truth = gateway.fetch(paid)
    assert truth is not None
    assert truth.status is Status.VOIDED


def test_charged_money_is_refunded_never_voided(gateway: PaymentGateway, script: Script) -> None:
    taken = gateway.charge(charge(script.approve), key=key())
    assert gateway.void(taken.reference, key=key()).status is Status.DECLINED
    assert gateway.refund(taken.reference, TEN, key=key()).status is Status.REFUNDED


def test_refunds_in_parts_end_at_the_charge(gateway: PaymentGateway, script: Script) -> None:
    taken = gateway.charge(charge(script.approve), key=key())
    assert gateway.refund(taken.reference, Money(600, "USD"), key=key()).amount == Money(600, "USD")
    assert gateway.refund(taken.reference, Money(600, "USD"), key=key()).status is Status.DECLINED
    assert gateway.refund(taken.reference, Money(400, "USD"), key=key()).status is Status.REFUNDED


def test_a_refund_with_the_same_key_is_made_once(gateway: PaymentGateway, script: Script) -> None:
    paid, same = key(), key()
    taken = gateway.charge(charge(script.approve), key=paid)
    for _ in range(2):
        assert gateway.refund(taken.reference, Money(500, "USD"), key=same).status is Status.REFUNDED
    assert gateway.refund(taken.reference, Money(500, "USD"), key=key()).status is Status.REFUNDED


def test_a_challenge_has_something_for_the_browser_and_goes_either_way(gateway: PaymentGateway, script: Script) -> None:
    for answer, ends_as in ((script.passed, Status.CHARGED), (script.failed, Status.DECLINED)):
        asked = gateway.charge(charge(script.challenge), key=key())
        assert (asked.status, asked.amount.amount) == (Status.ACTION_REQUIRED, 0)
        assert asked.client_data
        assert gateway.process(asked.reference, answer, key=key()).status is ends_as


def test_a_challenge_that_was_voided_cannot_be_passed(gateway: PaymentGateway, script: Script) -> None:
    asked = gateway.charge(charge(script.challenge), key=key())
    assert gateway.void(asked.reference, key=key()).status is Status.VOIDED
    assert gateway.process(asked.reference, script.passed, key=key()).amount.amount == 0


def test_silence_is_never_taken_for_an_answer_and_fetch_tells_the_truth(
    gateway: PaymentGateway, script: Script
) -> None:
    done, lost = key(), key()
    with pytest.raises(OutcomeUnknown):
        gateway.charge(charge(script.charged_but_silent), key=done)
    with pytest.raises(OutcomeUnknown):
        gateway.charge(charge(script.lost_on_the_way), key=lost)
    truth = gateway.fetch(done)
    assert truth is not None
    assert (truth.status, truth.amount) == (Status.CHARGED, TEN)
    assert gateway.fetch(lost) is None


def test_busy_means_that_nothing_happened(gateway: PaymentGateway, script: Script) -> None:
    same = key()
    with pytest.raises(GatewayBusy):
        gateway.charge(charge(script.busy), key=same)
    assert gateway.fetch(same) is None


def test_what_the_browser_is_given_holds_no_secret(gateway: PaymentGateway, script: Script) -> None:
    given = str(gateway.initialise(TEN, {}))
    assert all(str(value) not in given for value in script.options.values())


def test_a_signed_notification_is_read(gateway: PaymentGateway, script: Script) -> None:
    update = gateway.read_notification(*script.signed("k", "r", 1000))
    assert (update.key, update.outcome.status, update.outcome.amount) == ("k", Status.CHARGED, TEN)


def test_a_forged_old_or_changed_notification_is_refused(gateway: PaymentGateway, script: Script) -> None:
    headers, body = script.signed("k", "r", 1000)
    forged = [
        ({}, body),
        (dict.fromkeys(headers, ""), body),
        (headers, body.replace(b"1000", b"9000")),
        script.signed("k", "r", 1000, secret="another"),
        script.signed("k", "r", 1000, age=3600),
        ({name: value + "," + value for name, value in headers.items()}, body),
    ]
    for some_headers, some_body in forged:
        with pytest.raises(BadSignature):
            gateway.read_notification(some_headers, some_body)


def test_a_forged_signature_is_compared_in_constant_time(
    gateway: PaymentGateway, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    real = hmac.compare_digest

    def watched(one: Any, other: Any) -> bool:
        compared.append(real(one, other))
        return compared[-1]

    monkeypatch.setattr(hmac, "compare_digest", watched)
    with pytest.raises(BadSignature):
        gateway.read_notification(*script.signed("k", "r", 1000, secret="another"))
    gateway.read_notification(*script.signed("k", "r", 1000))
    assert compared == [False, True], "equality of texts stops at the first difference, which can be measured"
