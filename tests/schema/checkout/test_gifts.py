"""A cart gets a gift from a promotion, and nobody pays for it or because of it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import ProductChannelListing, ProductType, ProductVariant
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.quote import quote
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.giftcards.models import GiftCard
from commerce.inventory.models import Allocation, Reservation, Stock
from commerce.orders.models import Order, OrderDiscount, OrderLine
from commerce.orders.services import cancel_order
from commerce.promotions.models import Promotion, PromotionBudget, PromotionRule
from commerce.promotions.services import update_promotion
from tests.api import Api
from tests.commerce.promotions.promoting import MERCHANT, percent, promote
from tests.factories import (
    make_channel,
    make_checkout,
    make_customer,
    make_staff,
    make_tax_rate,
    make_variant,
)
from tests.gift_cards import make_card_for_sale
from tests.schema.doing import Shopper, customer, gid
from tests.shoppers import assert_all_is_well, ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

GIFTS = """{ lines { id isGift quantity variant { sku } totalPrice { gross { amount } net { amount } }
    undiscountedUnitPrice { amount } priceLadder { kind amount { amount } reason runningTotal { amount } } }
  gifts { promotionId name isDeclined line { id } variants { sku } }
  warnings { code promotionName } problems { __typename } quantity isShippingRequired
  discount { amount } totalPrice { gross { amount } } subtotalPrice { gross { amount } } }"""


def gift(*variants: ProductVariant, gte: int | None = None, **fields: Any) -> Promotion:
    """A promotion that gives one of these, from a subtotal on."""
    when = {} if gte is None else {"kind": "subtotal", "gte": {str(make_channel().id): gte}}
    rule = {
        "reward_type": "gift",
        "reward": {"variants": [str(variant.id) for variant in variants]},
        "condition": when,
    }
    return promote(rule, kind="order", **({"name": "A present", "stacking": "stackable"} | fields))


def filled(variant: ProductVariant, quantity: int = 1) -> Shopper:
    """Somebody with units of it in their cart."""
    shopper = Shopper()
    shopper.open_cart(variant, quantity=quantity)
    return shopper


def skus(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """What is in a cart, and whether it is a gift."""
    return [(line["variant"]["sku"], line["isGift"]) for line in found["lines"]]


def test_a_gift_comes_and_goes_with_the_rule_and_says_why_it_costs_nothing() -> None:
    mug, pen = make_variant(price=3000, sku="mug"), make_variant(price=400, sku="pen")
    make_tax_rate("US", "10")
    promotion = gift(pen, gte=5000)
    shopper = filled(mug)
    assert skus(shopper.look(GIFTS)) == [("mug", False)]
    line = shopper.look(GIFTS)["lines"][0]["id"]
    shopper.do("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 2}])
    found = shopper.look(GIFTS)
    assert skus(found) == [("mug", False), ("pen", True)]
    pen_line = found["lines"][1]
    assert (pen_line["quantity"], pen_line["undiscountedUnitPrice"]["amount"]) == (1, 4.0)
    assert pen_line["totalPrice"] == {"gross": {"amount": 0.0}, "net": {"amount": 0.0}}
    ladder = [(step["kind"], step["amount"]["amount"], step["reason"]) for step in pen_line["priceLadder"]]
    assert ladder[:2] == [("LIST_PRICE", 4.0, "The price in this channel"), ("ORDER_PROMOTION", -4.0, "A present")]
    assert pen_line["priceLadder"][-1]["runningTotal"]["amount"] == 0.0
    assert found["gifts"] == [
        {
            "promotionId": gid("Promotion", promotion.id),
            "name": "A present",
            "isDeclined": False,
            "line": {"id": pen_line["id"]},
            "variants": [{"sku": "pen"}],
        }
    ]
    assert (found["discount"]["amount"], found["warnings"], found["problems"]) == (4.0, [], [])
    update_promotion(promotion_id=promotion.id, changes={"is_active": False}, actor=MERCHANT)
    after = shopper.look(GIFTS)
    assert (skus(after), after["gifts"]) == ([("mug", False)], [])
    assert after["totalPrice"] == found["totalPrice"]


def test_a_shopper_chooses_another_gift_takes_it_out_and_back_again() -> None:
    mug, pen, pad = (make_variant(sku=sku) for sku in ("mug", "pen", "pad"))
    promotion = gift(pen, pad)
    shopper = filled(mug)
    key = gid("Promotion", promotion.id)

    def choose(variant: ProductVariant | None) -> Any:
        wanted = None if variant is None else gid("ProductVariant", variant.id)
        shopper.do("checkoutGiftUpdate", promotionId=key, variantId=wanted)
        return shopper.look(GIFTS)

    assert skus(choose(pad)) == [("mug", False), ("pad", True)]
    gone = choose(None)
    assert (skus(gone), gone["gifts"][0]["isDeclined"], gone["gifts"][0]["line"]) == ([("mug", False)], True, None)
    assert [each["sku"] for each in gone["gifts"][0]["variants"]] == ["pen", "pad"], "what may be chosen stays in sight"
    back = choose(pen)
    assert skus(back) == [("mug", False), ("pen", True)]
    line = back["gifts"][0]["line"]["id"]
    refused = shopper.ask("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 2}])
    (error,) = refused.payload["errors"]
    assert (error["code"], error["path"]) == ("NON_EDITABLE_GIFT_LINE", ["lines", "0", "quantity"])
    mugs = back["lines"][0]["id"]
    both = [{"lineId": line, "quantity": 0}, {"lineId": mugs, "quantity": 999}]
    (error,) = shopper.ask("checkoutLinesUpdate", lines=both).payload["errors"]
    assert error["path"] == ["lines", "1", "quantity"]
    assert skus(shopper.look(GIFTS)) == [("mug", False), ("pen", True)], "all of it or nothing"
    shopper.do("checkoutLinesDelete", linesIds=[line])
    assert skus(shopper.look(GIFTS)) == [("mug", False)]
    choose(pad)
    shopper.do("checkoutLinesUpdate", lines=[{"lineId": line, "quantity": 0}])
    assert skus(shopper.look(GIFTS)) == [("mug", False)]
    assert CheckoutLine.objects.count() == 1, "no table keeps a gift of a cart"


def test_only_gifts_of_this_cart_can_be_chosen() -> None:
    mug, pen, pad, gone = (make_variant(sku=sku) for sku in ("mug", "pen", "pad", "gone"))
    Stock.objects.filter(variant=gone).update(on_hand=0)
    given, other = gift(pen, gone), gift(pad, gte=999_999)
    shopper = filled(mug)
    for promotion, variant, code, path in [
        (given, pad, "NOT_FOUND", ["variantId"]),
        (given, gone, "INSUFFICIENT_STOCK", ["variantId"]),
        (other, pad, "NOT_FOUND", ["promotionId"]),
    ]:
        answer = shopper.ask(
            "checkoutGiftUpdate",
            promotionId=gid("Promotion", promotion.id),
            variantId=gid("ProductVariant", variant.id),
        )
        (error,) = answer.payload["errors"]
        assert (error["code"], error["path"]) == (code, path)
    wrong = Shopper(customer(make_customer("x@example.com")), gid("Checkout", make_checkout(user=make_customer()).id))
    answer = wrong.ask("checkoutGiftUpdate", promotionId=gid("Promotion", given.id))
    assert [each["code"] for each in answer.payload["errors"]] == ["NOT_FOUND"]
    assert Checkout.objects.exclude(gift_choices={}).count() == 0


def test_a_gift_that_is_gone_gives_way_to_the_next_and_the_shopper_is_told_when_none_is_left() -> None:
    mug, pen, pad = (make_variant(sku=sku, stock=1) for sku in ("mug", "pen", "pad"))
    gift(pen, pad)
    shopper = filled(mug)
    Stock.objects.filter(variant=pen).update(on_hand=0)
    found = shopper.look(GIFTS)
    assert (skus(found), found["warnings"]) == ([("mug", False), ("pad", True)], [])
    ProductChannelListing.objects.filter(product=pad.product).update(is_published=False)
    Stock.objects.filter(variant=pen).update(on_hand=0)
    found = shopper.look(GIFTS)
    assert skus(found) == [("mug", False)]
    assert found["warnings"] == [{"code": "GIFT_OUT_OF_STOCK", "promotionName": "A present"}]
    assert found["problems"] == [], "it stops nothing"


def test_the_last_unit_is_bought_and_not_given() -> None:
    mug = make_variant(sku="mug", stock=2)
    gift(mug)
    one, both = filled(mug), filled(mug, quantity=2)
    assert skus(one.look(GIFTS)) == [("mug", False), ("mug", True)]
    found = both.look(GIFTS)
    assert (skus(found), found["problems"]) == ([("mug", False)], [])


def test_a_gift_asks_for_no_address_where_nothing_is_sent() -> None:
    ebook, pen, code = (
        make_variant(sku=sku, is_shipping_required=sku == "pen", track_inventory=sku == "pen")
        for sku in ("ebook", "pen", "code")
    )
    gift(pen, code)
    found = filled(ebook).look(GIFTS)
    assert (skus(found), found["isShippingRequired"]) == ([("ebook", False), ("code", True)], False)


def test_a_gift_is_no_base_for_anything_else() -> None:
    mug, pen = make_variant(price=1000, sku="mug"), make_variant(price=5000, sku="pen")
    shopper = filled(mug)
    two = {"condition": {"kind": "quantity", "goods": {}, "gte": 2}}
    promote(percent(10) | two, kind="order", stacking="stackable")
    before = shopper.look(GIFTS)["totalPrice"]
    gift(pen, priority=5)
    found = shopper.look(GIFTS)
    assert (skus(found), found["totalPrice"]) == ([("mug", False), ("pen", True)], before)


def test_a_gift_is_bought_like_any_line_counts_as_a_use_and_is_given_back() -> None:
    mug, pen = make_variant(price=1000, sku="mug"), make_variant(price=400, sku="pen", stock=3)
    promotion = gift(pen, usage_limit=1, budgets={"USD": 400})
    shopper, late = (Shopper(cart=gid("Checkout", ready_checkout(mug).id)) for _ in range(2))
    bought = shopper.do(
        "checkoutComplete",
        payment={"id": "dummy", "data": {"outcome": "approve"}},
        expectedTotal=15.0,
    )["order"]
    order = Order.objects.get()
    given = OrderLine.objects.get(order=order, is_gift=True)
    assert (given.variant_id, given.quantity, given.total_gross, given.undiscounted_unit_gross) == (pen.id, 1, 0, 400)
    assert Allocation.objects.get(order_line_id=given.id).quantity == 1
    (discount,) = OrderDiscount.objects.all()
    assert (discount.kind, discount.amount, discount.lines) == ("order_promotion", 400, {str(given.id): 400})
    asked = shopper.api.send(
        "query($id: ID!) { order(id: $id) { lines { isGift totalPrice { gross { amount } } } } }", id=bought["id"]
    )
    assert [line["isGift"] for line in asked.data["order"]["lines"]] == [False, True]
    told = Event.objects.get(type="order.placed").payload["lines"]
    assert [(line["sku"], line["is_gift"], line["total_gross"]) for line in told] == [
        ("mug", False, 1000),
        ("pen", True, 0),
    ]
    promotion.refresh_from_db()
    assert (promotion.used, PromotionBudget.objects.get().spent) == (1, 400)
    assert skus(late.look(GIFTS)) == [("mug", False)], "its only use is taken"
    assert_all_is_well()
    cancel_order(order_id=order.id, actor=SYSTEM)
    assert skus(late.look(GIFTS)) == [("mug", False), ("pen", True)]
    promotion.refresh_from_db()
    assert (promotion.used, PromotionBudget.objects.get().spent) == (0, 0)


def test_a_gift_that_is_gone_by_the_time_it_is_paid_stops_no_order() -> None:
    mug, pen = make_variant(price=1000, sku="mug"), make_variant(price=400, sku="pen", stock=1)
    gift(pen)
    shopper = Shopper(cart=gid("Checkout", ready_checkout(mug).id))
    assert len(shopper.look(GIFTS)["lines"]) == 2
    shopper.do("transactionInitialize", action="CHARGE", paymentGateway={"id": "dummy", "data": {"outcome": "approve"}})
    held = Reservation.objects.get(stock__variant=pen)
    Reservation.objects.filter(id=held.id).delete()  # it was held for too long, and somebody else has bought it
    Stock.objects.filter(id=held.stock_id).update(on_hand=0, reserved=0)
    order = shopper.do("checkoutComplete")["order"]
    assert [line["productName"] for line in order["lines"]] == [mug.product.name]
    assert OrderDiscount.objects.count() == 0


def test_the_quote_of_a_cart_with_gifts_takes_one_statement_more_and_without_none() -> None:
    mug, pen, pad = (make_variant() for _ in range(3))
    promotion = gift(pen, pad, gte=999_999)
    cart = make_checkout(mug)
    quote(cart)
    with recorded_statements() as without:
        quote(cart)
    PromotionRule.objects.update(condition={})
    update_promotion(promotion_id=promotion.id, changes={"name": "Now"}, actor=MERCHANT)
    quote(cart)
    with recorded_statements() as with_gift:
        assert len(quote(cart).lines) == 2
    assert len(with_gift) == len(without) + 1


def test_a_merchant_makes_a_gift_and_is_told_what_is_wrong_with_it() -> None:
    staff = make_staff([Permission.MANAGE_DISCOUNTS])
    api = Api("/graphql/admin/", issue_access_token(staff, "admin"))
    mug, pen = make_variant(), make_variant()
    promotion = promote(kind="order", name="A present", stacking="stackable")
    key, ids = gid("Promotion", promotion.id), [gid("ProductVariant", pen.id)]
    assert api.send(MAKE, promotion=key, input={"reward": {"gifts": ids}}).payload["errors"] == []
    assert PromotionRule.objects.get().reward == {"variants": [str(pen.id)]}
    assert len(filled(mug).look(GIFTS)["lines"]) == 2

    def refused(gifts: list[str], of: Promotion = promotion) -> tuple[str, list[str]]:
        key, wanted = gid("Promotion", of.id), {"reward": {"gifts": gifts}}
        answer = api.send(MAKE, promotion=key, input=wanted)
        (error,) = answer.payload["errors"]
        return error["code"], error["path"]

    assert refused([]) == ("REQUIRED", ["input", "reward", "variants"])
    pen.delete()
    assert refused(ids) == ("NOT_FOUND", ["input", "reward", "variants", "0"])
    assert refused([gid("Product", mug.product_id)])[1] == ["input", "reward", "gifts", "0"]
    assert refused(ids, promote(name="Sale"))[1] == ["input", "rewardType"]
    money = gid("ProductVariant", make_card_for_sale().id)
    assert refused([gid("ProductVariant", mug.id), money]) == ("INVALID", ["input", "reward", "variants", "1"])
    assert len(filled(mug).look(GIFTS)["lines"]) == 1, "a variant that was deleted is given no more"


MAKE = """mutation($promotion: ID!, $input: PromotionRuleInput!) {
  promotionRuleCreate(promotion: $promotion, input: $input) { promotionRule { id } errors { code path } } }"""
DRY = """query($promotionId: ID!, $checkoutId: ID) {
  promotionDryRun(promotionId: $promotionId, checkoutId: $checkoutId) {
    verdict amount { amount } amountInForce { amount }
  rules { isMet isBest amount { amount } gifts { standing isGiven variant { sku } } } } }"""


def test_a_dry_run_says_why_there_is_no_gift() -> None:
    staff = make_staff([Permission.MANAGE_DISCOUNTS])
    api = Api("/graphql/admin/", issue_access_token(staff, "admin"))
    mug, pen, pad = (make_variant(price=1000, sku=sku) for sku in ("mug", "pen", "pad"))
    promotion = gift(pen, pad, gte=2000)
    cart = make_checkout(mug)

    def run() -> Any:
        return api.send(DRY, promotionId=gid("Promotion", promotion.id), checkoutId=gid("Checkout", cart.id)).payload

    found = run()
    assert (found["verdict"], found["rules"][0]["isMet"]) == ("NOT_MET", False)
    CheckoutLine.objects.update(quantity=2)
    found = run()
    assert (found["verdict"], found["amount"]["amount"], found["amountInForce"]["amount"]) == ("APPLIES", 10.0, 10.0)
    (rule,) = found["rules"]
    assert (rule["isMet"], rule["isBest"], rule["amount"]["amount"]) == (True, True, 10.0)
    assert [(g["variant"]["sku"], g["standing"], g["isGiven"]) for g in rule["gifts"]] == [
        ("pen", "AVAILABLE", True),
        ("pad", "AVAILABLE", False),
    ]
    cart.gift_choices = {str(promotion.id): ""}
    cart.save()
    assert run()["verdict"] == "GIFT_DECLINED"
    cart.gift_choices = {}
    cart.save()
    Stock.objects.exclude(variant=mug).update(on_hand=0)
    found = run()
    assert found["verdict"] == "GIFT_UNAVAILABLE"
    assert {each["standing"] for each in found["rules"][0]["gifts"]} == {"OUT_OF_STOCK"}
    Stock.objects.update(on_hand=5)
    promote(percent(1), kind="order", name="Alone")
    assert run()["verdict"] == "OUTDONE"


def test_a_present_that_becomes_a_gift_card_is_given_no_more_for_money_is_not_given_away() -> None:
    mug, pen, money = make_variant(price=1000, sku="mug"), make_variant(sku="pen"), make_card_for_sale(sku="money")
    kind = money.product.product_type
    ProductType.objects.filter(id=kind.id).update(kind=ProductType.Kind.NORMAL)
    promotion = gift(money, pen)
    ProductType.objects.filter(id=kind.id).update(kind=ProductType.Kind.GIFT_CARD)
    cart = ready_checkout(mug)
    shopper = Shopper(cart=gid("Checkout", cart.id))
    assert skus(shopper.look(GIFTS)) == [("mug", False), ("pen", True)]
    api = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_DISCOUNTS]), "admin"))
    found = api.send(DRY, promotionId=gid("Promotion", promotion.id), checkoutId=shopper.cart).payload
    assert [(each["variant"]["sku"], each["standing"]) for each in found["rules"][0]["gifts"]] == [
        ("money", "GIFT_CARD"),
        ("pen", "AVAILABLE"),
    ]
    shopper.do("checkoutComplete", payment={"id": "dummy", "data": {"outcome": "approve"}})
    assert GiftCard.objects.count() == 0
    assert_all_is_well()
