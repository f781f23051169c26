"""Which postal codes a rule holds, as merchants write them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.shipping.postal_codes import CodeRange, allows, canonical

DIGITS = st.text(string.digits, min_size=5, max_size=5)
ANY = st.text(max_size=12)
BRITISH = st.builds(
    lambda area, district, letter, sector, unit: (area, district, letter, f"{sector}{unit}"),
    st.text(string.ascii_uppercase, min_size=1, max_size=2),
    st.integers(1, 99),
    st.sampled_from(["", "", "A", "W"]),
    st.integers(0, 9),
    st.text(string.ascii_uppercase, min_size=2, max_size=2),
)


@pytest.mark.parametrize(
    ("country", "start", "end", "inside", "outside"),
    [
        ("US", "94000", "94999", ["94000", "94043", "94043-1234", "94999-9999"], ["93999", "95000", "9", ""]),
        ("US", "940", "949", ["94000", "94999-1234"], ["93999", "95000", "94"]),
        ("DE", "10", "", ["10117", "10999"], ["11000", "01067", "1"]),
        ("GB", "E1", "E9", ["E1 6AN", "e9 5ab", "E1W 1AA"], ["E10 5AB", "EC1A 1BB", ""]),
        ("GB", "SW1", "", ["SW1A 1AA", "sw1e6aa", "SW1 1AA"], ["SW10 0AA", "SW2 1AA", "S1 1AA"]),
        ("GB", "E", "", ["E1 6AN", "E20 1AA"], ["EC1A 1BB", "EH1 1AA"]),
        ("GB", "BT", "", ["BT1 1AA"], ["B1 1AA"]),
        ("GB", "SW1A 1", "", ["SW1A 1AA"], ["SW1A 2AA"]),
        ("CA", "K1A", "K1B", ["K1A 0B1", "k1b9z9"], ["K1C 1A1", "K0A 1A1"]),
        ("NL", "1012 AB", "1012 AD", ["1012AC", "1012 ab"], ["1012AE", "1012"]),
        ("LV", "LV-1010", "1050", ["LV-1010", "1049"], ["LV-1051"]),
        ("JP", "100", "", ["100-0001", "１００－０００１", "〒100-0001"], ["101-0001"]),
        ("PL", "00-950", "", ["00-950", "00950"], ["00-951"]),
        ("PT", "1000-205", "1000-300", ["1000-205", "1000-250"], ["1000-301", "1000"]),
    ],
)
def test_codes_in_and_out_of_a_range(country: str, start: str, end: str, inside: list[str], outside: list[str]):
    rule = CodeRange(country, start, end)
    assert not rule.is_empty
    assert [code for code in inside if not rule.holds(country, code)] == []
    assert [code for code in outside if rule.holds(country, code)] == []


def test_a_rule_is_about_its_own_country():
    assert not CodeRange("DE", "10").holds("AT", "1010")


@pytest.mark.parametrize(("start", "end"), [("", ""), ("--", ""), ("\x00", ""), ("20000", "10000"), ("10", "?")])
def test_bounds_between_which_nothing_lies(start: str, end: str):
    assert CodeRange("DE", start, end).is_empty


@pytest.mark.parametrize(
    ("code", "allowed"), [("10117", True), ("10999", False), ("20095", False), ("", False), ("99999", False)]
)
def test_only_these_but_never_those(code: str, allowed: bool):
    only, never = [CodeRange("DE", "10")], [CodeRange("DE", "109"), CodeRange("DE", "2")]
    assert allows("DE", code, only=only, never=never) is allowed


def test_a_country_that_no_rule_names_is_open():
    assert allows("FR", "75001", only=[CodeRange("DE", "10")], never=[CodeRange("AT", "1")])


def test_never_does_not_keep_a_parcel_without_a_code():
    assert allows("HK", "", only=[], never=[CodeRange("HK", "1")])


@given(low=DIGITS, high=DIGITS, code=DIGITS)
def test_codes_of_one_length_compare_as_numbers(low: str, high: str, code: str):
    rule = CodeRange("DE", low, high)
    assert rule.is_empty is (int(low) > int(high))
    assert rule.holds("DE", code) is (int(low) <= int(code) <= int(high))


@given(start=st.text(string.digits, min_size=1, max_size=5), code=DIGITS)
def test_one_bound_is_a_beginning(start: str, code: str):
    assert CodeRange("DE", start).holds("DE", code) is code.startswith(start)


@given(one=BRITISH, other=BRITISH, low=st.integers(1, 99), high=st.integers(1, 99))
def test_british_districts_compare_as_numbers_within_their_area(one, other, low: int, high: int):
    area, district, letter, inward = one
    code = f"{area}{district}{letter} {inward}"
    rule = CodeRange("GB", f"{area}{low}", f"{area}{high}")
    assert rule.holds("GB", code) is (low <= district <= high)
    assert CodeRange("GB", other[0]).holds("GB", code) is (other[0] == area)


@given(country=st.sampled_from(["DE", "GB", "CA", "LV", "JP"]), code=ANY)
def test_spelling_does_not_matter_and_nothing_breaks(country: str, code: str):
    found = canonical(country, code)
    assert canonical(country, f"  {code.lower()} ".upper()) == canonical(country, code.lower())
    assert CodeRange(country, code).is_empty is (not found)
    if found:
        assert CodeRange(country, code).holds(country, code)
        assert CodeRange(country, code, code).holds(country, code)


@given(codes=st.lists(st.tuples(DIGITS, DIGITS), max_size=5), code=DIGITS)
def test_never_wins_whatever_else_is_said(codes: list[tuple[str, str]], code: str):
    never = [CodeRange("DE", *pair) for pair in codes]
    only = [CodeRange("DE", code)]
    assert allows("DE", code, only=only, never=never) is not any(rule.holds("DE", code) for rule in never)
