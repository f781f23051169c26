"""What codes take off a basket, as rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.pricing.cart import price_cart
from commerce.promotions.basket import Basket, Good, Reduction, StepKind
from commerce.promotions.vouchers import CodeTerms, Refusal, decide
from commerce.taxes.rates import Rates


def good(line: str, unit: int, quantity: int = 1, undiscounted: int | None = None, **fields: object) -> Good:
    return Good(line, f"v-{line}", f"p-{line}", quantity, unit, undiscounted or unit, **fields)  # type: ignore[arg-type]


def basket(*goods: Good, shipping: int = 0) -> Basket:
    return Basket("EUR", "c", goods, shipping)


def terms(value: int = 1000, *, is_percentage: bool = True, name: str = "T", **fields: object) -> CodeTerms:
    return CodeTerms(name, f"voucher of {name}", name, name, True, value, is_percentage, **fields)  # type: ignore[arg-type]


def test_a_fixed_amount_is_spread_to_the_last_cent() -> None:
    found = decide([terms(1000, is_percentage=False)], basket(good("a", 999, 3), good("b", 1), good("c", 1)))

    assert found.reductions[0].amount == 1000
    assert sum(found.reductions[0].lines.values()) == 1000


def test_a_code_comes_after_promotions_and_takes_a_share_of_what_is_left() -> None:
    promoted = Reduction(StepKind.ORDER_PROMOTION, "p", "half", {"a": 500})

    assert decide([terms()], basket(good("a", 1000)), [promoted]).reductions[0].lines == {"a": 50}
    refused = decide([terms(combines_with_promotions=False)], basket(good("a", 1000)), [promoted])
    assert refused.standings[0].refusal is Refusal.NOTHING_FITS


def test_the_cheapest_unit_alone() -> None:
    found = decide([terms(10_000, cheapest_unit_only=True)], basket(good("a", 700, 5), good("b", 300, 2)))

    assert found.reductions[0].lines == {"b": 300}


def test_gifts_are_neither_reduced_nor_counted() -> None:
    found = decide([terms(minimum_quantity=2)], basket(good("a", 100), good("b", 50, is_gift=True)))

    assert found.standings[0].refusal is Refusal.TOO_FEW_UNITS


def test_a_shipping_code_waits_for_an_address_and_then_looks_at_it() -> None:
    free = terms(10_000, is_of_shipping=True, countries=frozenset({"DE"}))
    cart = basket(good("a", 1000), shipping=490)

    assert decide([free], cart).reductions[0].shipping == 490
    assert decide([free], cart, country="DE").reductions[0].shipping == 490
    assert decide([free], cart, country="FR").standings[0].refusal is Refusal.ELSEWHERE


@pytest.mark.parametrize("target", ["p-a", "v-a", "shoes"])
def test_what_a_voucher_is_for(target: str) -> None:
    cart = basket(good("a", 1000, categories=frozenset({"shoes", "all"})), good("b", 1000))

    assert decide([terms(only=True, targets=frozenset({target}))], cart).reductions[0].lines == {"a": 100}


GOODS = st.lists(
    st.builds(
        lambda unit, more, quantity, is_gift: (unit, unit + more, quantity, is_gift),
        st.integers(0, 10**7),
        st.integers(0, 100),
        st.integers(1, 50),
        st.booleans(),
    ),
    min_size=0,
    max_size=8,
)
TERMS = st.lists(
    st.builds(
        lambda value, is_percentage, cheapest, shipping, promotions: terms(
            min(value, 10_000) if is_percentage else value,
            is_percentage=is_percentage,
            cheapest_unit_only=cheapest,
            is_of_shipping=shipping,
            combines_with_promotions=promotions,
            combines_with_vouchers=True,
        ),
        st.integers(1, 10**8),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=4,
)


@given(GOODS, TERMS, st.integers(0, 10**5), st.sampled_from(["0", "7", "19", "20.5"]), st.booleans())
def test_nothing_is_taken_off_twice_and_parts_are_the_whole(
    rows: list[tuple[int, int, int, bool]], codes: list[CodeTerms], shipping: int, percent: str, gross: bool
) -> None:
    goods = [
        good(str(place), unit, quantity, whole, is_gift=is_gift)
        for place, (unit, whole, quantity, is_gift) in enumerate(rows)
    ]
    cart = basket(*goods, shipping=shipping)

    found = decide(codes, cart)

    assert decide(codes, cart) == found
    assert [code.amount for code in found.standings if code.amount] == [each.amount for each in found.reductions]
    for each in goods:
        taken = sum(reduction.lines.get(each.line_id, 0) for reduction in found.reductions)
        assert 0 <= taken <= each.amount
        assert not (each.is_gift and taken)
    assert 0 <= sum(reduction.shipping for reduction in found.reductions) <= shipping
    assert all(part > 0 for reduction in found.reductions for part in reduction.lines.values())
    priced = price_cart(cart, found.reductions, Rates(Decimal(percent), Decimal(percent)), prices_include_tax=gross)
    entered = priced.total.gross if gross else priced.total.net
    assert entered.amount == cart.amount + shipping - sum(each.amount for each in found.reductions)
