"""A merchant asks what a promotion does to a cart, and why it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commerce.accounts.tokens import issue_access_token
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.quote import quote
from commerce.core.permission import Permission
from commerce.promotions.models import Promotion, PromotionBudget
from commerce.promotions.services import create_rule, update_promotion
from tests.api import Answer, Api
from tests.commerce.pricing.test_lists import make_group, make_list
from tests.commerce.promotions.promoting import MERCHANT, fixed, of, percent, price_of, promote
from tests.conftest import QueryBudget
from tests.factories import make_channel, make_checkout, make_customer, make_staff, make_variant
from tests.schema.doing import gid
from tests.shoppers import add_line, ready_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

ASK = """query($promotionId: ID!, $checkoutId: ID, $channel: String, $lines: [PromotionDryRunLineInput!]) {
  promotionDryRun(promotionId: $promotionId, checkoutId: $checkoutId, channel: $channel, lines: $lines) {
    promotion { name } verdict checks { kind isMet needed found }
    amount { amount currency } amountInForce { amount } shipping { amount }
    lines { lineId place quantity variant { sku } isMeant amount { amount }
      unitPriceBefore { amount } unitPriceAfter { amount } }
    rules { rule { name } isMet isBest hint amount { amount } shipping { amount }
      conditions { kind path isMet needed found }
      lines { isMeant amount { amount } unitPriceBefore { amount } unitPriceAfter { amount } } }
    beside { promotionId name priority stacking amountAlone { amount } amount { amount } } } }"""


@pytest.fixture
def staff() -> Api:
    """Somebody who manages discounts everywhere."""
    return manager()


def manager(*channels: Any) -> Api:
    """Staff who manage discounts in these channels; without any, in all."""
    made = make_staff([Permission.MANAGE_DISCOUNTS], channels or None)
    return Api("/graphql/admin/", issue_access_token(made, "admin"))


def ask(api: Api, promotion: Promotion, cart: Checkout | None = None, **variables: Any) -> Answer:
    """The whole answer about a cart, or about lines."""
    if cart is not None:
        variables["checkoutId"] = gid("Checkout", cart.id)
    return api.send(ASK, promotionId=gid("Promotion", promotion.id), **variables)


def shown(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These fields of each row, money as its amount."""
    values = [[row[name] for name in names] for row in rows]
    return [tuple(each["amount"] if isinstance(each, dict) else each for each in row) for row in values]


def failing(run: Any) -> dict[str, tuple[str, str]]:
    """What stands in the way: needed and found."""
    return {each["kind"]: (each["needed"], each["found"]) for each in run["checks"] if not each["isMet"]}


def test_a_merchant_sees_which_tier_counts_and_why_the_next_one_does_not(staff: Api) -> None:
    mug, plate = make_variant(price=1000), make_variant(price=500)
    cart = make_checkout(mug, 2)
    add_line(cart, plate)
    here = str(make_channel().id)
    promotion = promote(
        fixed(300) | {"name": "20", "condition": {"kind": "subtotal", "gte": {here: 2000}}},
        fixed(900)
        | {
            "name": "50",
            "condition": {"all": [
                {"kind": "subtotal", "gte": {here: 5000}},
                {"kind": "quantity", "goods": of("product", mug.product), "gte": 2},
            ]},
        },
        kind="order",
        name="Spend more",
    )  # fmt: skip
    before = (Promotion.objects.values().get(), list(CheckoutLine.objects.order_by("id").values()))
    run = ask(staff, promotion, cart).payload
    assert (run["verdict"], run["amount"], failing(run)) == ("APPLIES", {"amount": 3.0, "currency": "USD"}, {})
    assert sum(line["amount"]["amount"] for line in run["lines"]) == 3.0
    small, large = run["rules"]
    assert (small["isMet"], small["isBest"], small["amount"]["amount"]) == (True, True, 3.0)
    assert (large["isMet"], large["isBest"], large["amount"]["amount"]) == (False, False, 0.0)
    assert shown(large["conditions"], "kind", "path", "isMet", "needed", "found") == [
        ("ALL", [], False, "all of them", "1 of 2"),
        ("SUBTOTAL", ["all", "0"], False, "at least 50.00 USD", "25.00 USD"),
        ("QUANTITY", ["all", "1"], True, "at least 2 units", "2 units"),
    ]  # fmt: skip
    assert (Promotion.objects.values().get(), list(CheckoutLine.objects.order_by("id").values())) == before


