"""Gift cards that are bought: from the product's page to the mail with the code, and back, through HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from commerce.catalog.models import ProductType
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.giftcards.bought import PaidLine, PaidOrder, issue_bought_cards
from commerce.giftcards.delivery import forget_delivered_codes
from commerce.giftcards.models import GiftCard
from commerce.inventory.models import Stock
from commerce.orders.invariants import broken_orders
from commerce.orders.models import Order, OrderLine
from commerce.taxes.models import TaxConfiguration
from commerce.taxes.services import assign_tax_class
from commerce.taxes.tax_services import bounded_service
from schema.ids import id_of
from tests.api import Api
from tests.commerce.promotions.promoting import percent, promote
from tests.factories import make_channel, make_customer, make_product, make_tax_class, make_tax_rate, make_variant
from tests.gift_cards import make_card_for_sale, make_gift_card
from tests.schema.buying import card, let_money_move, ready
from tests.schema.doing import Merchant, Shopper, customer, gid, merchant
from tests.shoppers import add_line, assert_all_is_well, ready_checkout
from tests.tax_server import TaxServer
from tests.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

BOUGHT = """{ id status isPaid total { gross { amount } net { amount } }
  giftCards { id displayCode currentBalance { amount currency } }
  lines { isGiftCard isShippingRequired quantity quantityFulfilled taxRate taxClassName
    totalPrice { gross { amount } net { amount } } }
  fulfillments { status lines { quantity } } }"""
CART = """{ totalPrice { gross { amount } } giftCardsAmount { amount } isShippingRequired
  lines { totalPrice { gross { amount } net { amount } } undiscountedTotalPrice { amount } }
  problems { __typename } }"""
DELIVER = """mutation ($id: ID!) { giftCardDeliver(id: $id) {
  code giftCard { id displayCode orderId deliveredAt } errors { code path } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Whoever sends codes and keeps orders."""
    make_channel()
    return merchant(Permission.MANAGE_GIFT_CARDS, Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)


def cart_of(*variants: Any, quantity: int = 1, **fields: Any) -> Shopper:
    """Somebody who only has to pay for so many units of each."""
    first, *others = variants
    checkout = ready_checkout(first, quantity, **fields)
    for variant in others:
        add_line(checkout, variant)
    return Shopper(cart=gid("Checkout", checkout.id))


def buy(shopper: Shopper, action: str = "CHARGE") -> dict[str, Any]:
    shopper.do("transactionInitialize", action=action, **card("approve"))
    return look(shopper.do("checkoutComplete")["order"]["id"], shopper)


def look(key: str, shopper: Shopper) -> dict[str, Any]:
    found: dict[str, Any] = shopper.api.send(f"query ($id: ID!) {{ order(id: $id) {BOUGHT} }}", id=key).data["order"]
    return found


def told(kind: str) -> list[dict[str, Any]]:
    return [event.payload for event in Event.objects.filter(type=kind).order_by("id")]


def test_two_cards_are_bought_mailed_and_spent_by_somebody_else(staff: Merchant) -> None:
    make_tax_rate("US", "8.875")
    sold = make_card_for_sale(2500, sku="CARD-25")
    shopper = cart_of(
        sold, quantity=2, email="ada@example.com", language_code="de", is_gift=True, gift_message="For Bob"
    )
    cart = shopper.look(CART)
    assert (cart["isShippingRequired"], cart["totalPrice"]["gross"]["amount"], cart["problems"]) == (False, 50.0, [])

    order = buy(shopper)

    assert (order["status"], order["isPaid"]) == ("FULFILLED", True)
    assert order["total"] == {"gross": {"amount": 50.0}, "net": {"amount": 50.0}}, "no tax on money"
    assert [(line["isGiftCard"], line["quantityFulfilled"], line["taxRate"]) for line in order["lines"]] == [
        (True, 2, 0.0)
    ]
    assert order["fulfillments"] == [{"status": "FULFILLED", "lines": [{"quantity": 2}]}]
    assert [each["currentBalance"] for each in order["giftCards"]] == [{"amount": 25.0, "currency": "USD"}] * 2
    assert len(told("gift_card.created")) == len(told("gift_card.bought")) == 2
    mailed = told("gift_card.bought")[0]
    assert [mailed[name] for name in ("email", "language_code", "gift_message", "sku", "product_name")] == [
        "ada@example.com", "de", "For Bob", "CARD-25", sold.product.name,
    ]  # fmt: skip
    assert (mailed["initial_amount"], mailed["currency"]) == (2500, "USD")
    (placed,) = told("order.placed")
    assert (placed["language_code"], [line["is_gift_card"] for line in placed["lines"]]) == ("de", [True])

    key = order["giftCards"][0]["id"]
    mail = staff.api.send(DELIVER, id=key).data["giftCardDeliver"]
    assert mail["errors"] == []
    assert mail["giftCard"]["orderId"] == order["id"]
    assert mail["code"].endswith(order["giftCards"][0]["displayCode"])
    assert staff.api.send(DELIVER, id=key).data["giftCardDeliver"]["code"] == mail["code"], "a mail may get lost"
    everything = str(list(Event.objects.values_list("payload", flat=True))) + str(list(GiftCard.objects.values()))
    assert mail["code"] not in everything
    assert mail["code"].replace("-", "") not in everything

    friend = ready(price=1000)
    friend.do("checkoutAddPromoCode", checkoutId=friend.cart, promoCode=mail["code"])
    assert friend.do("checkoutComplete")["order"]["isPaid"] is True
    left = sorted(each["currentBalance"]["amount"] for each in look(order["id"], shopper)["giftCards"])
    assert left == [8.67, 25.0]
    assert_all_is_well()


def test_a_card_is_issued_when_the_money_is_taken_and_not_before(staff: Merchant) -> None:
    shopper = cart_of(make_card_for_sale(2500), make_variant(price=1000))
    order = buy(shopper, action="AUTHORIZATION")
    assert (order["status"], order["giftCards"]) == ("UNFULFILLED", [])
    staff.do("orderCapture", id=order["id"], amount="30.00")
    let_money_move()
    assert look(order["id"], shopper)["giftCards"] == [], "not for a part"
    line = gid("OrderLine", OrderLine.objects.get(is_gift_card=True).id)
    refused = staff.ask("orderFulfill", id=order["id"], lines=[{"orderLineId": line, "quantity": 1}])
    assert refused.problems == [("INVALID", ["lines", "0", "quantity"])], "its unit waits for the money, too"

    staff.do("orderCapture", id=order["id"])
    let_money_move()
    let_money_move()

    paid = look(order["id"], shopper)
    assert (paid["status"], len(paid["giftCards"])) == ("PARTIALLY_FULFILLED", 1)
    assert len(told("gift_card.bought")) == len(told("order.paid")) == 1
    staff.do("orderFulfill", id=order["id"])
    assert look(order["id"], shopper)["status"] == "FULFILLED"
    assert_all_is_well()


def test_what_has_become_a_card_becomes_none_again(staff: Merchant) -> None:
    buy(cart_of(make_card_for_sale(2500), quantity=2))
    order, line = Order.objects.select_related("channel").get(), OrderLine.objects.get()
    paid = PaidOrder(order.id, str(order.number), order.channel, "USD", order.email, "en", "")
    with transaction.atomic():
        again = issue_bought_cards(paid, [PaidLine(line.id, 3, 7501, line.product_name, line.sku)])
    assert [(each.order_unit, each.initial_amount) for each in again] == [(3, 2500)], "only the unit that had none"
    assert sorted(GiftCard.objects.values_list("order_unit", flat=True)) == [1, 2, 3]


def test_neither_codes_nor_promotions_lower_a_card_and_it_reaches_no_minimum() -> None:
    half, free = make_voucher(value=5000), make_voucher(value=10_000, minimum_subtotal=2000)
    promote(percent(50))
    promote(percent(10), kind="order", stacking="stackable")
    shopper = cart_of(make_card_for_sale(2500), make_variant(price=1000))

    cart = shopper.look(CART)
    assert [line["totalPrice"]["gross"]["amount"] for line in cart["lines"]] == [25.0, 4.5]
    shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=half.code)
    assert [line["totalPrice"]["gross"]["amount"] for line in shopper.look(CART)["lines"]] == [25.0, 2.25]
    refused = shopper.ask("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=free.code)
    assert refused.problems, "goods of 2.25 are not enough, whatever the card costs"
    assert shopper.look(CART)["totalPrice"]["gross"]["amount"] == 25.0 + 2.25 + 5.0


def test_a_card_cannot_buy_a_card() -> None:
    issued = make_gift_card(10_000)
    shopper = cart_of(make_card_for_sale(2500), make_variant(price=1000))
    shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=issued.code)
    cart = shopper.look(CART)
    assert (cart["giftCardsAmount"]["amount"], cart["totalPrice"]["gross"]["amount"]) == (15.0, 25.0)
    order = buy(shopper)
    assert (order["isPaid"], len(order["giftCards"])) == (True, 1)
    assert_all_is_well()


def test_a_cancelled_order_takes_its_cards_back_unless_one_was_used(staff: Merchant) -> None:
    shopper = cart_of(make_card_for_sale(2500), make_variant(price=1000), quantity=2)
    order = buy(shopper)
    cancelled = staff.do("orderCancel", id=order["id"])["order"]
    let_money_move()
    assert cancelled["status"] == "CANCELED"
    assert set(GiftCard.objects.values_list("is_active", flat=True)) == {False}
    assert look(order["id"], shopper)["fulfillments"][0]["status"] == "CANCELED"
    assert len(told("gift_card.updated")) == 2
    gone = staff.api.send(DELIVER, id=order["giftCards"][0]["id"]).data["giftCardDeliver"]
    assert (gone["code"], gone["errors"]) == (None, [{"code": "CODE_GONE", "path": ["id"]}])
    assert_all_is_well()

    second = buy(cart_of(make_card_for_sale(2500)))
    code = staff.api.send(DELIVER, id=second["giftCards"][0]["id"]).data["giftCardDeliver"]["code"]
    friend = ready(price=1000)
    friend.do("checkoutAddPromoCode", checkoutId=friend.cart, promoCode=code)
    friend.do("checkoutComplete")
    refused = staff.ask("orderCancel", id=second["id"])
    assert refused.problems == [("INVALID_STATUS", ["id"])]
    assert GiftCard.objects.get(id=id_of("GiftCard", second["giftCards"][0]["id"])).is_active
    assert_all_is_well()


def test_goods_that_were_sent_still_keep_an_order_from_being_cancelled(staff: Merchant) -> None:
    order = buy(cart_of(make_card_for_sale(2500), make_variant(price=1000)))
    staff.do("orderFulfill", id=order["id"])
    assert staff.ask("orderCancel", id=order["id"]).problems == [("INVALID_STATUS", ["id"])]
    assert GiftCard.objects.get().is_active


def test_a_refund_of_everything_switches_cards_off_before_the_money_goes(staff: Merchant) -> None:
    order = buy(cart_of(make_card_for_sale(2500), make_variant(price=1000)))
    staff.do("orderRefund", id=order["id"], amount="10.00")
    let_money_move()
    assert GiftCard.objects.get().is_active, "that was for the mug"
    staff.do("orderRefund", id=order["id"])
    assert not GiftCard.objects.get().is_active
    let_money_move()
    assert len(told("gift_card.updated")) == 1


def test_money_that_comes_for_a_cancelled_order_makes_no_card(staff: Merchant) -> None:
    order = buy(cart_of(make_card_for_sale(2500)), action="AUTHORIZATION")
    staff.do("orderCapture", id=order["id"])
    Order.objects.update(status=Order.Status.CANCELED)
    let_money_move()
    assert Order.objects.get().is_paid
    assert not GiftCard.objects.exists()


def test_only_who_may_know_the_buyer_sees_the_cards() -> None:
    order = buy(cart_of(make_card_for_sale(2500)))
    assert len(order["giftCards"]) == 1
    Order.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert look(order["id"], Shopper())["giftCards"] == []
    ada = make_customer()
    own = cart_of(make_card_for_sale(2500), user=ada)
    own = Shopper(customer(ada), own.cart)
    mine = buy(own)
    assert len(mine["giftCards"]) == 1
    assert look(mine["id"], Shopper()) is None


def test_a_code_is_forgotten_a_week_after_it_was_sent(staff: Merchant) -> None:
    order = buy(cart_of(make_card_for_sale(2500), quantity=2))
    sent, waiting = (each["id"] for each in order["giftCards"])
    staff.api.send(DELIVER, id=sent)
    assert forget_delivered_codes() == 0
    GiftCard.objects.filter(delivered_at__isnull=False).update(delivered_at=timezone.now() - timedelta(days=8))
    assert forget_delivered_codes() == 1
    gone = staff.api.send(DELIVER, id=sent).data["giftCardDeliver"]
    assert [error["code"] for error in gone["errors"]] == ["CODE_GONE"]
    assert staff.api.send(DELIVER, id=waiting).data["giftCardDeliver"]["code"]


def test_codes_are_for_who_manages_cards_of_that_channel(settings: Settings) -> None:
    here, elsewhere = make_channel(), make_channel("elsewhere")
    order = buy(cart_of(make_card_for_sale(2500)))
    key = order["giftCards"][0]["id"]
    stranger = merchant(Permission.MANAGE_GIFT_CARDS, channels=[elsewhere])
    refused = stranger.api.send(DELIVER, id=key).data["giftCardDeliver"]
    assert (refused["code"], refused["errors"]) == (None, [{"code": "NOT_FOUND", "path": ["id"]}])
    assert merchant(Permission.MANAGE_ORDERS).api.send(DELIVER, id=key).codes == ["PERMISSION_DENIED"]
    local = merchant(Permission.MANAGE_GIFT_CARDS, channels=[here])
    assert local.api.send(DELIVER, id=key).data["giftCardDeliver"]["code"]
    issued = gid("GiftCard", make_gift_card(channel=here).card.id)
    assert [e["code"] for e in local.api.send(DELIVER, id=issued).data["giftCardDeliver"]["errors"]] == ["CODE_GONE"]


def test_a_card_with_a_tax_class_is_a_voucher_for_one_purpose_and_is_taxed() -> None:
    make_tax_rate("US", "10")
    variant = make_card_for_sale(2500)
    books = make_tax_class("Books", rates={"US": "25"})
    assert prices(variant) == {"gross": {"amount": 25.0}, "net": {"amount": 25.0}}
    assign_tax_class(tax_class_id=books.id, product_ids=[variant.product_id], actor=SYSTEM)
    assert prices(variant) == {"gross": {"amount": 31.25}, "net": {"amount": 25.0}}
    order = buy(cart_of(variant))
    assert order["total"] == {"gross": {"amount": 31.25}, "net": {"amount": 25.0}}
    assert GiftCard.objects.get().initial_amount == 3125, "what was paid is what is on it"


def prices(variant: Any) -> Any:
    query = """query ($id: ID!) { productVariant(id: $id, channel: "default-channel") {
      pricing { price { gross { amount } net { amount } } } } }"""
    found = Api().send(query, id=gid("ProductVariant", variant.id)).data["productVariant"]
    return found["pricing"]["price"]


def test_a_tax_service_is_asked_about_goods_alone(settings: Settings) -> None:
    server = TaxServer()
    try:
        settings.TAX_SERVICE_OPTIONS = {"http": {"url": server.url, "allow_private": True}}
        bounded_service.cache_clear()
        TaxConfiguration.objects.create(channel=make_channel(), service="http")
        assert buy(cart_of(make_card_for_sale(2500)))["total"]["net"]["amount"] == 25.0
        assert server.calls == 0
        order = buy(cart_of(make_card_for_sale(2500), make_variant(price=1000)))
        assert [len(question["lines"]) for question in server.questions] == [1]
        assert [line["taxRate"] for line in order["lines"]] == [0.0, 0.1]
    finally:
        bounded_service.cache_clear()
        server.stop()


def test_a_card_whose_stock_is_counted_and_not_there_is_issued_and_its_line_waits(staff: Merchant) -> None:
    variant = make_card_for_sale(2500, track_inventory=True, stock=0, backorder_allowed=True)
    order = buy(cart_of(variant))
    assert (order["status"], len(order["giftCards"])) == ("UNFULFILLED", 1)
    Stock.objects.update(on_hand=1)
    staff.do("orderFulfill", id=order["id"])
    assert look(order["id"], Shopper())["status"] == "FULFILLED"
    assert broken_orders() == []


def test_the_kind_of_a_product_type_is_said_once() -> None:
    staff = merchant(Permission.MANAGE_PRODUCTS)
    select = "productType { id kind isShippingRequired version } errors { code path }"
    create = f"mutation ($input: ProductTypeCreateInput!) {{ productTypeCreate(input: $input) {{ {select} }} }}"
    made = staff.api.send(create, input={"name": "Gift cards", "kind": "GIFT_CARD"}).payload
    assert (made["productType"]["kind"], made["productType"]["isShippingRequired"]) == ("GIFT_CARD", False)
    shipped = staff.api.send(create, input={"name": "Cards", "kind": "GIFT_CARD", "isShippingRequired": True}).payload
    assert shipped["errors"] == [{"code": "INVALID", "path": ["input", "isShippingRequired"]}]
    key = made["productType"]["id"]
    assert staff.ask("productTypeUpdate", id=key, input={"isShippingRequired": True}).problems == [
        ("INVALID", ["input", "isShippingRequired"])
    ]
    assert staff.do("productTypeUpdate", id=key, input={"name": "Vouchers"})["productType"]["version"] == 2
    product = make_product(product_type=ProductType.objects.get(kind="gift_card"))
    wanted = {"product": gid("Product", product.id), "name": "25", "attributes": [], "isShippingRequired": True}
    assert staff.ask("productVariantCreate", input=wanted).problems == [("INVALID", ["input", "isShippingRequired"])]
    staff.do("productVariantCreate", input={**wanted, "isShippingRequired": None})
    assert product.variants.get().is_shipping_required is False
    normal = staff.api.send(create, input={"name": "Mugs"}).payload["productType"]
    assert (normal["kind"], normal["isShippingRequired"]) == ("NORMAL", True)
