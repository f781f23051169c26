"""Who need not pay tax."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.taxes.errors import InvalidVatId
from commerce.taxes.local import Buyer, LocalTaxes, for_buyer
from commerce.taxes.rates import Rates
from commerce.taxes.vat_ids import EU, FORMS, checked_vat_id, country_of_vat_id

GERMAN = LocalTaxes(Rates(Decimal(19), Decimal(19)), reverse_charge=True)


@pytest.mark.parametrize(
    ("seat", "goes_to", "vat_id", "exempt"),
    [
        ("DE", "FR", "FR12345678901", True),
        ("DE", "FR", "ATU12345678", True),  # the buyer may be at home in a third member state
        ("DE", "GR", "EL123456789", True),
        ("DE", "DE", "FR12345678901", False),  # at home tax is due
        ("DE", "FR", "DE123456789", False),  # a business from the seller's own country
        ("DE", "FR", "", False),
        ("DE", "CH", "FR12345678901", False),  # an export is not this
        ("US", "FR", "FR12345678901", False),
    ],
)
def test_reverse_charge_is_for_businesses_in_other_member_states(
    seat: str, goes_to: str, vat_id: str, exempt: bool
) -> None:
    said = for_buyer(GERMAN, Buyer(seat, goes_to, vat_id)).rates.exempt
    assert said == (f"Reverse charge, VAT id {vat_id}" if exempt else "")


def test_reverse_charge_is_nothing_that_happens_by_itself() -> None:
    plain = LocalTaxes(Rates(Decimal(19), Decimal(19)))
    assert for_buyer(plain, Buyer("DE", "FR", "FR12345678901")).rates.exempt == ""


def test_the_seat_that_the_merchant_names_counts() -> None:
    french = LocalTaxes(GERMAN.rates, reverse_charge=True, seat_country="FR")
    assert for_buyer(french, Buyer("DE", "FR", "ATU12345678")).rates.exempt == ""
    assert for_buyer(french, Buyer("DE", "DE", "ATU12345678")).rates.exempt


def test_a_customers_own_number_counts_where_the_cart_has_none() -> None:
    known = LocalTaxes(GERMAN.rates, reverse_charge=True, customer_vat_id="FR12345678901")
    assert for_buyer(known, Buyer("DE", "FR")).rates.exempt == "Reverse charge, VAT id FR12345678901"
    assert for_buyer(known, Buyer("DE", "FR", "DE123456789")).rates.exempt == ""


def test_whom_the_merchant_lets_off_pays_nothing_and_no_service_is_asked() -> None:
    served = LocalTaxes(GERMAN.rates, service="http")
    off = for_buyer(served, Buyer("US", "US", is_exempt=True))
    assert (off.rates.exempt, off.service) == ("Exempt from tax", "")
    customer = LocalTaxes(GERMAN.rates, service="http", customer_exemption="Certificate 7")
    assert for_buyer(customer, Buyer("US", "US")).rates.exempt == "Certificate 7"
    assert for_buyer(served, Buyer("US", "US")).service == "http"


NUMBERS = [
    "ATU13585627",
    "BE0428759497",
    "BG175074752",
    "CY10259033P",
    "CZ25123891",
    "DE136695976",
    "DK13585628",
    "EE100931558",
    "ESB58378431",
    "FI20774740",
    "FR83404833048",
    "EL094259216",
    "HR33392005961",
    "HU12892312",
    "IE6433435F",
    "IT00743110157",
    "LT119511515",
    "LU15027442",
    "LV40003521600",
    "MT11679112",
    "NL004495445B01",
    "PL8567346215",
    "PT501964843",
    "RO18547290",
    "SE556188840401",
    "SI50223054",
    "SK2022749619",
]


def test_every_member_state_has_its_form() -> None:
    assert {country_of_vat_id(number) for number in NUMBERS} == EU
    assert len(EU) == 27


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_with_a_digit_too_many_or_of_elsewhere_is_none(number: str) -> None:
    assert checked_vat_id(f" {number[:2].lower()} {number[2:5]}.{number[5:]}") == number
    for wrong in (f"{number}99999", number[:3], f"GB{number[2:]}", f"{number}\x00", f"X{number}"):
        with pytest.raises(InvalidVatId):
            checked_vat_id(wrong)


@pytest.mark.parametrize("number", NUMBERS)
def test_whoever_mistypes_a_digit_is_told_so(number: str) -> None:
    for place in range(4, len(number) - (4 if number[:2] in ("SE", "NL") else 0)):
        if number[place].isdigit():
            mistyped = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
            with pytest.raises(InvalidVatId) as told:
                checked_vat_id(mistyped)
            assert told.value.path == ("vat_id",)


def test_numbers_of_several_kinds_in_one_country() -> None:
    for number in (
        "NL000099998B57",  # sole traders since 2020: no longer made of the citizen's number
        "IE1234567FA", "IE8Z49289F",
        "ESX2482300W", "ES54362315K",
        "CZ7103192745", "CZ640903926",
        "BG7523169263", "LT100001919017",
        "SE556188840402",  # the second registration of one business
        "FRK7399859412",
    ):  # fmt: skip
        assert checked_vat_id(number) == number


@given(st.sampled_from(sorted(EU)), st.data())
def test_nothing_that_has_the_form_of_a_number_breaks_the_check(country: str, data: st.DataObject) -> None:
    number = data.draw(st.from_regex(re.compile(FORMS[country], re.ASCII), fullmatch=True))
    try:
        assert checked_vat_id(number) == number
    except InvalidVatId:
        assert country_of_vat_id(number) == country


@pytest.mark.parametrize("number", ["X", "٠" * 11, "DE12345678٩", "-", "DE" + "1" * 10_000])
def test_nonsense_is_no_number(number: str) -> None:
    with pytest.raises(InvalidVatId):
        checked_vat_id(number)
    assert checked_vat_id("  ") == ""
