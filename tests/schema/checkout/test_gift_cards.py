"""A shopper pays with gift cards, through HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.checkout.expiry import purge_expired
from commerce.checkout.models import Checkout
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.giftcards.holds import release_expired_holds
from commerce.giftcards.models import GiftCard, GiftCardEntry, GiftCardHold
from commerce.orders.models import Order
from commerce.orders.services import cancel_order
from commerce.payments.models import PaymentAttempt
from schema.ids import id_of
from tests.factories import make_channel, staff_actor
from tests.gift_cards import balance_of, make_gift_card
from tests.schema.buying import APPROVED, card, let_money_move, ready
from tests.schema.doing import Shopper, gid
from tests.shoppers import assert_all_is_well
from tests.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

SEEN = """{ giftCards { id displayCode currentBalance { amount } } giftCardsAmount { amount } chargeStatus
  totalPrice { gross { amount } net { amount } } totalBeforeGiftCards { gross { amount } }
  voucherCodes { code } problems { __typename ... on CheckoutProblemGiftCardNotApplicable { displayCode } } }"""
ORDERED = """order { id isPaid chargeStatus authorizeStatus paymentStatus total { gross { amount } }
  giftCardsAmount { amount } totalCaptured { amount } totalBalance { amount } }
  errors { code path currentTotal { gross { amount } } }"""


def add(shopper: Shopper, code: str) -> Any:
    select = f"checkout {SEEN} errors {{ code path message }}"
    return shopper.ask("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=code, select=select).payload


def complete(shopper: Shopper, **arguments: Any) -> Any:
    return shopper.ask("checkoutComplete", select=ORDERED, **arguments).payload


def codes_of(payload: Any) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def kinds_of(issued: Any) -> list[tuple[str, int]]:
    return list(GiftCardEntry.objects.filter(card=issued.card).values_list("kind", "amount"))


def test_a_card_pays_its_part_and_a_gateway_the_rest() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)

    cart = add(shopper, issued.code.lower().replace("-", " "))["checkout"]

    assert cart["totalPrice"]["gross"]["amount"] == 9.0
    assert cart["totalBeforeGiftCards"]["gross"]["amount"] == 15.0
    assert cart["giftCardsAmount"]["amount"] == 6.0
    (shown,) = cart["giftCards"]
    assert (shown["displayCode"], shown["currentBalance"]["amount"]) == (issued.code[-4:], 6.0)

    shopper.do("transactionInitialize", amount="9.00", **card("approve"))
    assert PaymentAttempt.objects.get().amount == 900
    assert balance_of(issued) == 0
    assert kinds_of(issued) == [("issued", 600), ("held", -600)]
    order = complete(shopper, expectedTotal="9.00")["order"]

    assert order["total"]["gross"]["amount"] == 15.0
    assert (order["giftCardsAmount"]["amount"], order["totalCaptured"]["amount"]) == (6.0, 9.0)
    assert (order["isPaid"], order["chargeStatus"], order["authorizeStatus"]) == (True, "FULL", "FULL")
    assert (order["paymentStatus"], order["totalBalance"]["amount"]) == ("FULLY_CHARGED", 0.0)
    assert kinds_of(issued) == [("issued", 600), ("held", -600), ("redeemed", 0)]
    assert Event.objects.get(type="order.paid").payload["gift_card_amount"] == 600
    assert_all_is_well()


def test_a_card_pays_all_of_it_and_no_gateway_is_asked() -> None:
    issued = make_gift_card(2000)
    shopper = ready(price=1000)
    cart = add(shopper, issued.code)["checkout"]
    assert (cart["totalPrice"]["gross"]["amount"], cart["chargeStatus"]) == (0.0, "FULL")
    refused = shopper.ask("transactionInitialize", **card("approve")).payload
    assert codes_of(refused) == ["INVALID"]

    order = complete(shopper, expectedTotal="0")["order"]

    assert (order["isPaid"], order["chargeStatus"], order["paymentStatus"]) == (True, "FULL", "FULLY_CHARGED")
    assert balance_of(issued) == 500
    assert not PaymentAttempt.objects.exists()
    assert Event.objects.filter(type="order.paid").count() == 1
    assert kinds_of(issued) == [("issued", 2000), ("redeemed", -1500)]
    assert_all_is_well()


def test_two_cards_pay_in_the_order_in_which_they_were_given_and_stand_beside_a_voucher() -> None:
    first, second = make_gift_card(300), make_gift_card(5000)
    make_voucher("TEN")
    shopper = ready(price=1000)
    for code in (first.code, "TEN", second.code, first.code):
        assert add(shopper, code)["errors"] == []

    order = complete(shopper)["order"]

    assert (order["total"]["gross"]["amount"], order["giftCardsAmount"]["amount"]) == (14.0, 14.0)
    assert (balance_of(first), balance_of(second)) == (0, 5000 - 1100)
    assert_all_is_well()


@pytest.mark.parametrize("by_id", [True, False])
def test_a_card_is_taken_away_by_its_code_or_its_id(by_id: bool) -> None:
    issued, other = make_gift_card(600), make_gift_card(100)
    shopper = ready()
    add(shopper, issued.code)
    which = {"promoCodeId": gid("GiftCard", issued.card.id)} if by_id else {"promoCode": issued.code}

    cart = shopper.do("checkoutRemovePromoCode", checkoutId=shopper.cart, **which)["checkout"]

    assert cart["totalPrice"]["gross"]["amount"] == 15.0
    again = shopper.ask("checkoutRemovePromoCode", checkoutId=shopper.cart, **which).payload
    assert codes_of(again) == ["NOT_FOUND"]
    never = {"promoCodeId": gid("GiftCard", other.card.id)} if by_id else {"promoCode": other.code}
    assert codes_of(shopper.ask("checkoutRemovePromoCode", checkoutId=shopper.cart, **never).payload) == ["NOT_FOUND"]


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"expires_at": timezone.now() - timedelta(hours=1)}, {"balance": 0}],
)
def test_missing_expired_switched_off_and_empty_look_the_same(fields: dict[str, Any]) -> None:
    issued = make_gift_card(1000, **fields)
    shopper = ready()

    refused, missing = add(shopper, issued.code), add(shopper, "NO-SUCH-CODE")

    assert refused["errors"] == missing["errors"]
    assert codes_of(refused) == ["INVALID"]
    assert refused["checkout"]["giftCards"] == []


def test_a_card_of_another_currency_or_channel_is_good_but_not_here() -> None:
    here = make_channel()
    elsewhere = make_channel("elsewhere", currency_code="USD")
    shopper = ready(channel=here)

    assert codes_of(add(shopper, make_gift_card(1000, currency="EUR").code)) == ["GIFT_CARD_NOT_APPLICABLE"]
    assert codes_of(add(shopper, make_gift_card(1000, channel=elsewhere).code)) == ["GIFT_CARD_NOT_APPLICABLE"]


def test_codes_of_cards_cannot_be_tried_out() -> None:
    shopper = ready()
    said = [codes_of(add(shopper, f"WRONG-{number}")) for number in range(11)]
    assert said[0] == ["INVALID"]
    assert said[-1] == ["TOO_MANY_ATTEMPTS"]
    assert codes_of(add(shopper, make_gift_card().code)) == ["TOO_MANY_ATTEMPTS"]


def test_a_card_that_was_emptied_meanwhile_stops_the_order_and_nothing_is_charged() -> None:
    issued = make_gift_card(600)
    one, other = ready(price=1000), ready(price=1000)
    add(one, issued.code)
    add(other, issued.code)
    one.do("transactionInitialize", **card("approve"))

    refused = other.ask("transactionInitialize", **card("approve")).payload
    assert codes_of(refused) == ["GIFT_CARD_NOT_APPLICABLE"]
    shown = other.ask("transactionInitialize", amount="9", **card("approve")).payload
    assert codes_of(shown) == ["TOTAL_CHANGED"]
    assert other.look(SEEN)["problems"] == [
        {"__typename": "CheckoutProblemGiftCardNotApplicable", "displayCode": issued.code[-4:]}
    ]
    assert PaymentAttempt.objects.count() == 1
    assert complete(one)["errors"] == []
    other.do("checkoutRemovePromoCode", checkoutId=other.cart, promoCodeId=gid("GiftCard", issued.card.id))
    other.do("transactionInitialize", amount="15", **card("approve"))
    assert complete(other)["order"]["isPaid"]
    assert_all_is_well()


def test_a_card_that_another_has_emptied_half_changes_what_is_left_to_pay() -> None:
    issued = make_gift_card(1600)
    one, other = ready(price=1000), ready(price=1000)
    add(one, issued.code)
    assert add(other, issued.code)["checkout"]["totalPrice"]["gross"]["amount"] == 0.0
    assert complete(one)["errors"] == []

    refused = complete(other, expectedTotal="0")

    assert codes_of(refused) == ["TOTAL_CHANGED"]
    assert refused["errors"][0]["currentTotal"]["gross"]["amount"] == 14.0
    assert codes_of(complete(other)) == ["CHECKOUT_NOT_FULLY_PAID"]
    assert balance_of(issued) == 100
    assert_all_is_well()


def test_a_declined_payment_and_an_edit_give_the_card_back_what_was_held() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)
    add(shopper, issued.code)
    shopper.ask("transactionInitialize", **card("decline"))
    assert balance_of(issued) == 600
    shopper.do("transactionInitialize", **card("3ds"))
    assert balance_of(issued) == 0
    assert shopper.look(SEEN)["totalPrice"]["gross"]["amount"] == 9.0, "its own hold counts as its money"

    shopper.do("checkoutEmailUpdate", email="new@example.com")

    assert balance_of(issued) == 600
    assert not GiftCardHold.objects.exists()
    assert_all_is_well()


def test_a_card_that_expires_during_the_payment_has_paid() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)
    add(shopper, issued.code)
    shopper.do("transactionInitialize", **card("approve"))
    GiftCard.objects.update(expires_at=timezone.now() - timedelta(hours=1), is_active=False)

    assert complete(shopper)["order"]["isPaid"]
    assert_all_is_well()


def test_a_hold_that_was_swept_and_spent_by_another_gives_the_money_back() -> None:
    """Fails if the order does not take the money again: 6.00 would be paid by nobody."""
    issued = make_gift_card(600)
    slow, quick = ready(price=1000), ready(price=1000)
    add(slow, issued.code)
    add(quick, issued.code)
    slow.do("transactionInitialize", **card("approve"))
    GiftCardHold.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert release_expired_holds() == 1
    assert balance_of(issued) == 600
    quick.do("transactionInitialize", **card("approve"))
    assert complete(quick)["errors"] == []

    assert codes_of(complete(slow)) == ["GIFT_CARD_NOT_APPLICABLE"]

    let_money_move()
    attempt = PaymentAttempt.objects.get(checkout_id=id_of("Checkout", slow.cart))
    assert attempt.charged_amount == attempt.refunded_amount == 900
    assert Order.objects.count() == 1
    assert_all_is_well()


def test_a_cancelled_order_gives_card_and_gateway_back_what_each_has_paid() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)
    add(shopper, issued.code)
    shopper.do("transactionInitialize", **card("approve"))
    order = complete(shopper)["order"]

    cancelled = cancel_order(order_id=id_of("Order", order["id"]), actor=staff_actor(Permission.MANAGE_ORDERS))

    assert (cancelled.gift_card_amount, cancelled.gift_card_refunded_amount) == (600, 600)
    assert balance_of(issued) == 600
    let_money_move()
    attempt = PaymentAttempt.objects.get()
    assert attempt.refunded_amount == attempt.charged_amount == 900
    assert kinds_of(issued)[-1] == ("given_back", 600)
    assert_all_is_well()


def test_a_cart_that_is_purged_gives_its_cards_back_what_it_held() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)
    add(shopper, issued.code)
    shopper.ask("transactionInitialize", **card("3ds"))
    PaymentAttempt.objects.update(abandoned_at=timezone.now())
    Checkout.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert purge_expired() == 1

    assert balance_of(issued) == 600
    assert_all_is_well()


def test_one_step_checkout_charges_what_is_left() -> None:
    issued = make_gift_card(600)
    shopper = ready(price=1000)
    add(shopper, issued.code)

    order = complete(shopper, payment=APPROVED, expectedTotal="9")["order"]

    assert order["totalCaptured"]["amount"] == 9.0
    assert_all_is_well()
