"""The Idempotency-Key header: what came twice is done once, and answered for whoever asks."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from commerce.checkout.models import CheckoutLine
from commerce.events.models import Event
from commerce.idempotency.models import IdempotencyKey
from commerce.orders.models import Order
from commerce.payments.models import PaymentAttempt
from tests.api import Api
from tests.factories import PASSWORD, make_customer, make_variant
from tests.schema.buying import APPROVED, card, ready
from tests.schema.doing import Shopper, customer, gid

KEY = "01a0-a-key-that-nobody-guesses"
in_one_transaction = pytest.mark.django_db
real_commits = pytest.mark.usefixtures("durable")


def units(variant: Any, quantity: int = 1) -> dict[str, Any]:
    """An entry of `lines`."""
    return {"variantId": gid("ProductVariant", variant.id), "quantity": quantity}


@in_one_transaction
def test_the_same_key_with_the_same_input_adds_lines_once() -> None:
    mug, shopper = make_variant(), Shopper()
    shopper.open_cart()
    first = shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(mug, 2)]).payload
    second = shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(mug, 2)]).payload
    assert first["checkout"]["quantity"] == 2
    assert second == first
    assert shopper.ask("checkoutLinesAdd", lines=[units(mug, 2)]).payload["checkout"]["quantity"] == 4, "without a key"


@in_one_transaction
def test_the_answer_is_told_again_for_another_selection_with_the_rows_as_they_are_now() -> None:
    mug, shopper = make_variant(price=1000), Shopper()
    shopper.open_cart()
    shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(mug)], select="checkout { id } errors { code }")
    shopper.do("checkoutEmailUpdate", email="ada@example.com")
    again = shopper.ask(
        "checkoutLinesAdd",
        key=KEY,
        lines=[units(mug)],
        select="checkout { email lines { quantity totalPrice { gross { amount currency } } variant { pricing "
        "{ price { gross { amount } } } } } } errors { message }",
    ).payload
    assert again == {
        "checkout": {
            "email": "ada@example.com",
            "lines": [
                {
                    "quantity": 1,
                    "totalPrice": {"gross": {"amount": 10.0, "currency": "USD"}},
                    "variant": {"pricing": {"price": {"gross": {"amount": 10.0}}}},
                }
            ],
        },
        "errors": [],
    }


@in_one_transaction
def test_the_same_key_with_another_input_is_refused() -> None:
    mug, shopper = make_variant(), Shopper()
    shopper.open_cart()
    shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(mug, 2)])
    other = shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(mug, 3)])
    assert other.problems == [("IDEMPOTENCY_KEY_REUSED", [])]
    assert other.payload["checkout"]["quantity"] == 2


@in_one_transaction
def test_a_refusal_is_told_again_although_it_would_succeed_by_now() -> None:
    rare, shopper = make_variant(stock=1), Shopper()
    shopper.open_cart()
    first = shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(rare, 2)])
    assert first.problems == [("INSUFFICIENT_STOCK", ["lines", "0", "quantity"])]
    rare.stocks.update(on_hand=5)
    second = shopper.ask("checkoutLinesAdd", key=KEY, lines=[units(rare, 2)])
    assert second.payload == first.payload
    assert second.payload["errors"][0]["availableQuantity"] == 1
    assert shopper.ask("checkoutLinesAdd", key=KEY + "2", lines=[units(rare, 2)]).problems == []


@in_one_transaction
@pytest.mark.usefixtures("redis_client")
def test_a_refusal_with_money_in_it_is_told_again() -> None:
    shopper = ready()
    first = shopper.ask("checkoutComplete", key=KEY, expectedTotal="1.00", payment=APPROVED)
    again = shopper.ask("checkoutComplete", key=KEY, expectedTotal="1.00", payment=APPROVED)
    assert again.problems == [("TOTAL_CHANGED", ["expectedTotal"])]
    assert again.payload == first.payload
    assert again.payload["errors"][0]["currentTotal"] == {"gross": {"amount": 15.0}}


@in_one_transaction
def test_the_keys_of_two_carts_and_of_two_fields_never_meet() -> None:
    mug, one, two = make_variant(), Shopper(), Shopper()
    one.open_cart()
    two.open_cart()
    for shopper in (one, two):
        assert shopper.ask("checkoutLinesAdd", key="1", lines=[units(mug)]).payload["checkout"]["quantity"] == 1
    assert one.ask("checkoutEmailUpdate", key="1", email="ada@example.com").problems == []
    ada, eve = Shopper(customer(make_customer())), Shopper(customer(make_customer()))
    made = [who.ask("checkoutCreate", key="1", input={"channel": "default-channel"}).payload for who in (ada, eve)]
    assert made[0]["checkout"]["id"] != made[1]["checkout"]["id"]
    assert ada.ask("checkoutCreate", key="1", input={"channel": "default-channel"}).payload == made[0]


@in_one_transaction
def test_somebody_else_with_the_same_key_does_not_get_the_answer() -> None:
    mug = make_variant()
    ada = Shopper(customer(make_customer()))
    ada.open_cart(mug)
    ada.ask("checkoutEmailUpdate", key=KEY, email="ada@example.com")
    for eve in (ada.as_(None), ada.as_(customer(make_customer()).token)):
        answer = eve.ask("checkoutEmailUpdate", key=KEY, email="ada@example.com")
        assert answer.problems == [("NOT_FOUND", ["id"])]
        assert answer.payload["checkout"] is None


@in_one_transaction
def test_a_guest_without_a_cart_needs_a_key_that_nobody_guesses() -> None:
    make_variant()
    short = Shopper().ask("checkoutCreate", key="1", input={"channel": "default-channel"})
    assert [code for code, _ in short.problems] == ["INVALID"]
    made = [Shopper().ask("checkoutCreate", key=KEY, input={"channel": "default-channel"}).payload for _ in range(2)]
    assert made[0]["checkout"]["id"] == made[1]["checkout"]["id"]


@in_one_transaction
@pytest.mark.parametrize("key", ["x" * 256, "a\x01bcdefghijklmnopqrst"])
def test_a_key_that_is_none(key: str) -> None:
    make_variant()
    answer = Shopper().ask("checkoutCreate", key=key, input={"channel": "default-channel"})
    assert [code for code, _ in answer.problems] == ["INVALID"]
    assert answer.payload["checkout"] is None


@in_one_transaction
@pytest.mark.usefixtures("redis_client")
def test_tokens_and_passwords_are_never_kept() -> None:
    make_customer("ada@example.com")
    first = Shopper().ask("tokenCreate", key=KEY, email="ada@example.com", password=PASSWORD).payload
    second = Shopper().ask("tokenCreate", key=KEY, email="ada@example.com", password=PASSWORD).payload
    assert first["refreshToken"] != second["refreshToken"]
    Shopper().ask("tokenRefresh", key=KEY, refreshToken=first["refreshToken"])
    Shopper().ask("accountRegister", key=KEY, input={"email": "eve@example.com", "password": PASSWORD})
    assert IdempotencyKey.objects.count() == 0


@in_one_transaction
def test_aliases_in_one_request_are_requests_of_their_own() -> None:
    mug, shopper = make_variant(), Shopper()
    shopper.open_cart()
    document = (
        "mutation($id: ID, $lines: [CheckoutLineInput!]!) { a: checkoutLinesAdd(id: $id, lines: $lines) "
        "{ checkout { quantity } } b: checkoutLinesAdd(id: $id, lines: $lines) { checkout { quantity } } }"
    )
    for _ in range(2):
        answer = shopper.api.send(document, key=KEY, id=shopper.cart, lines=[units(mug)])
    assert answer.data["b"]["checkout"]["quantity"] == 2
    assert CheckoutLine.objects.get().quantity == 2


def at_once(*calls: Any) -> list[Any]:
    """What each call answered, all begun at the same moment in threads of their own."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            barrier.wait(10)
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@real_commits
def test_two_at_once_with_one_key_add_lines_once() -> None:
    mug, shopper = make_variant(), Shopper()
    shopper.open_cart()

    def add() -> Any:
        return Shopper(Api(), shopper.cart).ask("checkoutLinesAdd", key=KEY, lines=[units(mug)]).payload

    answers = at_once(*[add] * 4)
    assert all(answer == answers[0] for answer in answers), answers
    assert CheckoutLine.objects.get().quantity == 1
    assert IdempotencyKey.objects.get().status == IdempotencyKey.Status.DONE


