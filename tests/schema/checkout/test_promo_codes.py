"""A shopper gives codes to a cart, through HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.checkout.models import Checkout
from commerce.core.permission import Permission
from commerce.orders.services import cancel_order
from commerce.promotions.invariants import broken_vouchers
from commerce.promotions.redemptions import release_expired_redemptions
from commerce.promotions.voucher_models import Voucher, VoucherRedemption
from schema.ids import id_of
from tests.factories import make_product, make_variant, staff_actor
from tests.schema.buying import card, ready
from tests.schema.doing import Shopper, gid
from tests.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

SEEN = """{ voucherCode voucherCodes { id code name amount { amount } refusal } discount { amount } discountName
  subtotalPrice { gross { amount } } shippingPrice { gross { amount } } totalPrice { gross { amount } }
  problems { __typename ... on CheckoutProblemVoucherNotApplicable { voucherCode reason } } }"""


def add(shopper: Shopper, code: str) -> Any:
    select = f"checkout {SEEN} errors {{ code field path message retryAfterSeconds }}"
    return shopper.ask("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=code, select=select).payload


def remove(shopper: Shopper, **which: Any) -> Any:
    select = f"checkout {SEEN} errors {{ code path }}"
    return shopper.ask("checkoutRemovePromoCode", checkoutId=shopper.cart, select=select, **which).payload


def codes_of(payload: Any) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def test_a_code_is_found_however_it_is_typed_and_takes_a_tenth_off() -> None:
    make_voucher("SUMMER-10")
    shopper = ready(price=1000)

    cart = add(shopper, "  summer 1o ")["checkout"]

    assert cart["voucherCode"] == "SUMMER-10"
    assert cart["discount"] == {"amount": 1.0}
    assert cart["discountName"] == "Summer-10"
    assert cart["subtotalPrice"]["gross"]["amount"] == 9.0
    assert cart["totalPrice"]["gross"]["amount"] == 14.0
    assert cart["problems"] == []


def test_the_order_shows_the_code_and_the_redemption_is_its_own() -> None:
    code = make_voucher("TEN", usage_limit=5)
    shopper = ready(price=1000)
    add(shopper, "ten")
    shopper.do("transactionInitialize", **card("approve"))
    held = VoucherRedemption.objects.get()
    assert (held.order_id, held.expires_at is None) == (None, False)

    order = shopper.ask(
        "checkoutComplete",
        select="order { id total { gross { amount } } voucher { code } "
        "discounts { type name code amount { amount } } } errors { code }",
    ).payload["order"]

    assert order["voucher"] == {"code": "TEN"}
    assert order["total"]["gross"]["amount"] == 14.0
    assert order["discounts"] == [{"type": "VOUCHER", "name": "Ten", "code": "TEN", "amount": {"amount": 1.0}}]
    kept = VoucherRedemption.objects.get()
    assert (kept.id, str(kept.order_id), kept.expires_at) == (held.id, str(id_of("Order", order["id"])), None)
    code.voucher.refresh_from_db()
    assert code.voucher.used == 1
    assert broken_vouchers() == []


def test_a_cancelled_order_gives_back_its_own_redemption_and_no_other() -> None:
    code = make_voucher("TEN", usage_limit=2, code_limit=2)
    orders = []
    for _ in range(2):
        shopper = ready(price=1000)
        add(shopper, "TEN")
        orders.append(_buy(shopper))
    assert codes_of(add(ready(), "TEN")) == ["INVALID"], "used up"

    cancel_order(order_id=id_of("Order", orders[0]["id"]), actor=staff_actor(Permission.MANAGE_ORDERS))

    code.refresh_from_db()
    assert code.used == 1
    assert str(VoucherRedemption.objects.get().order_id) == str(id_of("Order", orders[1]["id"]))
    assert broken_vouchers() == []
    assert add(ready(), "TEN")["errors"] == []


def _buy(shopper: Shopper) -> Any:
    shopper.do("transactionInitialize", **card("approve"))
    return shopper.do("checkoutComplete")["order"]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"starts_at": timezone.now() + timedelta(days=1)},
        {"starts_at": timezone.now() - timedelta(days=2), "ends_at": timezone.now() - timedelta(days=1)},
        {"usage_limit": 1, "used": 1},
        {"only_for_staff": True},
    ],
)
def test_missing_expired_used_up_and_not_yours_look_the_same(fields: dict[str, Any]) -> None:
    make_voucher("SECRET", **fields)
    shopper = ready()

    refused, missing = add(shopper, "SECRET"), add(shopper, "NO-SUCH-CODE")

    assert refused["errors"] == missing["errors"]
    assert codes_of(refused) == ["INVALID"]
    assert refused["errors"][0]["field"] == "promoCode"
    assert shopper.look("{ voucherCode }") == {"voucherCode": None}


@pytest.mark.parametrize("code", ["", " ", "\x00", "x" * 5000, "🙂", "-"])
def test_what_is_no_code_is_not_valid(code: str) -> None:
    assert codes_of(add(ready(), code)) in (["INVALID"], ["GRAPHQL_ERROR"])


def test_who_tries_codes_out_has_to_wait() -> None:
    make_voucher("GOOD")
    shopper = ready()
    for number in range(10):
        assert codes_of(add(shopper, f"GUESS-{number}")) == ["INVALID"]

    stopped = add(shopper, "GOOD")

    assert codes_of(stopped) == ["TOO_MANY_ATTEMPTS"]
    assert 0 < stopped["errors"][0]["retryAfterSeconds"] <= 300


def test_a_minimum_that_is_no_longer_reached_is_a_problem_and_stops_the_order() -> None:
    make_voucher("BIG", minimum_subtotal=2000)
    shopper = ready(price=1000, quantity=1)
    assert codes_of(add(shopper, "BIG")) == ["VOUCHER_NOT_APPLICABLE"]
    line = shopper.look("{ lines { id } }")["lines"][0]["id"]
    shopper.do("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 2}])
    assert add(shopper, "BIG")["errors"] == []
    shopper.do("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 1}])

    cart = shopper.look(SEEN)

    assert cart["problems"] == [
        {"__typename": "CheckoutProblemVoucherNotApplicable", "voucherCode": "BIG", "reason": "BELOW_MINIMUM"}
    ]
    assert cart["discount"] is None
    assert cart["totalPrice"]["gross"]["amount"] == 15.0
    refused = shopper.ask("checkoutComplete", select="errors { code path }").payload["errors"]
    assert refused == [{"code": "VOUCHER_NOT_APPLICABLE", "path": ["voucherCodes", "0"]}]
    assert shopper.ask("transactionInitialize", **card("approve")).payload["errors"] != []
    remove(shopper, promoCode="big")
    assert _buy(shopper)["total"]["gross"]["amount"] == 15.0


def test_a_voucher_is_for_its_goods_alone() -> None:
    mug = make_variant(price=1000)
    make_voucher("MUGS", kind="specific", products=[mug.product], value=5000)
    shopper = ready(price=3000)
    assert codes_of(add(shopper, "MUGS")) == ["VOUCHER_NOT_APPLICABLE"]
    shopper.do("checkoutLinesAdd", lines=[{"variantId": gid("ProductVariant", mug.id), "quantity": 1}])

    assert add(shopper, "MUGS")["checkout"]["discount"] == {"amount": 5.0}


def test_a_free_delivery_is_worked_out_anew_when_the_address_changes() -> None:
    make_voucher("FREE", kind="shipping", value=10_000, countries=["US"])
    shopper = ready(price=1000)
    assert add(shopper, "FREE")["checkout"]["shippingPrice"]["gross"]["amount"] == 0
    cart = Checkout.objects.get(id=id_of("Checkout", shopper.cart))
    assert cart.shipping_address is not None
    cart.shipping_address.country = "CA"
    cart.shipping_address.save()

    seen = shopper.look(SEEN)

    assert seen["shippingPrice"]["gross"]["amount"] == 5.0
    assert {"__typename": "CheckoutProblemVoucherNotApplicable", "voucherCode": "FREE", "reason": "ELSEWHERE"} in seen[
        "problems"
    ]


def test_codes_stand_beside_each_other_only_where_both_say_so() -> None:
    make_voucher("ALONE", value=5000)
    make_voucher("A", combines_with_vouchers=True)
    make_voucher("B", combines_with_vouchers=True)
    shopper = ready(price=1000)
    add(shopper, "ALONE")

    cart = add(shopper, "A")["checkout"]
    assert [code["code"] for code in cart["voucherCodes"]] == ["A"], "the new one takes the place of the other"
    cart = add(shopper, "B")["checkout"]
    assert [(code["code"], code["amount"]["amount"]) for code in cart["voucherCodes"]] == [("A", 1.0), ("B", 0.9)]
    Voucher.objects.filter(name="B").update(combines_with_vouchers=False)

    assert shopper.look(SEEN)["problems"] == [
        {"__typename": "CheckoutProblemVoucherNotApplicable", "voucherCode": "B", "reason": "NOT_COMBINABLE"}
    ]


def test_once_per_customer_holds_however_the_address_is_written() -> None:
    make_voucher("WELCOME", once_per_customer=True)
    first = ready(email="ada@example.com")
    add(first, "WELCOME")
    _buy(first)
    again = ready(email="ada@example.com")
    assert codes_of(add(again, "WELCOME")) == ["INVALID"]
    guest = ready(email="")
    assert add(guest, "WELCOME")["errors"] == []

    guest.do("checkoutEmailUpdate", email=" ADA@Example.com ")

    assert [problem["reason"] for problem in guest.look(SEEN)["problems"]] == ["NOT_VALID"]
    assert guest.ask("transactionInitialize", **card("approve")).payload["errors"]


def test_what_a_payment_holds_goes_back_when_it_is_declined_given_up_or_forgotten() -> None:
    code = make_voucher("LAST", usage_limit=1)

    def used() -> int:
        code.voucher.refresh_from_db()
        assert broken_vouchers() == []
        return code.voucher.used

    declined = ready()
    add(declined, "LAST")
    declined.do("transactionInitialize", **card("decline"))
    assert used() == 0
    waiting = ready()
    add(waiting, "LAST")
    waiting.do("transactionInitialize", **card("3ds"))
    assert used() == 1
    assert codes_of(add(ready(), "LAST")) == ["INVALID"]
    waiting.do("checkoutEmailUpdate", email="other@example.com")
    assert used() == 0
    waiting.do("transactionInitialize", **card("3ds"))
    VoucherRedemption.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert release_expired_redemptions() == 1
    assert used() == 0


def test_codes_come_with_everything_else_in_one_call() -> None:
    make_voucher("ONE", combines_with_vouchers=True)
    make_voucher("TWO", combines_with_vouchers=True)
    shopper = ready(price=1000)
    select = f"checkout {SEEN} errors {{ code path }}"

    wrong = shopper.ask("checkoutUpdate", input={"promoCodes": ["ONE", "NONE"]}, select=select).payload
    assert wrong["errors"] == [{"code": "INVALID", "path": ["input", "promoCodes", "1"]}]
    assert wrong["checkout"]["voucherCodes"] == []
    right = shopper.ask("checkoutUpdate", input={"promoCodes": ["ONE", "TWO"]}, select=select).payload
    assert len(right["checkout"]["voucherCodes"]) == 2
    key = right["checkout"]["voucherCodes"][1]["id"]
    assert [code["code"] for code in remove(shopper, promoCodeId=key)["checkout"]["voucherCodes"]] == ["ONE"]
    gone = shopper.ask("checkoutUpdate", input={"removePromoCodes": ["one"]}, select=select).payload
    assert gone["checkout"]["voucherCode"] is None
    assert codes_of(remove(shopper, promoCode="one")) == ["NOT_FOUND"]


def test_a_deleted_code_is_a_problem_and_can_be_taken_away() -> None:
    code = make_voucher("GONE")
    shopper = ready()
    key = add(shopper, "GONE")["checkout"]["voucherCodes"][0]["id"]
    code.voucher.delete()

    assert [problem["reason"] for problem in shopper.look(SEEN)["problems"]] == ["NOT_VALID"]
    assert remove(shopper, promoCodeId=key)["errors"] == []
    assert shopper.look(SEEN)["problems"] == []


def test_what_a_promotion_has_reduced_is_left_alone_by_a_voucher_that_says_so() -> None:
    product = make_product()
    make_variant(product=product, price=800, compare_at=1000)
    make_voucher("FULL-PRICE", combines_with_promotions=False)
    shopper = ready(price=1000)

    assert add(shopper, "FULL-PRICE")["checkout"]["discount"] == {"amount": 1.0}
    variant = make_variant(price=800, compare_at=1000)
    shopper.do("checkoutLinesAdd", lines=[{"variantId": gid("ProductVariant", variant.id), "quantity": 1}])
    assert shopper.look(SEEN)["discount"] == {"amount": 1.0}
