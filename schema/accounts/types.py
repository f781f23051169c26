"""Users and addresses as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol
from uuid import UUID

import strawberry

from commerce.accounts import models
from commerce.core.permission import Permission
from schema.context import RequestContext
from schema.countries import CountryDisplay, country_display
from schema.engine.batch import Loader
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.pagination import CountableConnection

if TYPE_CHECKING:
    from schema.accounts.groups import CustomerGroup
    from schema.orders.types import Order


@strawberry.type(description="A postal address.")
class Address:
    """Source: commerce.accounts.models.Address."""

    id: strawberry.ID = global_id("Address")
    first_name: str = leaf("Given name.")
    last_name: str = leaf("Family name.")
    company_name: str = leaf("Company.")
    street_address1: str = leaf("First line of the street address.", source="street_address_1")
    street_address2: str = leaf("Second line of the street address.", source="street_address_2")
    city: str = leaf("City or town.")
    city_area: str = leaf("Part of the city, where the country uses it.")
    postal_code: str = leaf("Postal code.")
    country: CountryDisplay = nested(
        lambda addresses, context: [country_display(address.country) for address in addresses], "The country."
    )
    country_area: str = leaf("State, province or the like.")
    phone: str | None = leaf("Phone number.")
    metadata: list[MetadataItem] = metadata_field()


class HasTwoAddresses(Protocol):
    """A cart or an order."""

    shipping_address_id: UUID | None
    billing_address_id: UUID | None


def both_addresses(
    rows: Sequence[HasTwoAddresses], context: RequestContext
) -> Mapping[UUID | None, models.Address | None]:
    """Shipping and billing addresses of all carts or orders of a level, by their ids, loaded together."""
    keys = [key for row in rows for key in (row.shipping_address_id, row.billing_address_id) if key is not None]
    return context.known("addresses", keys, models.Address.objects.in_bulk)


def load_addresses(users: Sequence[models.User], context: RequestContext) -> list[list[models.Address]]:
    """The address books of all users of the level."""
    found: dict[UUID, list[models.Address]] = {user.id: [] for user in users}
    for address in models.Address.objects.filter(user_id__in=found).order_by("created_at", "id"):
        if address.user_id is not None:
            found[address.user_id].append(address)
    return [found[user.id] for user in users]


def _default(kind: str) -> Loader:
    def load(users: Sequence[models.User], context: RequestContext) -> list[models.Address | None]:
        wanted = [getattr(user, f"default_{kind}_address_id") for user in users]
        found = models.Address.objects.in_bulk([key for key in wanted if key is not None])
        return [found.get(key) for key in wanted]

    return load


def _orders(
    users: Sequence[models.User],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[object]:
    """The user's orders, newest first."""
    from schema.orders.connections import orders_of_users

    return list(orders_of_users(users, context, first=first, after=after, last=last, before=before))


def _customer_groups(users: Sequence[models.User], context: RequestContext) -> list[list[models.CustomerGroup]]:
    found: dict[UUID, list[models.CustomerGroup]] = {user.id: [] for user in users}
    members = models.CustomerGroupMember.objects.filter(customer_id__in=found).select_related("group")
    for member in members.order_by("group__name", "group_id"):
        found[member.customer_id].append(member.group)
    return [found[user.id] for user in users]


@strawberry.type(description="A customer or a staff user.")
class User:
    """Source: commerce.accounts.models.User."""

    id: strawberry.ID = global_id("User")
    email: str = leaf("The e-mail address, which is also the name to sign in with.")
    first_name: str = leaf("Given name.")
    last_name: str = leaf("Family name.")
    is_active: bool = leaf("Whether the user may sign in.")
    is_confirmed: bool = leaf("Whether the e-mail address was confirmed.")
    is_staff: bool = leaf("Whether the user works for the shop.", source="is_staff", permission=Permission.MANAGE_STAFF)
    date_joined: datetime = leaf("When the account was made.", source="created_at")
    addresses: list[Address] = nested(load_addresses, "The address book.")
    default_shipping_address: Address | None = nested(_default("shipping"), "Where parcels go by default.")
    default_billing_address: Address | None = nested(_default("billing"), "Where bills go by default.")
    orders: CountableConnection[Annotated[Order, strawberry.lazy("schema.orders.types")]] | None = nested(_orders)
    customer_groups: list[Annotated[CustomerGroup, strawberry.lazy("schema.accounts.groups")]] = nested(
        _customer_groups, "The groups that the customer is in.", permission=Permission.MANAGE_CUSTOMERS
    )
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_CUSTOMERS)
