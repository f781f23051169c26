"""What a cart is short of for more of a promotion, without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commerce.promotions.basket import Basket
from commerce.promotions.evaluate import Facts, OrderPromotion, OrderRule, order_reductions
from commerce.promotions.next_tiers import MOST_SHOWN, next_tiers
from tests.commerce.promotions.test_evaluate import NOBODY, basket, good, percent, promotion, rule, subtotal

FIRST = {"kind": "first_order"}


def ahead(cart: Basket, *promotions: OrderPromotion, facts: Facts = NOBODY) -> list[tuple[str, int, int]]:
    """The promotion, the threshold and what is missing."""
    return [(each.promotion.id, each.threshold, each.missing) for each in next_tiers(cart, promotions, facts)]


def gift(when: Any, key: str = "g") -> OrderRule:
    return rule("gift", when=when, key=key, variants=["pen"])


def test_the_nearest_tier_that_gives_more_is_shown() -> None:
    tiers = promotion(
        percent(5, when=subtotal(gte=5_000)),
        percent(10, when=subtotal(gte=10_000)),
        percent(20, when=subtotal(gte=20_000)),
    )
    assert ahead(basket(good("a", 1_000)), tiers) == [("p", 5_000, 4_000)]
    assert ahead(basket(good("a", 6_000)), tiers) == [("p", 10_000, 4_000)]
    assert ahead(basket(good("a", 10_000)), tiers) == [("p", 20_000, 10_000)]
    assert ahead(basket(good("a", 20_000)), tiers) == []
    assert ahead(basket(), tiers) == [], "an empty cart is told nothing"


def test_a_tier_that_gives_less_than_there_is_already_is_none() -> None:
    odd = promotion(percent(10, when=subtotal(gte=100)), percent(5, when=subtotal(gte=5_000)))
    assert ahead(basket(good("a", 1_000)), odd) == []
    steps = promotion(percent(5, when=subtotal(gte=100, lte=4_999)), percent(10, when=subtotal(gte=5_000)))
    assert ahead(basket(good("a", 1_000)), steps) == [("p", 5_000, 4_000)]


def test_only_money_must_be_missing() -> None:
    cart = basket(good("a", 1_000))
    known = promotion(percent(5, when={"all": [subtotal(gte=5_000), FIRST]}))
    assert ahead(cart, known) == []
    assert ahead(cart, known, facts=Facts(is_first_order=True)) == [("p", 5_000, 4_000)]
    assert ahead(cart, promotion(percent(5, when={"any": [subtotal(gte=9_000), subtotal(gte=4_000)]}))) == [
        ("p", 4_000, 3_000)
    ]
    assert ahead(cart, promotion(percent(5, when={"not": subtotal(lte=2_999)}))) == [("p", 3_000, 2_000)]
    assert ahead(cart, promotion(percent(5, when={"all": [subtotal(gte=5_000), subtotal(lte=4_000)]}))) == []
    elsewhere = {"kind": "subtotal", "gte": {"another channel": 5_000}}
    assert ahead(cart, promotion(percent(5, when=elsewhere))) == []


def test_what_would_be_outdone_or_is_used_up_is_not_promised() -> None:
    cart = basket(good("a", 6_000))
    better = promotion(percent(50), key="half")
    assert ahead(cart, better, promotion(percent(10, when=subtotal(gte=10_000)))) == []
    assert ahead(cart, better, promotion(gift(subtotal(gte=10_000)), key="g", is_exclusive=False)) == []
    assert ahead(cart, promotion(percent(10, when=subtotal(gte=10_000)), budget_left=999)) == [], "10.00 are needed"
    assert ahead(cart, promotion(percent(10, when=subtotal(gte=10_000)), budget_left=1_200)) != []
    both = (
        promotion(percent(10, when=subtotal(gte=9_000)), key="b", is_exclusive=False),
        promotion(percent(10, when=subtotal(gte=8_000)), key="a", is_exclusive=False),
    )
    assert ahead(cart, *both) == [("a", 8_000, 2_000), ("b", 9_000, 3_000)], "the nearest first"


def test_gifts_and_free_delivery_are_ahead_until_they_are_given() -> None:
    free = promotion(rule("free_shipping", when=subtotal(gte=5_000)), key="free", is_exclusive=False)
    assert ahead(basket(good("a", 1_000)), free) == [("free", 5_000, 4_000)], "whatever the delivery will cost"
    assert ahead(basket(good("a", 1_000), shipping=500), free) == [("free", 5_000, 4_000)]
    assert ahead(basket(good("a", 5_000)), free) == []
    presents = promotion(gift(subtotal(gte=9_000), "large"), gift(subtotal(gte=3_000), "small"), key="presents")
    assert ahead(basket(good("a", 1_000)), presents) == [("presents", 3_000, 2_000)]
    assert ahead(basket(good("a", 4_000)), presents) == [("presents", 9_000, 5_000)]
    assert ahead(basket(good("a", 9_000)), presents) == []


def test_cards_and_presents_do_not_count_and_no_more_than_five_are_shown() -> None:
    tier = promotion(percent(5, when=subtotal(gte=5_000)))
    cart = basket(good("a", 1_000), good("b", 9_000, is_gift_card=True), good("c", 9_000, is_gift=True))
    assert ahead(cart, tier) == [("p", 5_000, 4_000)]
    assert ahead(basket(good("b", 9_000, is_gift_card=True)), tier) == []
    many = [promotion(percent(5, when=subtotal(gte=5_000 + n)), key=f"{n}", is_exclusive=False) for n in range(9)]
    assert [key for key, _, _ in ahead(cart, *many)] == [str(n) for n in range(MOST_SHOWN)]


tiers_of_promotions = st.lists(
    st.tuples(st.booleans(), st.lists(st.tuples(st.integers(2, 5_000), st.integers(1, 99)), min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)


@given(st.integers(1, 5_000), tiers_of_promotions)
def test_whoever_spends_what_is_missing_gets_more(units: int, given: list[tuple[bool, list[tuple[int, int]]]]) -> None:
    promotions = [
        promotion(*(percent(off, when=subtotal(gte=gte)) for gte, off in tiers), key=f"p{n}", is_exclusive=alone)
        for n, (alone, tiers) in enumerate(given)
    ]
    cart = basket(good("a", 1, units))

    def off(of: Basket, key: str) -> int:
        return sum(each.amount for each in order_reductions(of, promotions) if each.source_id == key)

    for tier in next_tiers(cart, promotions, NOBODY):
        more = replace(cart, goods=(good("a", 1, units + tier.missing),))
        assert off(more, tier.promotion.id) > off(cart, tier.promotion.id)
        assert tier.threshold == units + tier.missing