@real_commits
@pytest.mark.usefixtures("redis_client")
def test_completing_with_a_key_gives_one_order_and_one_charge() -> None:
    shopper = ready()

    def complete() -> Any:
        return Shopper(Api(), shopper.cart).ask("checkoutComplete", key=KEY, payment=APPROVED).payload

    answers = at_once(complete, complete)
    answers.append(complete())
    assert all(answer["errors"] == [] for answer in answers), answers
    assert len({answer["order"]["id"] for answer in answers}) == 1
    assert len({answer["accessToken"] for answer in answers}) == 1
    assert (Order.objects.count(), PaymentAttempt.objects.count()) == (1, 1)
    assert Event.objects.filter(type="order.placed").count() == 1
    kept = IdempotencyKey.objects.get()
    assert kept.status == IdempotencyKey.Status.DONE
    assert answers[0]["accessToken"] not in str(kept.answer), "the token is derived anew, never kept"


@real_commits
@pytest.mark.usefixtures("redis_client")
def test_paying_with_a_key_in_the_header_or_in_the_argument() -> None:
    shopper = ready()
    declined = shopper.ask("transactionInitialize", key=KEY, **card("decline")).payload
    again = shopper.ask("transactionInitialize", key=KEY, **card("decline")).payload
    assert again == declined
    assert again["transactionEvent"]["type"] == "CHARGE_FAILURE"
    assert PaymentAttempt.objects.count() == 1
    paid = shopper.do("transactionInitialize", idempotencyKey="2", **card("approve"))
    assert shopper.do("transactionInitialize", idempotencyKey="2", **card("approve")) == paid
    assert PaymentAttempt.objects.count() == 2


@real_commits
@pytest.mark.usefixtures("redis_client")
def test_three_d_secure_with_a_key_is_told_again_and_gone_on_with() -> None:
    shopper = ready()
    first = shopper.ask("checkoutComplete", key=KEY, payment={"id": "dummy", "data": {"outcome": "3ds"}})
    again = shopper.ask("checkoutComplete", key=KEY, payment={"id": "dummy", "data": {"outcome": "3ds"}})
    assert first.problems == again.problems == [("PAYMENT_ACTION_REQUIRED", ["payment"])]
    (error,) = again.payload["errors"]
    assert (error["transaction"], error["data"]) == (
        first.payload["errors"][0]["transaction"],
        first.payload["errors"][0]["data"],
    )
    shopper.do("transactionProcess", id=error["transaction"], data={"challenge": "passed"})
    assert shopper.ask("checkoutComplete", key=KEY + "2").payload["order"]["isPaid"] is True
