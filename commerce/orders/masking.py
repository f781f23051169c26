"""What is left of personal data for a reader who may not be told who bought."""

from __future__ import annotations

from commerce.accounts.models import Address
from commerce.orders.models import Order


def masked_email(order: Order) -> str:
    """The buyer's e-mail address, or `a…@e…` where the order's reader may not know it."""
    if not order.is_masked:
        return order.email
    name, _, domain = order.email.partition("@")
    return f"{name[:1]}…@{domain[:1]}…"


def masked_address(order: Order, address: Address | None) -> Address | None:
    """The address, or a copy with town and country alone where the order's reader may not know more."""
    if address is None or not order.is_masked:
        return address
    return Address(
        id=address.id,
        first_name=_initial(address.first_name),
        last_name=_initial(address.last_name),
        company_name=_initial(address.company_name),
        street_address_1=_initial(address.street_address_1),
        street_address_2=_initial(address.street_address_2),
        city=address.city,
        city_area=address.city_area,
        postal_code=_initial(address.postal_code),
        country=address.country,
        country_area=address.country_area,
        phone=_initial(address.phone),
    )


def _initial(text: str) -> str:
    return f"{text[0]}…" if text else ""
