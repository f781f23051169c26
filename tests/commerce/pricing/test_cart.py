"""Taxes of whole carts, held against any numbers that a shop could have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.core.errors import InvalidInput
from commerce.core.rounding import Rounding, divided
from commerce.pricing.cart import PricedCart, price_cart
from commerce.promotions.basket import Basket, Good, Reduction, StepKind
from commerce.taxes.provider import ServiceTaxes, TaxedAmount
from commerce.taxes.rates import Rates, TaxMode

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CLF"]
CLASSES = [None, "books", "food"]
percents = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
both_modes = pytest.mark.parametrize("mode", TaxMode)


@st.composite
def goods(draw: st.DrawFn) -> tuple[Good, ...]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        unit = draw(st.integers(0, 10**7))
        found.append(
            Good(f"line-{number}", f"v{number}", f"p{number}", draw(st.integers(1, 99)), unit, unit,
                 tax_class_id=draw(st.sampled_from(CLASSES)))
        )  # fmt: skip
    return tuple(found)


baskets = st.builds(Basket, st.sampled_from(CURRENCIES), st.just("channel"), goods(), shipping=st.integers(0, 10**6))


def rates(mode: TaxMode, *, roundings: st.SearchStrategy[Rounding] | None = None) -> st.SearchStrategy[Rates]:
    return st.builds(
        Rates,
        percents,
        percents,
        st.dictionaries(st.sampled_from(["books", "food"]), percents),
        st.just(mode),
        st.sampled_from(Rounding) if roundings is None else roundings,
        st.sampled_from(["", "Reverse charge"]),
    )


def reduced(basket: Basket, data: st.DataObject) -> list[Reduction]:
    """Something off most lines and the delivery, twice, never more than there is."""
    left = {good.line_id: good.amount for good in basket.goods}
    shipping, found = basket.shipping, []
    for number in range(data.draw(st.integers(0, 2))):
        off = {key: data.draw(st.integers(0, most)) for key, most in left.items()}
        off_shipping = data.draw(st.integers(0, shipping))
        shipping -= off_shipping
        left = {key: most - off[key] for key, most in left.items()}
        found.append(Reduction(StepKind.VOUCHER, f"r{number}", "Less", off, off_shipping, "CODE"))
    return found


def assert_adds_up(priced: PricedCart) -> None:
    prices = [line.total for line in priced.lines]
    for price in [*prices, priced.shipping, priced.subtotal, priced.total]:
        assert price.gross == price.net + price.tax
        assert 0 <= price.net.amount <= price.gross.amount
    for side in ("net", "gross", "tax"):
        lines = sum(getattr(price, side).amount for price in prices)
        assert getattr(priced.subtotal, side).amount == lines
        assert getattr(priced.total, side).amount == lines + getattr(priced.shipping, side).amount


@both_modes
@unhurried
@given(st.data())
def test_everything_adds_up_and_nothing_is_negative(mode: TaxMode, data: st.DataObject) -> None:
    basket, holding, gross = data.draw(baskets), data.draw(rates(mode)), data.draw(st.booleans())
    reductions = reduced(basket, data)
    priced = price_cart(basket, reductions, holding, prices_include_tax=gross)
    assert_adds_up(priced)
    entered = basket.amount + basket.shipping - sum(reduction.amount for reduction in reductions)
    if not holding.exempt:
        assert (priced.total.gross if gross else priced.total.net).amount == entered
    again = price_cart(basket, reductions, holding, prices_include_tax=gross)
    assert again == priced


@both_modes
@unhurried
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_line_and_no_total(mode: TaxMode, data: st.DataObject, random: Random) -> None:
    basket, holding, gross = data.draw(baskets), data.draw(rates(mode)), data.draw(st.booleans())
    reductions = reduced(basket, data)
    shuffled = list(basket.goods)
    random.shuffle(shuffled)
    one = price_cart(basket, reductions, holding, prices_include_tax=gross)
    other = price_cart(replace(basket, goods=tuple(shuffled)), reductions, holding, prices_include_tax=gross)
    assert {line.good.line_id: line for line in one.lines} == {line.good.line_id: line for line in other.lines}
    assert (one.total, one.subtotal, one.shipping) == (other.total, other.subtotal, other.shipping)


@pytest.mark.parametrize(("mode", "most"), [(TaxMode.PER_LINE, 1), (TaxMode.PER_TOTAL, 0)])
@unhurried
@given(st.data())
def test_a_line_that_is_split_changes_the_total_by_a_unit_at_most_and_per_total_by_none(
    mode: TaxMode, most: int, data: st.DataObject
) -> None:
    basket = data.draw(baskets.filter(lambda found: any(good.quantity > 1 for good in found.goods)))
    nearest = st.sampled_from([Rounding.HALF_UP, Rounding.HALF_DOWN, Rounding.HALF_EVEN])
    holding, gross = data.draw(rates(mode, roundings=nearest)), data.draw(st.booleans())
    split = next(good for good in basket.goods if good.quantity > 1)
    first = data.draw(st.integers(1, split.quantity - 1))
    parts = (replace(split, quantity=first), replace(split, line_id="other", quantity=split.quantity - first))
    rest = tuple(good for good in basket.goods if good is not split)
    whole = price_cart(basket, (), holding, prices_include_tax=gross).total
    apart = price_cart(replace(basket, goods=(*rest, *parts)), (), holding, prices_include_tax=gross).total
    assert abs(whole.gross.amount - apart.gross.amount) <= most
    assert abs(whole.net.amount - apart.net.amount) <= most


@unhurried
@given(st.data())
def test_per_total_the_tax_of_a_rate_is_off_by_less_than_a_unit_however_many_lines(data: st.DataObject) -> None:
    basket, gross = data.draw(baskets), data.draw(st.booleans())
    holding = Rates(data.draw(percents), Decimal(0), mode=TaxMode.PER_TOTAL)
    same = replace(basket, goods=tuple(replace(good, tax_class_id=None) for good in basket.goods), shipping=0)
    priced = price_cart(same, (), holding, prices_include_tax=gross)
    share = Fraction(holding.default) / (100 + Fraction(holding.default) if gross else 100)
    assert abs(priced.total.tax.amount - same.amount * share) <= Fraction(1, 2)
    for line in priced.lines:
        assert abs(line.total.tax.amount - line.good.amount * share) < 2


@unhurried
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_every_rounding_is_what_its_name_says(amount: int, divisor: int) -> None:
    exact = Fraction(amount, divisor)
    found = {mode: divided(amount, divisor, mode) for mode in Rounding}
    assert found[Rounding.DOWN] <= exact < found[Rounding.DOWN] + 1
    assert found[Rounding.UP] - 1 < exact <= found[Rounding.UP]
    assert found[Rounding.HALF_EVEN] == round(exact)
    for mode in (Rounding.HALF_UP, Rounding.HALF_DOWN):
        assert abs(found[mode] - exact) <= Fraction(1, 2)
    if (2 * exact).denominator == 1 and exact.denominator != 1:
        assert found[Rounding.HALF_UP] == found[Rounding.HALF_DOWN] + 1


@pytest.mark.parametrize(
    ("rounding", "gross_of_net", "net_of_gross"),
    [
        (Rounding.HALF_UP, 11, 910),
        (Rounding.HALF_DOWN, 10, 909),
        (Rounding.HALF_EVEN, 10, 910),
        (Rounding.DOWN, 10, 910),
        (Rounding.UP, 11, 909),
    ],
)
def test_down_and_up_mean_the_tax_whichever_side_is_entered(
    rounding: Rounding, gross_of_net: int, net_of_gross: int
) -> None:
    def price(amount: int, percent: str, gross: bool) -> PricedCart:
        basket = Basket("JPY", "c", (Good("l", "v", "p", 1, amount, amount),))
        holding = Rates(Decimal(percent), Decimal(0), rounding=rounding)
        return price_cart(basket, (), holding, prices_include_tax=gross)

    assert price(10, "5", gross=False).total.gross.amount == gross_of_net  # 0.5 yen of tax
    assert price(1819, "100", gross=True).total.net.amount == net_of_gross  # 909.5 yen


def test_a_sum_of_small_things_bears_the_tax_of_the_sum() -> None:
    sweets = Basket("EUR", "c", tuple(Good(f"l{n}", "v", "p", 1, 2, 2) for n in range(10)), shipping=5)
    each = price_cart(sweets, (), Rates(Decimal(19), Decimal(19)), prices_include_tax=False)
    total = price_cart(sweets, (), Rates(Decimal(19), Decimal(19), mode=TaxMode.PER_TOTAL), prices_include_tax=False)
    assert each.total.tax.amount == 1  # 0.38 cents a piece is nothing; the delivery's 0.95 is one
    assert total.total.tax.amount == 5  # 25 x 0.19 = 4.75
    assert [line.total.tax.amount for line in total.lines] == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert total.shipping.tax.amount == 1


def test_each_class_bears_its_own_rate_and_an_unknown_one_the_default() -> None:
    basket = Basket(
        "EUR",
        "c",
        tuple(Good(str(kind), "v", "p", 1, 1000, 1000, tax_class_id=kind) for kind in (None, "books", "unknown")),
        shipping=1000,
    )
    priced = price_cart(basket, (), Rates(Decimal(19), Decimal("5.5"), {"books": Decimal(7)}), prices_include_tax=False)
    assert [line.tax_percent for line in priced.lines] == [19, 7, 19]
    assert [line.total.gross.amount for line in priced.lines] == [1190, 1070, 1190]
    assert priced.shipping.gross.amount == 1055
    assert priced.lines[1].steps[-1].reason == "7 %"


@both_modes
def test_who_is_exempt_pays_the_net_price_that_everybody_would(mode: TaxMode) -> None:
    basket = Basket("EUR", "c", (Good("l", "v", "p", 2, 1190, 1190),), shipping=595)
    taxed = price_cart(basket, (), Rates(Decimal(19), Decimal(19), mode=mode), prices_include_tax=True)
    exempt = price_cart(
        basket, (), Rates(Decimal(19), Decimal(19), mode=mode, exempt="Reverse charge"), prices_include_tax=True
    )
    assert exempt.total.net == exempt.total.gross == taxed.total.net
    assert exempt.total.net.amount == 2500
    (line,) = exempt.lines
    assert (line.unit.gross.amount, line.tax_percent) == (1000, 0)
    assert (line.steps[-1].amount, line.steps[-1].reason) == (-380, "Reverse charge")


def test_what_a_tax_service_has_said_is_taken_to_the_unit() -> None:
    basket = Basket("USD", "c", (Good("l", "v", "p", 3, 1000, 1000),), shipping=500)
    said = ServiceTaxes({"l": TaxedAmount(3000, 3267, Decimal("8.9"))}, TaxedAmount(500, 500, Decimal(0)))
    priced = price_cart(basket, (), Rates(Decimal(5), Decimal(5)), prices_include_tax=False, service=said)
    assert priced.lines[0].total.gross.amount == 3267
    assert priced.lines[0].tax_percent == Decimal("8.9")
    assert priced.shipping.tax.amount == 0
    assert priced.total.gross.amount == 3767


@both_modes
@pytest.mark.parametrize("off", [{"l": 1001}, {"gone": 1}])
def test_more_than_there_is_cannot_be_taken_off(mode: TaxMode, off: dict[str, int]) -> None:
    basket = Basket("USD", "c", (Good("l", "v", "p", 1, 1000, 1000),))
    with pytest.raises(InvalidInput):
        price_cart(
            basket,
            [Reduction(StepKind.VOUCHER, "r", "Less", off)],
            Rates(Decimal(5), Decimal(5), mode=mode),
            prices_include_tax=False,
        )
