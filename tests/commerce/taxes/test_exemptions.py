"""Who need not pay tax."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commerce.core.errors import InvalidInput
from commerce.taxes.local import Buyer, LocalTaxes, for_buyer
from commerce.taxes.rates import Rates
from commerce.taxes.vat_ids import EU, checked_vat_id, country_of_vat_id

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
    "ATU12345678",
    "BE0123456789",
    "BG123456789",
    "CY12345678X",
    "CZ12345678",
    "DE123456789",
    "DK12345678",
    "EE123456789",
    "ESX12345678",
    "FI12345678",
    "FR12345678901",
    "EL123456789",
    "HR12345678901",
    "HU12345678",
    "IE1234567WA",
    "IT12345678901",
    "LT123456789",
    "LU12345678",
    "LV12345678901",
    "MT12345678",
    "NL123456789B01",
    "PL1234567890",
    "PT123456789",
    "RO1234567890",
    "SE123456789012",
    "SI12345678",
    "SK1234567890",
]


def test_every_member_state_has_its_form() -> None:
    assert {country_of_vat_id(number) for number in NUMBERS} == EU
    assert len(EU) == 27


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_with_a_digit_too_many_or_of_elsewhere_is_none(number: str) -> None:
    assert checked_vat_id(f" {number[:2].lower()} {number[2:5]}.{number[5:]}") == number
    for wrong in (f"{number}99999", number[:3], f"GB{number[2:]}", f"{number}\x00", f"X{number}"):
        with pytest.raises(InvalidInput):
            checked_vat_id(wrong)


@pytest.mark.parametrize("number", ["X", "٠" * 11, "DE12345678٩", "-", "DE" + "1" * 10_000])
def test_nonsense_is_no_number(number: str) -> None:
    with pytest.raises(InvalidInput):
        checked_vat_id(number)
    assert checked_vat_id("  ") == ""
