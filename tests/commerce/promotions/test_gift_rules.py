"""Which gifts promotions give with a basket, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commerce.pricing.cart import price_cart
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.promotions.evaluate import Facts, OrderPromotion, order_reductions
from commerce.promotions.gifts import DECLINED, Gift, GiftStanding, decide_gifts, gift_offers
from commerce.taxes.rates import Rates, TaxMode
from tests.commerce.promotions.test_evaluate import basket, fixed, good, goods, percent, promotion, rule, subtotal

FULL = {"pen": 300, "pad": 500, "cup": 900}


def gives(*variants: str, when: Any = None, key: str = "g", **fields: Any) -> OrderPromotion:
    return promotion(rule("gift", when=when, variants=list(variants)), key=key, **fields)


def beside(*variants: str, **fields: Any) -> OrderPromotion:
    return gives(*variants, **({"is_exclusive": False} | fields))


def gifts(
    cart: Basket,
    *promotions: OrderPromotion,
    stock: Mapping[str, int] | None = None,
    choices: Mapping[str, str] | None = None,
    prices: Mapping[str, int] = FULL,
) -> tuple[Gift, ...]:
    left = stock if stock is not None else dict.fromkeys(FULL, 9)
    return decide_gifts(
        gift_offers(cart, promotions, Facts()),
        order_reductions(cart, promotions),
        {each.id for each in promotions if each.is_exclusive},
        price=lambda key: prices.get(key, GiftStanding.NOT_OFFERED),
        in_stock=lambda key, taken: left.get(key, 0) > taken.get(key, 0),
        choices=choices or {},
    )


def names(found: tuple[Gift, ...]) -> list[str | None]:
    return [gift.given for gift in found]


def test_the_first_gift_that_can_be_had_is_given_to_a_cart_that_meets_the_rule() -> None:
    rule_ = gives("pen", "pad", when=subtotal(gte=5_000))
    assert gifts(basket(good("a", 4_999)), rule_) == ()
    assert names(gifts(basket(good("a", 5_000)), rule_)) == ["pen"]
    assert names(gifts(basket(good("a", 5_000)), rule_, stock={"pad": 1})) == ["pad"]
    (none,) = gifts(basket(good("a", 5_000)), rule_, stock={})
    assert (none.given, none.is_missed) == (None, True)
    (elsewhere,) = gifts(basket(good("a", 5_000)), rule_, prices={})
    assert (elsewhere.given, elsewhere.is_missed) == (None, False), "what is not sold here is nothing to miss"
    assert gifts(basket(), gives("pen")) == (), "an empty cart gets nothing"


def test_a_buyer_chooses_or_declines_and_what_is_gone_counts_as_nothing_said() -> None:
    cart, rule_ = basket(good("a", 100)), gives("pen", "pad", "cup")
    (chosen,) = gifts(cart, rule_, choices={"g": "cup"})
    assert (chosen.given, chosen.choices) == ("cup", ("pen", "pad", "cup"))
    (declined,) = gifts(cart, rule_, choices={"g": DECLINED}, stock={})
    assert (declined.given, declined.is_declined, declined.is_missed) == (None, True, False)
    assert names(gifts(cart, rule_, choices={"g": "cup"}, stock={"pad": 1})) == ["pad"]
    assert names(gifts(cart, rule_, choices={"g": "a car"})) == ["pen"]


def test_a_gift_fits_into_what_is_left_of_a_budget() -> None:
    (gift,) = gifts(basket(good("a", 100)), gives("cup", "pad", "pen", budget_left=500))
    assert (gift.given, gift.standings["cup"]) == ("pad", GiftStanding.ABOVE_BUDGET)


def test_a_gift_never_stands_in_the_way_of_a_reduction() -> None:
    cart = basket(good("a", 1000))
    assert gifts(cart, gives("cup"), promotion(percent(1))) == (), "both want to be alone: the buyer pays less"
    assert gifts(cart, beside("cup"), promotion(percent(1))) == ()
    with_ten = promotion(percent(10), is_exclusive=False)
    assert names(gifts(cart, beside("cup"), with_ten)) == ["cup"]
    assert gifts(cart, gives("cup"), with_ten) == ()
    either = promotion(rule("gift", variants=["pen"]), fixed(100, when=subtotal(gte=2_000)), key="e")
    assert names(gifts(cart, either)) == ["pen"]
    assert gifts(basket(good("a", 2000)), either) == (), "of one promotion one rule counts, and money first"


def test_several_promotions_give_and_an_exclusive_one_gives_alone() -> None:
    cart = basket(good("a", 1000))
    first, second = beside("pen", key="1", priority=2), beside("pen", "pad", key="2", priority=1)
    assert names(gifts(cart, second, first)) == ["pen", "pen"]
    assert names(gifts(cart, first, second, stock={"pen": 1, "pad": 1})) == ["pen", "pad"], "the last pen is given once"
    assert names(gifts(cart, first, second, gives("cup", priority=3))) == ["cup"]
    assert names(gifts(cart, first, second, gives("cup"))) == ["pen", "pen"]
    assert names(gifts(cart, first, gives("cup", priority=3), stock={"pen": 1})) == [None, "pen"]


@given(
    goods,
    st.integers(0, 2_000),
    st.lists(st.sampled_from(["pen", "pad", "cup"]), min_size=1, max_size=3, unique=True),
    st.sampled_from([(), ("percentage",), ("fixed",), ("percentage", "fixed")]),
    st.booleans(),
    st.booleans(),
    st.dictionaries(st.sampled_from(list(FULL)), st.integers(0, 1)),
    st.booleans(),
    st.sampled_from(TaxMode),
)
def test_a_gift_never_changes_what_is_paid_and_sums_still_hold(
    cart: list[Good],
    shipping: int,
    variants: list[str],
    money: tuple[str, ...],
    is_exclusive: bool,
    stacks: bool,
    stock: dict[str, int],
    tax_is_included: bool,
    mode: TaxMode,
) -> None:
    rewards = {"percentage": percent(15), "fixed": fixed(700)}
    others = [promotion(rewards[kind], key=kind, is_exclusive=not stacks) for kind in money]
    gift = gives(*variants, is_exclusive=is_exclusive, when=subtotal(gte=500))
    without = basket(*cart, shipping=shipping)
    reductions = order_reductions(without, [*others, gift])
    assert reductions == order_reductions(without, others)
    found = gifts(without, *others, gift, stock=stock)
    extra = [
        good("gift", FULL[each.given], is_gift=True, steps=(Step(StepKind.LIST_PRICE, FULL[each.given], "Listed"),))
        for each in found
        if each.given is not None
    ]
    taken = [Reduction(StepKind.ORDER_PROMOTION, "g", "Gift", {each.line_id: each.amount}) for each in extra]
    rates = Rates(Decimal(19), Decimal(19), mode=mode)
    plain = price_cart(without, reductions, rates, prices_include_tax=tax_is_included)
    full = Basket("USD", without.channel_id, (*without.goods, *extra), shipping=shipping)
    priced = price_cart(full, [*reductions, *taken], rates, prices_include_tax=tax_is_included)
    assert (priced.total, priced.subtotal, priced.shipping) == (plain.total, plain.subtotal, plain.shipping)
    assert priced.lines[: len(cart)] == plain.lines
    for line in priced.lines[len(cart) :]:
        assert (line.total.net.amount, line.total.gross.amount, line.unit.gross.amount) == (0, 0, 0)
        assert sum(step.amount for step in line.steps if step.kind is not StepKind.TAX) == 0
        assert any(step.kind is StepKind.ORDER_PROMOTION for step in line.steps)
    assert priced.reduced == sum(each.amount for each in [*reductions, *taken])
    assert order_reductions(full, [*others, gift]) == reductions, "gifts count for nothing"
    used = Counter(each.given for each in found if each.given is not None)
    assert all(units <= stock.get(key, 0) for key, units in used.items())