def test_spend_more_get_more_is_one_promotion_whose_next_tier_says_what_is_missing(staff: Api) -> None:
    here = str(make_channel().id)
    tiers = [(10_000, 1_000), (20_000, 2_500), (50_000, 8_000)]
    promotion = promote(
        *(fixed(off) | {"condition": {"kind": "subtotal", "gte": {here: least}}} for least, off in tiers),
        kind="order",
        name="Spend more",
    )
    mug = make_variant(price=5_000, stock=99)
    found = {}
    for units in (1, 2, 3, 4, 10):
        cart = make_checkout(mug, units)
        run = ask(staff, promotion, cart).payload
        assert round(run["amount"]["amount"] * 100) == quote(cart).reduced
        found[units] = (run["amount"]["amount"], [rule["hint"] for rule in run["rules"]])
    assert found == {
        1: (0.0, [f"spend {more}.00 USD more for {off}.00 USD off" for more, off in ((50, 10), (150, 25), (450, 80))]),
        2: (10.0, [None, "spend 100.00 USD more for 25.00 USD off", "spend 400.00 USD more for 80.00 USD off"]),
        3: (10.0, [None, "spend 50.00 USD more for 25.00 USD off", "spend 350.00 USD more for 80.00 USD off"]),
        4: (25.0, [None, None, "spend 300.00 USD more for 80.00 USD off"]),
        10: (80.0, [None, None, None]),
    }


def test_a_hint_is_given_only_where_more_goods_would_help(staff: Api) -> None:
    here = str(make_channel().id)
    cart = make_checkout(make_variant(price=1000))

    def hint(when: dict[str, Any], rule: dict[str, Any] | None = None) -> str | None:
        run = ask(staff, promote((rule or percent(10)) | {"condition": when}, kind="order"), cart).payload
        found: str | None = run["rules"][0]["hint"]
        return found

    three = {"kind": "quantity", "goods": {}, "gte": 3}
    rich = {"kind": "subtotal", "gte": {here: 2_550}}
    assert hint({"all": [three, rich]}) == "add 2 more units and spend 15.50 USD more for 10 % off"
    assert hint(three, {"reward_type": "free_shipping", "reward": {}}) == "add 2 more units for free delivery"
    assert hint({"all": [three, {"not": {"kind": "first_order"}}]}) is None, "goods alone do not help"
    assert hint({"kind": "subtotal", "lte": {here: 500}}) is None
    assert hint({"kind": "subtotal", "gte": {str(make_channel("elsewhere").id): 5_000}}) is None


def test_a_customer_with_a_price_list_of_their_own(staff: Api) -> None:
    """Nobody gets a promotion of the catalogue on top of a list: what is less counts, and the dry run says which."""
    mug, trader = make_variant(price=1000), make_customer()
    make_list((mug, 800), (mug, 700, 10), groups=[make_group(trader)])
    cart = make_checkout(mug, 2, user=trader)
    sale = promote(percent(10), name="Sale")
    run = ask(staff, sale, cart).payload
    assert (run["verdict"], run["amount"]["amount"], run["amountInForce"]["amount"]) == ("OUTDONE", 0.0, 0.0)
    assert shown(run["lines"], "isMeant", "amount", "unitPriceBefore", "unitPriceAfter") == [(True, 0.0, 10.0, 8.0)]
    assert ask(staff, sale, make_checkout(mug, 2)).payload["amount"]["amount"] == 2.0, "everybody else"

    better = promote(percent(30), name="Better", is_active=False)
    would = ask(staff, better, cart).payload
    assert (would["verdict"], would["amount"]["amount"], would["amountInForce"]["amount"]) == ("NOT_IN_FORCE", 0.0, 6.0)
    CheckoutLine.objects.update(quantity=10)
    assert ask(staff, better, cart).payload["amountInForce"]["amount"] == 0.0, "ten units cost as little by the list"
    CheckoutLine.objects.update(quantity=2)
    update_promotion(promotion_id=better.id, changes={"is_active": True}, actor=MERCHANT)
    assert ask(staff, better, cart).payload["amount"]["amount"] == 6.0
    assert quote(cart).total.gross.amount == 1400
    update_promotion(promotion_id=better.id, changes={"is_active": False}, actor=MERCHANT)

    here = str(make_channel().id)
    order = promote(
        percent(50) | {"condition": {"kind": "subtotal", "gte": {here: 1_601}}},
        percent(10) | {"condition": {"kind": "subtotal", "gte": {here: 1_600}}},
        kind="order",
    )
    run = ask(staff, order, cart).payload
    assert (run["verdict"], run["amount"]["amount"]) == ("APPLIES", 1.6)
    assert [rule["hint"] for rule in run["rules"]] == ["spend 0.01 USD more for 50 % off", None]
    assert shown(run["lines"], "amount", "unitPriceBefore", "unitPriceAfter") == [(1.6, 8.0, 7.2)]
    assert quote(cart).reduced == 160


