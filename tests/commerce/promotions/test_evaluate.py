"""What order promotions take off a basket, without a database."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.promotions.basket import Basket, Good
from commerce.promotions.evaluate import Facts, OrderPromotion, OrderRule, condition, matcher, order_reductions

CHANNEL = str(UUID(int=1))
NOBODY = Facts()
IDS = [f"thing-{number}" for number in range(5)]


def good(line: str, unit: int, quantity: int = 1, product: str = "thing-0", **fields: Any) -> Good:
    return Good(line, f"variant-{line}", product, quantity, unit, unit, **fields)


def basket(*goods: Good, shipping: int = 0) -> Basket:
    return Basket("USD", CHANNEL, goods, shipping=shipping)


def rule(reward_type: str, goods: Any = None, when: Any = None, key: str = "r", **reward: Any) -> OrderRule:
    return OrderRule(
        id=key,
        name="",
        goods=matcher(goods or {}),
        condition=condition(when or {}),
        reward_type=reward_type,
        reward=reward,
        buy=matcher(reward.get("buy", {})),
        get=matcher(reward.get("get", {})),
    )


def promotion(*rules: OrderRule, key: str = "p", **fields: Any) -> OrderPromotion:
    return OrderPromotion(key, key, **({"priority": 0, "is_exclusive": True} | fields), rules=rules)


def percent(share: int, goods: Any = None, when: Any = None) -> OrderRule:
    return rule("percentage", goods, when, basis_points=share * 100)


def fixed(amount: int, goods: Any = None, when: Any = None) -> OrderRule:
    return rule("fixed", goods, when, amounts={CHANNEL: amount})


def off(basket_: Basket, *promotions: OrderPromotion, facts: Facts = NOBODY) -> int:
    return sum(each.amount for each in order_reductions(basket_, promotions, facts))


def subtotal(**bounds: int) -> dict[str, Any]:
    return {"kind": "subtotal", **{name: {CHANNEL: amount} for name, amount in bounds.items()}}


def test_rewards_never_take_more_than_there_is() -> None:
    cart = basket(good("a", 1000, 2), good("b", 500), shipping=300)
    assert off(cart, promotion(percent(10))) == 250
    assert off(cart, promotion(fixed(400))) == 400
    assert off(cart, promotion(fixed(9_999))) == 2500
    assert off(cart, promotion(rule("fixed_price", amounts={CHANNEL: 600}))) == 800
    assert off(cart, promotion(rule("free_shipping"))) == 300
    assert off(cart, promotion(rule("fixed", amounts={"elsewhere": 5}))) == 0


def test_tiers_are_rules_of_one_promotion_and_the_best_counts() -> None:
    tiers = promotion(
        fixed(500, when=subtotal(gte=5_000)), fixed(1500, when=subtotal(gte=10_000)), percent(1, when=subtotal(gte=100))
    )
    assert [off(basket(good("a", amount)), tiers) for amount in (99, 4_999, 5_000, 9_999, 10_000)] == [
        0, 50, 500, 500, 1500,
    ]  # fmt: skip


def test_units_of_some_goods_are_counted() -> None:
    three = {"kind": "quantity", "goods": {"kind": "product", "ids": ["thing-1"]}, "gte": 3}
    deal = promotion(fixed(100, when=three))
    mugs, plate = good("a", 500, 2, "thing-1"), good("b", 500, 5, "thing-2")
    assert off(basket(mugs, plate), deal) == 0
    assert off(basket(replace(mugs, quantity=3), plate), deal) == 100


def test_first_orders_groups_and_what_is_not() -> None:
    cart = basket(good("a", 1000))
    welcome = promotion(percent(10, when={"kind": "first_order"}))
    assert (off(cart, welcome), off(cart, welcome, facts=Facts(is_first_order=True))) == (0, 100)
    trade = promotion(percent(20, when={"all": [{"kind": "customer_group", "ids": ["g"]}, {"not": subtotal(lte=999)}]}))
    assert (off(cart, trade), off(cart, trade, facts=Facts(groups=frozenset("g")))) == (0, 200)


def test_buy_two_get_the_cheapest_third_free() -> None:
    deal = promotion(
        rule("buy_get", buy={}, buy_quantity=2, get={}, get_quantity=1, basis_points=10_000, most_times=None)
    )
    assert off(basket(good("a", 900, 2)), deal) == 0
    assert off(basket(good("a", 900, 2), good("b", 300)), deal) == 300
    assert off(basket(good("a", 900, 4), good("b", 300), good("c", 200)), deal) == 500
    mug, plate = {"kind": "product", "ids": ["mug"]}, {"kind": "product", "ids": ["plate"]}
    other = promotion(
        rule("buy_get", buy=mug, buy_quantity=1, get=plate, get_quantity=1, basis_points=5_000, most_times=2)
    )
    assert off(basket(good("a", 900, 5, "mug"), good("b", 300, 4, "plate")), other) == 300
    assert off(basket(good("b", 300, 4, "plate")), other) == 0


def test_the_best_exclusive_one_or_all_stackable_ones() -> None:
    cart = basket(good("a", 1000), shipping=200)
    ten, five = (promotion(percent(share), key=f"p{share}", is_exclusive=False, priority=share) for share in (10, 5))
    delivery = promotion(rule("free_shipping"), key="s", is_exclusive=False)
    assert off(cart, ten, five, delivery) == 100 + 45 + 200
    assert [each.source_id for each in order_reductions(cart, [five, delivery, ten])] == ["p10", "p5", "s"]
    assert off(cart, ten, five, promotion(percent(14))) == 145
    (alone,) = order_reductions(cart, [ten, five, promotion(percent(20)), promotion(percent(15), key="q")])
    assert (alone.source_id, alone.amount) == ("p", 200)


def test_a_budget_that_does_not_suffice_gives_nothing() -> None:
    cart = basket(good("a", 1000))
    assert off(cart, promotion(percent(10), budget_left=99)) == 0
    assert off(cart, promotion(percent(10), budget_left=100)) == 100


def test_gifts_neither_count_nor_are_reduced() -> None:
    cart = basket(good("a", 1000), good("g", 0, is_gift=True))
    (taken,) = order_reductions(cart, [promotion(percent(10))])
    assert dict(taken.lines) == {"a": 100}


goods = st.lists(
    st.builds(
        lambda unit, quantity, product: good("", unit, quantity, product),
        st.integers(0, 10_000),
        st.integers(1, 20),
        st.sampled_from(IDS),
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [replace(each, line_id=f"line-{place}") for place, each in enumerate(found)])
meant = st.none() | st.builds(
    lambda ids: {"kind": "product", "ids": ids}, st.lists(st.sampled_from(IDS), min_size=1, max_size=3)
)
some_rule = st.one_of(
    st.builds(lambda share, which: rule("percentage", which, basis_points=share), st.integers(1, 10_000), meant),
    st.builds(lambda amount, which: rule("fixed", which, amounts={CHANNEL: amount}), st.integers(1, 50_000), meant),
    st.builds(lambda each, which: rule("fixed_price", which, amounts={CHANNEL: each}), st.integers(0, 9_000), meant),
    st.just(rule("free_shipping")),
    st.builds(
        lambda buy, get, n, m, share: rule(
            "buy_get", buy=buy or {}, get=get or {}, buy_quantity=n, get_quantity=m, basis_points=share, most_times=None
        ),
        meant, meant, st.integers(1, 4), st.integers(1, 4), st.integers(1, 10_000),
    ),
)  # fmt: skip
promotions = st.lists(
    st.builds(
        lambda rules, alone, priority: promotion(*rules, is_exclusive=alone, priority=priority),
        st.lists(some_rule, min_size=1, max_size=3),
        st.booleans(),
        st.integers(-2, 2),
    ),
    max_size=5,
).map(lambda found: [replace(each, id=f"p{place}") for place, each in enumerate(found)])


@settings(max_examples=150, deadline=None)
@given(bought=goods, shipping=st.integers(0, 2_000), active=promotions, seed=st.randoms())
def test_what_holds_of_every_basket(
    bought: list[Good], shipping: int, active: list[OrderPromotion], seed: random.Random
) -> None:
    cart = basket(*bought, shipping=shipping)
    found = order_reductions(cart, active)
    taken = {each.line_id: 0 for each in bought}
    for reduction in found:
        assert reduction.amount == sum(reduction.lines.values()) + reduction.shipping > 0
        assert all(amount > 0 for amount in reduction.lines.values())
        for line_id, amount in reduction.lines.items():
            taken[line_id] += amount
    assert all(0 <= taken[each.line_id] <= each.amount for each in bought)
    assert 0 <= sum(each.shipping for each in found) <= shipping
    mixed, others = list(bought), list(active)
    seed.shuffle(mixed)
    seed.shuffle(others)
    assert order_reductions(basket(*mixed, shipping=shipping), others) == found
    if found:
        assert len(found) == 1 or not any(
            each.is_exclusive for each in active if each.id in {f.source_id for f in found}
        )


def test_a_hundred_promotions_with_the_same_question_ask_each_line_once() -> None:
    asked = 0

    def counting(terms: frozenset[str]) -> bool:
        nonlocal asked
        asked += 1
        return True

    cart = basket(*(good(f"line-{number}", 100) for number in range(50)))
    active = [
        promotion(replace(percent(1), goods=counting), key=f"p{number}", is_exclusive=False) for number in range(100)
    ]
    order_reductions(cart, active)
    assert asked == 50
