"""The arithmetic of prices, held against any numbers that a shop could have."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.core.errors import InvalidInput
from commerce.core.money import Money, TaxedMoney
from commerce.pricing.cart import PricedCart, price_cart
from commerce.pricing.ladder import PublicPrice, rungs, unit_steps
from commerce.pricing.lists import ListPrice
from commerce.pricing.totals import PriceTerms, add_up, taxed
from commerce.promotions.basket import Basket, Good, Reduction, Step, StepKind
from commerce.taxes.rates import Rates

Line = tuple[int, int]

CURRENCIES = ["USD", "EUR", "JPY", "KWD"]
percents = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
terms = st.builds(PriceTerms, st.sampled_from(CURRENCIES), st.booleans(), percents)
amounts = st.integers(0, 10**12)
# A machine that is busy with other tests is no fault of the arithmetic.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
lines = st.lists(st.tuples(amounts, st.integers(1, 10_000)), max_size=12)


def priced(cart: list[Line], shipping: int, terms: PriceTerms, reductions: list[Reduction] | None = None) -> PricedCart:
    goods = tuple(
        Good(str(place), "v", "p", quantity, unit, unit, steps=(Step(StepKind.LIST_PRICE, unit, "The price"),))
        for place, (unit, quantity) in enumerate(cart)
    )
    basket = Basket(terms.currency, "channel", goods, shipping)
    rates = Rates(terms.tax_percent, terms.tax_percent)
    return price_cart(basket, reductions or [], rates, prices_include_tax=terms.prices_include_tax)


@unhurried
@given(lines, amounts, terms, st.data())
def test_reductions_are_taken_off_to_the_last_unit(
    cart: list[Line], shipping: int, terms: PriceTerms, data: st.DataObject
):
    off = {str(place): data.draw(st.integers(0, unit * quantity)) for place, (unit, quantity) in enumerate(cart)}
    reduction = Reduction(StepKind.VOUCHER, "v", "Less", off, data.draw(st.integers(0, shipping)), "LESS")
    full, less = priced(cart, shipping, terms), priced(cart, shipping, terms, [reduction])
    side = "gross" if terms.prices_include_tax else "net"
    assert 0 <= less.reduced == reduction.amount <= getattr(full.total, side).amount
    assert getattr(full.total, side).amount - getattr(less.total, side).amount == less.reduced
    assert sum(line.reduced for line in less.lines) + reduction.shipping == less.reduced


@unhurried
@given(lines, amounts, terms, st.data())
def test_the_ladder_of_a_line_ends_at_its_total(
    cart: list[Line], shipping: int, terms: PriceTerms, data: st.DataObject
):
    off = {str(place): data.draw(st.integers(0, unit * quantity)) for place, (unit, quantity) in enumerate(cart)}
    reduction = Reduction(StepKind.ORDER_PROMOTION, "p", "Less", off)
    for line in priced(cart, shipping, terms, [reduction]).lines:
        ladder = rungs(line.steps, prices_include_tax=terms.prices_include_tax)
        assert ladder[-1].total == line.total.gross.amount
        before_tax = line.total.gross if terms.prices_include_tax else line.total.net
        assert ladder[-2].total == before_tax.amount


own_prices = st.none() | st.builds(ListPrice, st.just("l"), st.just("L"), st.just(0), st.integers(1, 9), amounts)


@given(amounts, amounts, own_prices, st.booleans(), amounts)
def test_the_steps_of_a_unit_sum_to_what_is_paid(
    listed: int, amount: int, own: ListPrice | None, by_list: bool, cut: int
):
    cuts = (Step(StepKind.CATALOGUE_PROMOTION, -cut, "Sale", "p"),)
    public = PublicPrice(listed, amount, "l" if by_list else None, "L" if by_list else None, cuts)
    steps = unit_steps(public, own)
    assert sum(step.amount for step in steps) == (amount if own is None else own.amount)
    kinds = [list(StepKind).index(step.kind) for step in steps]
    assert kinds == sorted(kinds)


@unhurried
@given(amounts, terms)
def test_gross_is_net_and_tax_and_no_tax_is_negative(amount: int, terms: PriceTerms):
    price = taxed(amount, terms)
    assert price.gross == price.net + price.tax
    assert 0 <= price.net.amount <= price.gross.amount
    assert price.tax.amount >= 0


@unhurried
@given(amounts, terms)
def test_the_entered_side_is_exact_and_the_other_within_half_a_unit(amount: int, terms: PriceTerms):
    price = taxed(amount, terms)
    rate = Fraction(terms.tax_percent) / 100
    entered, derived = (price.gross, price.net) if terms.prices_include_tax else (price.net, price.gross)
    exact = amount / (1 + rate) if terms.prices_include_tax else amount * (1 + rate)
    assert entered.amount == amount
    assert abs(derived.amount - exact) <= Fraction(1, 2)


@unhurried
@given(lines, amounts, terms, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(cart: list[Line], shipping: int, terms: PriceTerms, random: Random):
    shuffled = list(cart)
    random.shuffle(shuffled)
    assert priced(cart, shipping, terms).total == priced(shuffled, shipping, terms).total


@unhurried
@given(lines, amounts, terms)
def test_working_it_out_again_changes_nothing(cart: list[Line], shipping: int, terms: PriceTerms):
    assert priced(cart, shipping, terms) == priced(cart, shipping, terms)


@unhurried
@given(amounts, st.integers(2, 100), st.data(), terms)
def test_splitting_a_line_in_two_changes_the_total_by_one_unit_at_most(
    unit: int, quantity: int, data: st.DataObject, terms: PriceTerms
):
    first = data.draw(st.integers(1, quantity - 1))
    whole = priced([(unit, quantity)], 0, terms).total
    split = priced([(unit, first), (unit, quantity - first)], 0, terms).total
    assert abs(whole.gross.amount - split.gross.amount) <= 1
    assert abs(whole.net.amount - split.net.amount) <= 1


@pytest.mark.parametrize(
    ("amount", "percent", "included", "net", "gross"),
    [
        (1000, "19", False, 1000, 1190),
        (1190, "19", True, 1000, 1190),
        (999, "19", True, 839, 999),
        (1, "50", False, 1, 2),  # half a cent of tax is a cent
        (50, "7", False, 50, 54),  # 3.5
        (1, "0", True, 1, 1),
        (100, "8.875", False, 100, 109),
        (0, "19", True, 0, 0),
    ],
)
def test_tax_is_rounded_half_up(amount: int, percent: str, included: bool, net: int, gross: int):
    assert taxed(amount, PriceTerms("EUR", included, Decimal(percent))) == TaxedMoney.of(net, gross, "EUR")


def test_a_line_is_taxed_as_a_whole_not_unit_by_unit():
    (line,) = priced([(10, 3)], 0, PriceTerms("EUR", False, Decimal(5))).lines
    assert line.unit.gross == Money(11, "EUR")
    assert line.total.gross == Money(32, "EUR")  # 30 + 1.5, not 3 x 11


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1080"), ("KWD", "1.080"), ("USD", "10.80")])
def test_yen_and_dinars_are_rounded_to_their_own_smallest_coin(currency: str, text: str):
    assert taxed(1000, PriceTerms(currency, False, Decimal(8))).gross.decimal == text


def test_currencies_never_mix():
    euro, dollar = TaxedMoney.of(1, 1, "EUR"), TaxedMoney.of(1, 1, "USD")
    with pytest.raises(InvalidInput):
        add_up([euro], dollar)


def test_what_makes_no_sense_is_refused():
    terms = PriceTerms("EUR", False, Decimal(19))
    with pytest.raises(InvalidInput):
        taxed(-1, terms)
    with pytest.raises(InvalidInput):
        taxed(1, PriceTerms("EUR", False, Decimal(-1)))
    with pytest.raises(InvalidInput):
        priced([(1, 0)], 0, terms)