def test_a_promotion_that_is_not_in_force_says_why_and_what_it_would_do(staff: Api) -> None:
    cart = make_checkout(make_variant(price=1000))
    later = timezone.now() + timedelta(days=1)
    promotion = promote(
        percent(10), kind="order", starts_at=later, is_active=False, channels=[make_channel("elsewhere")], usage_limit=1
    )
    Promotion.objects.filter(id=promotion.id).update(used=1)
    run = ask(staff, promotion, cart).payload
    assert (run["verdict"], run["amount"]["amount"], run["amountInForce"]["amount"]) == ("NOT_IN_FORCE", 0.0, 1.0)
    found = failing(run)
    assert found.keys() == {"ACTIVE", "STARTED", "CHANNEL", "USAGE_LIMIT"}
    assert found["CHANNEL"] == ("elsewhere", "default-channel")
    assert found["USAGE_LIMIT"] == ("fewer than 1 orders", "1 orders")


def test_a_budget_that_is_too_small_for_this_cart(staff: Api) -> None:
    promotion = promote(percent(10), kind="order", budgets={"USD": 150})
    PromotionBudget.objects.update(spent=100)
    run = ask(staff, promotion, make_checkout(make_variant(price=1000))).payload
    assert (run["verdict"], failing(run)) == ("NOT_IN_FORCE", {"BUDGET": ("1.00 USD left", "0.50 USD left")})
    assert ask(staff, promotion, make_checkout(make_variant(price=500))).payload["verdict"] == "APPLIES"


def test_a_better_exclusive_one_outdoes_it(staff: Api) -> None:
    cart = make_checkout(make_variant(price=1000))
    promotion = promote(percent(10), kind="order", name="Mine")
    promote(percent(30), kind="order", name="Theirs", priority=5)
    promote(percent(5), kind="order", name="Beside", stacking="stackable")
    run = ask(staff, promotion, cart).payload
    assert (run["verdict"], run["amountInForce"]["amount"]) == ("OUTDONE", 0.0)
    assert run["rules"][0]["amount"]["amount"] == 1.0
    assert [
        (each["name"], each["stacking"], each["amountAlone"]["amount"], each["amount"]["amount"])
        for each in run["beside"]
    ] == [("Theirs", "EXCLUSIVE", 3.0, 3.0), ("Beside", "STACKABLE", 0.5, 0.0)]


def test_other_reasons_for_nothing(staff: Api) -> None:
    mug, plate = make_variant(price=1000), make_variant(price=500)
    cart = make_checkout(mug)
    nothing = promote(kind="order")
    others = promote(percent(10) | {"goods": of("product", plate.product)}, kind="order")
    first = promote(percent(10) | {"condition": {"not": {"kind": "first_order"}}}, kind="order")
    delivery = promote({"reward_type": "free_shipping", "reward": {}}, kind="order")
    found = {each: ask(staff, each, cart).payload for each in (nothing, others, first, delivery)}
    assert [run["verdict"] for run in found.values()] == ["NO_RULES", "NOT_MET", "NOT_MET", "NOTHING_TO_REDUCE"]
    assert [(each["kind"], each["needed"], each["found"]) for each in found[first]["rules"][0]["conditions"]] == [
        ("NOT", "not met", "met"), ("FIRST_ORDER", "a buyer without an order", "no order yet"),
    ]  # fmt: skip
    run = ask(staff, delivery, ready_checkout(mug)).payload
    assert (run["verdict"], run["shipping"]["amount"], run["lines"][0]["isMeant"]) == ("APPLIES", 5.0, False)


