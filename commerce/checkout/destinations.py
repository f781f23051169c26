"""Where a cart goes, as taxes want to know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from commerce.accounts.models import Address
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.offers import Offer
from commerce.promotions.basket import Basket, Reduction
from commerce.taxes.local import LocalTaxes
from commerce.taxes.provider import Consignment, Destination, TaxableLine
from commerce.taxes.questions import Question


class AddressFacts(NamedTuple):
    """What taxes depend on of an address."""

    id: UUID
    country: str
    area: str
    city: str
    postal_code: str
    street: str


def addresses_of(checkouts: Collection[Checkout]) -> dict[UUID | None, AddressFacts]:
    """The shipping and billing addresses of all carts by id, in one statement."""
    ids = {
        key
        for checkout in checkouts
        for key in (checkout.shipping_address_id, checkout.billing_address_id)
        if key is not None
    }
    columns = ("id", "country", "country_area", "city", "postal_code", "street_address_1")
    rows = Address.objects.filter(id__in=ids).values_list(*columns) if ids else ()
    return {row[0]: AddressFacts(*row) for row in rows}


def taxed_address(
    checkout: Checkout, addresses: Mapping[UUID | None, AddressFacts], *, ships: bool
) -> AddressFacts | None:
    """Where the goods are taxed: where they go, or where the buyer lives if nothing `ships`; None: not known yet."""
    found = addresses.get(checkout.shipping_address_id)
    return addresses.get(checkout.billing_address_id) if found is None and not ships else found


def question_of(
    checkout: Checkout,
    basket: Basket,
    reductions: Sequence[Reduction],
    lines: Sequence[CheckoutLine],
    offered: Sequence[Offer],
    address: AddressFacts,
    taxes: LocalTaxes,
) -> Question:
    """What the tax service of the channel is to be asked of this cart."""
    off = Counter[str]()
    for reduction in reductions:
        off.update(reduction.lines)
    return Question(
        checkout.id,
        taxes.service,
        Consignment(
            currency=basket.currency,
            prices_include_tax=checkout.channel.prices_include_tax,
            lines=tuple(
                TaxableLine(
                    good.line_id,
                    line.variant.sku or "",
                    offer.tax_class_code,
                    good.quantity,
                    good.amount - off[good.line_id],
                )
                for good, line, offer in zip(basket.goods, lines, offered, strict=True)
            ),
            shipping=basket.shipping - sum(reduction.shipping for reduction in reductions),
            destination=Destination(address.country, address.area, address.city, address.postal_code, address.street),
            vat_id=checkout.vat_id or taxes.customer_vat_id,
        ),
    )
