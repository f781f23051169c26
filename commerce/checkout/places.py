"""Where the addresses of carts are, as far as prices, taxes and deliveries depend on it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from commerce.accounts.addresses import AddressData
from commerce.accounts.models import Address
from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.shipping.provider import Destination

ADDRESSES: Final = Records("addresses_by_id", Address, "WHERE it.id = ANY($1)", "uuid[]")
_PLACES: Final[Statement[tuple[UUID, str, str, str, str]]] = Statement(
    "places_of_addresses",
    tuple,
    "SELECT id, country, country_area, city, postal_code FROM accounts_address WHERE id = ANY($1)",
    "uuid[]",
)


def place_of(address: Address | AddressData) -> Destination:
    """Where an address is."""
    return Destination(address.country, address.country_area, address.city, address.postal_code)


def places_of(address_ids: Collection[UUID]) -> dict[UUID | None, Destination]:
    """The places of these addresses by their ids. One statement; none without an address."""
    rows = _PLACES.all(uuid_array(address_ids)) if address_ids else ()
    return {key: Destination(*place) for key, *place in rows}