def test_goods_in_a_channel_without_a_cart(staff: Api) -> None:
    mug, plate = make_variant(price=1000, sku="mug"), make_variant(price=500, sku="plate")
    deal = {"reward_type": "buy_get", "reward": {
        "buy": of("variant", mug), "buy_quantity": 2, "get": of("variant", plate), "get_quantity": 1,
    }}  # fmt: skip
    promotion = promote(deal, kind="order")
    lines = [
        {"variantId": gid("ProductVariant", mug.id), "quantity": 2},
        {"variantId": gid("ProductVariant", plate.id)},
    ]
    run = ask(staff, promotion, channel="default-channel", lines=lines).payload
    assert (run["verdict"], run["amount"]["amount"]) == ("APPLIES", 5.0)
    assert [line["variant"]["sku"] for line in run["lines"]] == ["mug", "plate"]
    assert shown(run["lines"], "lineId", "quantity", "amount") == [(None, 2, 0.0), (None, 1, 5.0)]
    assert not Checkout.objects.exists()
    assert not CheckoutLine.objects.exists()


def test_a_sale_shows_which_variants_it_means_and_their_prices(staff: Api) -> None:
    mug, plate = make_variant(price=1000), make_variant(price=500)
    cart = make_checkout(mug, 2)
    add_line(cart, plate)
    sale = promote(
        percent(10) | {"goods": of("product", mug.product), "name": "ten"}, fixed(50) | {"name": "fifty"}, name="Sale"
    )
    run = ask(staff, sale, cart).payload
    assert (run["verdict"], run["amount"]["amount"], failing(run)) == ("APPLIES", 2.5, {})
    ten, fifty = sorted(run["rules"], key=lambda each: each["rule"]["name"] != "ten")
    assert shown(ten["lines"], "isMeant", "unitPriceBefore", "unitPriceAfter") == [(True, 10.0, 9.0), (False, 5.0, 5.0)]
    assert [line["unitPriceAfter"]["amount"] for line in fifty["lines"]] == [9.5, 4.5]
    assert (ten["isBest"], fifty["isBest"]) == (True, False)

    better = promote(percent(50) | {"goods": of("variant", mug)}, name="Half")
    run = ask(staff, sale, cart).payload
    assert (run["amount"]["amount"], [line["amount"]["amount"] for line in run["lines"]]) == (0.5, [0.0, 0.5])
    assert [(each["promotionId"], each["name"], each["amount"]["amount"]) for each in run["beside"]] == [
        (gid("Promotion", better.id), "Half", 10.0)
    ]


def test_what_a_sale_would_do_is_what_it_does_once_it_is_on(staff: Api) -> None:
    mug = make_variant(price=999)
    cart = make_checkout(mug)
    promote(percent(10), name="First", stacking="stackable", priority=2)
    sale = promote(percent(25), stacking="stackable", is_active=False)
    run = ask(staff, sale, cart).payload
    assert (run["verdict"], run["amount"]["amount"]) == ("NOT_IN_FORCE", 0.0)
    assert list(failing(run)) == ["ACTIVE"]
    before = price_of(mug)[0]
    update_promotion(promotion_id=sale.id, changes={"is_active": True}, actor=MERCHANT)
    assert before - price_of(mug)[0] == round(run["amountInForce"]["amount"] * 100)
    assert ask(staff, sale, cart).payload["amount"] == {**run["amountInForce"], "currency": "USD"}


