"""What is read of one cart before it is priced, in two round trips: what it holds, and on which terms the shop sells.

Whatever is known of it already (`known.Known`) is not asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from commerce.checkout.carried import LINES
from commerce.checkout.known import Known, Named
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.offers import OFFERS_OF_VARIANTS, OfferRow, offers_of
from commerce.checkout.places import ADDRESSES, place_of
from commerce.checkout.quote_facts import DELIVERIES
from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.core.together import Part, Together, column_of
from commerce.promotions.loading import ACTIVE, ActiveRow, active_order_promotions
from commerce.shipping.queries import LISTINGS
from commerce.taxes.queries import TAXES_OF_PLACES, TAXES_ROW, Place, parameters_of, taxes_from

# $1 the cart, $2 its channel, $3 its addresses, $4 its delivery.
_HELD: Final = Together(
    "what_a_cart_holds",
    "uuid",
    "uuid",
    "uuid[]",
    "uuid[]",
    parts={
        "lines": Part.of(LINES, "ARRAY[$1]"),
        "offers": Part(
            OFFERS_OF_VARIANTS,
            [OfferRow],
            f"ARRAY(SELECT {column_of(LINES, 'variant_id')} FROM lines)",  # noqa: S608 - a constant
            "ARRAY(SELECT $2 FROM lines)",
        ),
        "addresses": Part.of(ADDRESSES, "$3"),
        "deliveries": Part.of(DELIVERIES, "$4", extra=[bool]),
    },
)
OFFERED: Final = Records(
    "delivery_offered_to_checkout",
    CheckoutDelivery,
    "WHERE it.checkout_id = $1 AND (it.id = $2 OR it.method_id = $2 OR it.warehouse_id = $2) ORDER BY it.id LIMIT 1",
    "uuid",
    "uuid",
)
NAMED: Final[Statement[tuple[bool, bool]]] = Statement(
    "warehouse_or_method",
    tuple,
    "SELECT EXISTS (SELECT FROM inventory_warehouse WHERE id = $1),"
    " EXISTS (SELECT FROM shipping_shippingmethod WHERE id = $1)",
    "uuid",
)
# $1 its channel, $2 to $4 country, region and postal code, $5 its customer, $6 its method, $7 the products to be sent,
# $8 the cart, $9 what is named as its delivery.
_TERMS: Final = Together(
    "terms_of_a_cart",
    "uuid[]",
    "text[]",
    "text[]",
    "text[]",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "uuid",
    "uuid",
    parts={
        "taxes": Part(TAXES_OF_PLACES, TAXES_ROW, "$1", "$2", "$3", "$4", "$5"),
        "promotions": Part(ACTIVE, [ActiveRow], "$1", "'{}'::uuid[]"),
        "listings": Part.of(LISTINGS, "$1", "$6", "$7", extra=[str, list[str], list[UUID]]),
        "offered": Part.of(OFFERED, "$8", "$9"),
        "named": Part(NAMED, [bool, bool], "$9"),
    },
)


def read_held(checkout: Checkout, known: Known) -> None:
    """Lines with what the channel says of them, addresses, the chosen delivery. Nothing where lines are known."""
    if known.lines is not None:
        return
    addresses = {checkout.shipping_address_id, checkout.billing_address_id} - {None} - known.places.keys()
    deliveries = {checkout.delivery_id} - {None} - known.deliveries.keys()
    wanted = ["lines", "offers", *["addresses"] * bool(addresses), *["deliveries"] * bool(deliveries)]
    found = _HELD.all(
        wanted,
        str(checkout.id),
        str(checkout.channel_id),
        uuid_array(addresses),  # type: ignore[arg-type] # without None
        uuid_array(deliveries),  # type: ignore[arg-type]
    )
    note_held(known, found)


def note_held(known: Known, found: Mapping[str, list[Any]]) -> None:
    """What was read of a cart's lines, offers, addresses and delivery is known."""
    known.lines = found["lines"]
    known.offers |= offers_of(found["offers"])
    for address in found.get("addresses", ()):
        known.addresses[address.id] = address
        known.places[address.id] = place_of(address)
    known.deliveries |= {row.id: row for row in found.get("deliveries", ())}


def read_terms(
    checkout: Checkout, known: Known, place: Place, delivery: CheckoutDelivery | None, sent: frozenset[UUID]
) -> None:
    """Taxes at `place`, promotions, and how the channel offers the method of `delivery` for the products `sent`.

    If the shopper has named a delivery (`known.named`), what that is, and all that the channel offers.
    """
    method = delivery.method_id if delivery is not None else None
    listing = (method, checkout.channel_id, sent) if method is not None else None
    wanted = []
    if place not in known.taxes:
        wanted.append("taxes")
    if known.promotions is None:
        wanted.append("promotions")
    if listing is not None and listing not in known.listings:
        wanted.append("listings")
    named = known.named if known.named is not None and known.named.listings is None else None
    if named is not None:
        wanted = [*dict.fromkeys([*wanted, "listings", "offered", "named"])]
    if not wanted:
        return
    methods = None if named is not None else uuid_array([method] if method is not None else ())
    found: dict[str, list[Any]] = _TERMS.all(
        wanted,
        *parameters_of([place]),
        methods,
        uuid_array(sent),
        str(checkout.id),
        str(named.id) if named is not None else None,
    )
    if "taxes" in found:
        known.taxes |= taxes_from([place], found["taxes"])
    if "promotions" in found:
        known.promotions = active_order_promotions([checkout.channel_id], found["promotions"])
    if listing is not None and "listings" in found:
        known.listings[listing] = next((each for each in found["listings"] if each.method_id == method), None)
    if named is not None:
        note_named(named, sent, found)


def note_named(named: Named, sent: frozenset[UUID], found: Mapping[str, list[Any]]) -> None:
    """What was read of the delivery that the shopper has named is known, and all that the channel offers for `sent`."""
    named.sent, named.listings = sent, found["listings"]
    named.offered = next(iter(found["offered"]), None)
    ((named.is_warehouse, named.is_method),) = found["named"]
