"""Paying as the dialect's storefronts do it: prepare a gateway, begin a payment, perhaps go on with it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.inventory.models import Reservation
from commerce.payments.models import PaymentAttempt
from tests.factories import make_channel, make_customer, make_variant
from tests.schema.buying import NOBODYS, card, ready
from tests.schema.doing import Shopper, customer, gid, row
from tests.shoppers import DELIVERY, assert_all_is_well

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


def test_the_gateways_of_a_cart_and_what_their_pages_need() -> None:
    shopper = ready()
    gateways = shopper.look("{ availablePaymentGateways { id name currencies config { field value } } }")
    assert gateways["availablePaymentGateways"] == [
        {"id": "dummy", "name": "Test payment", "currencies": ["USD"], "config": []}
    ]
    (config,) = shopper.do("paymentGatewayInitialize")["gatewayConfigs"]
    assert (config["id"], config["errors"]) == ("dummy", [])
    assert (config["data"]["amount"], config["data"]["currency"]) == (1000 + DELIVERY, "USD")
    asked = [{"id": "dummy", "data": {}}, {"id": "nobody"}]
    known, unknown = shopper.do("paymentGatewayInitialize", paymentGateways=asked)["gatewayConfigs"]
    assert known["errors"] == []
    assert (unknown["data"], [error["code"] for error in unknown["errors"]]) == (None, ["NOT_FOUND"])
    wrong = shopper.ask("paymentGatewayInitialize", paymentGateways=[{"id": "dummy", "data": [1]}])
    assert wrong.problems == [("INVALID", ["paymentGateways", "0", "data"])]


def test_a_card_that_is_charged() -> None:
    shopper = ready()
    paid = shopper.do("transactionInitialize", amount="15.00", **card("approve"))
    assert paid["transactionEvent"]["type"] == "CHARGE_SUCCESS"
    assert paid["transaction"]["chargedAmount"] == {"amount": 15.0}
    assert paid["transaction"]["amount"] == {"amount": 15.0, "currency": "USD"}
    assert paid["transaction"]["actions"] == ["REFUND"]
    assert shopper.look("{ authorizeStatus chargeStatus }") == {"authorizeStatus": "FULL", "chargeStatus": "FULL"}
    again = shopper.do("transactionInitialize", **card("approve"))
    assert again["transaction"]["id"] == paid["transaction"]["id"], "nobody pays twice"
    assert PaymentAttempt.objects.count() == 1


def test_a_card_that_is_only_authorized() -> None:
    shopper = ready()
    paid = shopper.do("transactionInitialize", action="AUTHORIZATION", **card("approve"))
    assert paid["transactionEvent"]["type"] == "AUTHORIZATION_SUCCESS"
    assert paid["transaction"]["actions"] == ["CHARGE", "CANCEL"]
    assert (paid["transaction"]["authorizedAmount"], paid["transaction"]["chargedAmount"]) == (
        {"amount": 15.0},
        {"amount": 0.0},
    )
    assert shopper.look("{ authorizeStatus chargeStatus }") == {"authorizeStatus": "FULL", "chargeStatus": "NONE"}


def test_a_declined_card_leaves_nothing_behind_and_another_may_be_tried() -> None:
    shopper = ready(stock=1)
    declined = shopper.do("transactionInitialize", **card("decline"))
    assert declined["transactionEvent"] == {"type": "CHARGE_FAILURE", "message": "The card was declined."}
    assert declined["transaction"]["chargedAmount"] == {"amount": 0.0}
    assert Reservation.objects.count() == 0
    assert shopper.ask("checkoutComplete").problems == [("CHECKOUT_NOT_FULLY_PAID", ["id"])]
    assert shopper.do("transactionInitialize", **card("approve"))["transactionEvent"]["type"] == "CHARGE_SUCCESS"
    assert shopper.do("checkoutComplete")["order"]["isPaid"] is True
    assert_all_is_well()


@pytest.mark.parametrize(("challenge", "event"), [("passed", "CHARGE_SUCCESS"), ("failed", "CHARGE_FAILURE")])
def test_three_d_secure(challenge: str, event: str) -> None:
    shopper = ready()
    begun = shopper.do("transactionInitialize", **card("3ds"))
    assert begun["transactionEvent"]["type"] == "CHARGE_ACTION_REQUIRED"
    assert begun["data"]["answers"] == ["passed", "failed"]
    waiting = shopper.ask("checkoutComplete")
    assert waiting.problems == [("PAYMENT_ACTION_REQUIRED", ["payment"])]
    (error,) = waiting.payload["errors"]
    assert (error["transaction"], error["data"]) == (begun["transaction"]["id"], begun["data"])
    ended = shopper.do("transactionProcess", id=begun["transaction"]["id"], data={"challenge": challenge})
    assert ended["transactionEvent"]["type"] == event
    once_more = shopper.ask("transactionProcess", id=begun["transaction"]["id"], data={"challenge": "passed"})
    assert once_more.problems == ([] if challenge == "passed" else [("TRANSACTION_ALREADY_PROCESSED", ["id"])])
    if challenge == "passed":
        assert shopper.do("checkoutComplete")["order"]["chargeStatus"] == "FULL"
    assert_all_is_well()


def test_a_gateway_that_answers_later_or_not_at_all_is_waited_for_and_not_asked_twice() -> None:
    shopper = ready()
    later = shopper.do("transactionInitialize", **card("pending"))
    assert later["transactionEvent"]["type"] == "CHARGE_REQUEST"
    again = shopper.do("transactionInitialize", **card("approve"))
    assert again["transaction"]["id"] == later["transaction"]["id"]
    assert shopper.ask("checkoutComplete").problems == [("PAYMENT_IN_PROGRESS", [])]
    (line,) = shopper.look("{ lines { id } }")["lines"]
    edited = shopper.ask("checkoutLinesUpdate", lines=[{"lineId": line["id"], "quantity": 2}])
    assert edited.problems == [("PAYMENT_IN_PROGRESS", [])]
    assert edited.payload["checkout"]["quantity"] == 1

    unheard = ready()
    lost = unheard.do("transactionInitialize", **card("timeout_lost"))
    assert lost["transactionEvent"]["type"] == "CHARGE_REQUEST"
    assert unheard.ask("checkoutComplete").problems == [("PAYMENT_IN_PROGRESS", [])]


def test_a_gateway_that_is_busy_charges_nothing_and_says_so() -> None:
    shopper = ready(stock=1)
    busy = shopper.ask("transactionInitialize", **card("busy"))
    assert busy.problems == [("GATEWAY_BUSY", ["paymentGateway", "id"])]
    assert busy.payload["transaction"] is None
    assert shopper.ask("checkoutComplete", payment=card("busy")["paymentGateway"]).problems == [
        ("GATEWAY_BUSY", ["payment", "id"])
    ]
    assert Reservation.objects.count() == 0
    assert_all_is_well()


def test_another_amount_than_the_cart_costs_charges_nothing_and_tells_the_total() -> None:
    shopper = ready()
    for amount in ("14.99", "15.01", "0"):
        answer = shopper.ask("transactionInitialize", amount=amount, **card("approve"))
        assert answer.problems == [("TOTAL_CHANGED", ["amount"])]
        assert answer.payload["errors"][0]["currentTotal"] == {"gross": {"amount": 15.0}}
    assert shopper.ask("transactionInitialize", amount="15.001", **card("approve")).problems == [
        ("INVALID", ["amount"])
    ]
    for amount in ("-1", "NaN", "Infinity", "1e309", "1e18", "9" * 41):
        assert shopper.ask("transactionInitialize", amount=amount, **card("approve")).codes == ["BAD_USER_INPUT"]
    assert PaymentAttempt.objects.count() == 0


def test_yen_have_no_decimals() -> None:
    jp = make_channel("jp", currency_code="JPY", default_country="US", countries=["US"])
    shopper = ready(price=1200, channel=jp)
    assert shopper.ask("transactionInitialize", amount="1700.5", **card("approve")).problems == [
        ("INVALID", ["amount"])
    ]
    paid = shopper.do("transactionInitialize", amount="1700", **card("approve"))
    assert paid["transaction"]["amount"] == {"amount": 1700.0, "currency": "JPY"}


def test_what_is_missing_is_named_before_anybody_is_charged() -> None:
    shopper = Shopper()
    shopper.open_cart(make_variant())
    answer = shopper.ask("transactionInitialize", **card("approve"))
    codes = {code for code, _ in answer.problems}
    assert codes == {"EMAIL_NOT_SET", "SHIPPING_ADDRESS_NOT_SET", "SHIPPING_METHOD_NOT_SET", "BILLING_ADDRESS_NOT_SET"}
    empty = Shopper()
    empty.open_cart()
    assert "NO_LINES" in {code for code, _ in empty.ask("transactionInitialize", **card("approve")).problems}


def test_nobody_is_charged_for_what_is_gone() -> None:
    shopper = ready(quantity=3, stock=3)
    row = ready_line(shopper)
    row.variant.stocks.update(on_hand=1)
    answer = shopper.ask("transactionInitialize", **card("approve"))
    assert answer.problems == [("INSUFFICIENT_STOCK", ["lines", "0", "quantity"])]
    assert answer.payload["errors"][0]["availableQuantity"] == 1
    assert PaymentAttempt.objects.count() == 0


def ready_line(shopper: Shopper) -> Any:
    """The row of the only line of a cart."""
    return row(shopper.cart).lines.select_related("variant").get()


def test_a_gateway_that_is_not_there_and_data_that_is_none() -> None:
    shopper = ready()
    answer = shopper.ask("transactionInitialize", paymentGateway={"id": "nobody"})
    assert answer.problems == [("NOT_FOUND", ["paymentGateway", "id"])]
    wrong = shopper.ask("transactionInitialize", paymentGateway={"id": "dummy", "data": "approve"})
    assert wrong.problems == [("INVALID", ["paymentGateway", "data"])]
    assert shopper.ask("checkoutComplete", payment={"id": "nobody"}).problems == [("NOT_FOUND", ["payment", "id"])]


def test_a_payment_of_somebody_else_cannot_be_gone_on_with() -> None:
    ada = make_customer("ada@example.com")
    shopper = Shopper(customer(ada), ready(user=ada).cart)
    begun = shopper.do("transactionInitialize", **card("3ds"))["transaction"]["id"]
    eve = Shopper(customer(make_customer()))
    for thief in (eve, Shopper()):
        answer = thief.ask("transactionProcess", id=begun, data={"challenge": "passed"})
        assert answer.problems == [("NOT_FOUND", ["id"])]
    missing = gid("TransactionItem", NOBODYS)
    assert shopper.ask("transactionProcess", id=missing).problems == [("NOT_FOUND", ["id"])]
    assert shopper.ask("transactionProcess", id=shopper.cart).problems == [("GRAPHQL_ERROR", ["id"])]
    assert shopper.ask("transactionProcess", id=begun, data=[1]).problems == [("INVALID", ["data"])]
    assert PaymentAttempt.objects.get().state == "action_required"


def test_a_cart_that_was_paid_for_and_then_changed_is_not_paid_for() -> None:
    shopper = ready()
    shopper.do("transactionInitialize", **card("approve"))
    (line,) = shopper.look("{ lines { id } }")["lines"]
    changed = shopper.do("checkoutLinesUpdate", lines=[{"lineId": line["id"], "quantity": 2}])["checkout"]
    assert changed["chargeStatus"] == "PARTIAL"
    answer = shopper.ask("checkoutComplete")
    assert answer.problems == [("CHECKOUT_NOT_FULLY_PAID", ["id"])]
    assert answer.payload["errors"][0]["currentTotal"] == {"gross": {"amount": 25.0}}
