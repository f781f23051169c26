"""Money: integers in, integers out, and never a penny lost in between."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.core.errors import InvalidInput
from commerce.core.money import MAX_MINOR, Money, TaxedMoney, exponent, parse_amount, round_half_up, spread

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])
AMOUNTS = st.integers(min_value=-MAX_MINOR, max_value=MAX_MINOR)


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ZZZ", 2)])
def test_each_currency_has_its_minor_digits(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["", "usd", "US", "USDX", "US1", "USD\n", "ÜSD"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput):
        exponent(currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        (" 0.01 ", "USD", 1),
        ("12.500", "USD", 1250),
        ("1300", "JPY", 1300),
        ("1300.00", "JPY", 1300),
        ("0.005", "KWD", 5),
        ("10000000000000.00", "USD", MAX_MINOR),
    ],
)
def test_a_plain_decimal_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    ["", "-3", "+3", "1e3", "NaN", "inf", "1,5", "1.234,56", "1_000", ".5", "5.", "12.505", "٣", "0x10", "9" * 30],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount(text, "USD")


def test_half_a_yen_is_refused_and_not_rounded() -> None:
    with pytest.raises(InvalidInput):
        parse_amount("1.5", "JPY")


def test_one_minor_unit_too_many_is_refused() -> None:
    with pytest.raises(InvalidInput):
        parse_amount("10000000000000.01", "USD")


@given(amount=st.integers(min_value=0, max_value=MAX_MINOR), currency=CURRENCIES)
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    assert parse_amount(Money(amount, currency).decimal, currency) == amount


@given(amount=AMOUNTS, currency=CURRENCIES)
def test_the_decimal_text_is_the_amount(amount: int, currency: str) -> None:
    text = Money(amount, currency).decimal
    assert Fraction(text) * 10 ** exponent(currency) == amount
    assert len(text.partition(".")[2]) == exponent(currency)


@given(total=AMOUNTS, weights=st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=40))
def test_the_parts_sum_to_the_whole_exactly(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)


@given(total=AMOUNTS, weights=st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=20))
def test_no_part_is_a_whole_unit_away_from_its_share(total: int, weights: list[int]) -> None:
    effective = weights if sum(weights) else [1] * len(weights)
    for part, weight in zip(spread(total, weights), effective, strict=True):
        assert abs(part - Fraction(total * weight, sum(effective))) < 1
        if weight == 0:
            assert part == 0


def test_ten_cents_over_three_lines_leave_the_odd_cent_with_the_first() -> None:
    assert spread(10, [1, 1, 1]) == [4, 3, 3]
    assert spread(-10, [1, 1, 1]) == [-4, -3, -3]
    assert spread(100, [0, 0]) == [50, 50]


def test_nothing_is_spread_over_nothing_but_something_is_not() -> None:
    assert spread(0, []) == []
    with pytest.raises(InvalidInput):
        spread(1, [])
    with pytest.raises(InvalidInput):
        spread(10, [3, -1])


@given(value=st.fractions(max_denominator=1000))
def test_halves_are_rounded_away_from_zero(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    if abs(rounded - value) == Fraction(1, 2):
        assert abs(rounded) > abs(value)


def test_two_currencies_are_never_reckoned_together() -> None:
    euro, yen = Money(100, "EUR"), Money(100, "JPY")
    for reckon in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro <= yen):
        with pytest.raises(InvalidInput):
            reckon()
    assert euro != yen


def test_tax_is_what_lies_between_net_and_gross() -> None:
    price = TaxedMoney.of(1000, 1190, "EUR") + TaxedMoney.of(1, 1, "EUR")
    assert price.tax == Money(190, "EUR")
    assert price.currency == "EUR"