def test_it_agrees_with_what_the_shopper_pays(staff: Api) -> None:
    cart = make_checkout(make_variant(price=777), 3)
    promotions = [
        promote(percent(share), kind="order", name=f"{share}", stacking="stackable", priority=share)
        for share in (7, 11, 13)
    ]
    paid = {each.source_id: each.amount for each in quote(cart).reductions}
    for promotion in promotions:
        run = ask(staff, promotion, cart).payload
        assert round(run["amount"]["amount"] * 100) == round(run["amountInForce"]["amount"] * 100)
        assert round(run["amount"]["amount"] * 100) == paid[str(promotion.id)]


def test_missing_and_not_yours_are_the_same() -> None:
    here, elsewhere = make_channel(), make_channel("elsewhere")
    mug = make_variant(price=1000)
    theirs, mine = promote(percent(10), kind="order", channels=[elsewhere]), promote(percent(10), kind="order")
    cart = make_checkout(mug)
    foreign = make_checkout(make_variant(price=1000, channel=elsewhere), channel=elsewhere)
    api = manager(here)
    lines = [{"variantId": gid("ProductVariant", mug.id)}]
    assert ask(api, mine, cart).payload["verdict"] == "APPLIES"
    assert ask(api, theirs, cart).payload is None
    assert ask(api, mine, foreign).payload is None
    assert ask(api, mine, Checkout()).payload is None
    assert ask(api, Promotion(), cart).payload is None
    unknown = ask(api, mine, channel="nowhere", lines=lines)
    not_mine = ask(api, mine, channel="elsewhere", lines=lines)
    assert unknown.codes == not_mine.codes == ["NOT_FOUND"]
    assert unknown.body["errors"][0]["message"] == not_mine.body["errors"][0]["message"]
    stranger = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_ORDERS]), "admin"))
    assert ask(stranger, mine, cart).codes == ["PERMISSION_DENIED"]


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "REQUIRED"),
        ({"channel": "default-channel", "lines": []}, "REQUIRED"),
        ({"lines": [{"variantId": "mug"}]}, "MISSING_CHANNEL_SLUG"),
        ({"channel": "default-channel", "lines": [{"variantId": "mug", "quantity": 0}]}, "ZERO_QUANTITY"),
        ({"channel": "default-channel", "lines": [{"variantId": "mug", "quantity": 2_000_000}]}, "INVALID"),
        ({"channel": "default-channel", "lines": [{"variantId": "mug"}] * 101}, "TOO_MANY_LINES"),
        ({"channel": "default-channel", "lines": [{"variantId": "gone"}]}, "NOT_FOUND"),
        ({"channel": "a\0b", "lines": [{"variantId": "mug"}]}, "NOT_FOUND"),
        ({"checkoutId": "cart", "channel": "default-channel"}, "INVALID"),
    ],
)
def test_what_cannot_be_asked_is_refused(staff: Api, variables: dict[str, Any], code: str) -> None:
    mug = make_variant(price=1000)
    known = {"mug": mug.id, "gone": make_channel().id}
    if "lines" in variables:
        lines = [{**line, "variantId": gid("ProductVariant", known[line["variantId"]])} for line in variables["lines"]]
        variables = {**variables, "lines": lines}
    if "checkoutId" in variables:
        variables = {**variables, "checkoutId": gid("Checkout", make_checkout(mug).id)}
    assert ask(staff, promote(percent(10), kind="order"), **variables).codes == [code]


def test_it_costs_the_same_however_much_there_is(staff: Api, query_budget: QueryBudget) -> None:
    cart = make_checkout(make_variant(price=1000))
    for _ in range(4):
        add_line(cart, make_variant(price=500))
    asked = {"reward_type": "percentage", "condition": {"kind": "first_order"}, "reward": {"basis_points": 500}}
    promotion = promote(percent(10), kind="order", stacking="stackable", budgets={"USD": 1000})
    for number in range(5):
        create_rule(promotion_id=promotion.id, changes=asked, actor=MERCHANT)  # type: ignore[arg-type]
        promote(percent(10), asked, kind="order", name=f"{number}", stacking="stackable")
    with query_budget("promotion dry run"):
        assert ask(staff, promotion, cart).payload["verdict"] == "APPLIES"
    sale = promote(percent(10), fixed(20))
    with query_budget("promotion dry run"):
        assert ask(staff, sale, cart).payload["verdict"] == "APPLIES"
