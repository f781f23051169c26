"""What is read of one cart before it is priced, in two round trips: what it holds, and on which terms the shop sells.

Whatever is known of it already (`known.Known`) is not asked for again.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from commerce.accounts.models import Address
from commerce.checkout.carried import LINES
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.offers import OFFERS_OF_VARIANTS, OfferRow, offers_of
from commerce.checkout.places import ADDRESSES, place_of
from commerce.checkout.quote_facts import DELIVERIES
from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.core.together import Part, Together, column_of
from commerce.payments.models import PaymentAttempt
from commerce.payments.services.attempts import LIVE_ATTEMPTS, LOCKED, found_locked
from commerce.payments.states import LIVE_VALUES
from commerce.promotions.loading import ACTIVE, ActiveRow, active_order_promotions
from commerce.promotions.taking import USES
from commerce.shipping.queries import LISTINGS
from commerce.taxes.queries import TAXES_OF_PLACES, TAXES_ROW, Place, parameters_of, taxes_from

_LIVE_STATES: Final = f"'{{{','.join(LIVE_VALUES)}}}'::text[]"
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
        "live": Part.of(LIVE_ATTEMPTS, "$1", _LIVE_STATES),
        "uses": Part.of(USES, "$1"),
    },
)
_PAID: Final = Together(
    "attempt_and_addresses",
    "uuid",
    "uuid[]",
    parts={"attempt": Part.of(LOCKED, "$1"), "addresses": Part.of(ADDRESSES, "$2")},
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


def lock_live(checkout: Checkout, known: Known, *, uses: bool = False) -> PaymentAttempt | None:
    """The live payment attempt of a locked cart, locked, in the statement that reads what the cart holds.

    Nobody changes what a locked cart holds, so that it does not matter when that was read if the attempt has to be
    waited for. With `uses` it is also read what the cart has taken of promotions.
    """
    _read(checkout, known, "live", *["uses"] * uses)
    return known.live


def lock_with_addresses(attempt_id: UUID, checkout: Checkout | None) -> tuple[PaymentAttempt, dict[UUID, Address]]:
    """A payment attempt, locked, and the addresses of its locked cart by their ids. Raises AttemptNotFound."""
    keys = {checkout.shipping_address_id, checkout.billing_address_id} - {None} if checkout is not None else set()
    found = _PAID.all(["attempt", "addresses"], str(attempt_id), uuid_array(keys))  # type: ignore[arg-type]
    return found_locked(found["attempt"]), {address.id: address for address in found["addresses"]}


def read_held(checkout: Checkout, known: Known) -> None:
    """Lines with what the channel says of them, addresses, the chosen delivery. Nothing where lines are known."""
    if known.lines is None:
        _read(checkout, known)


def _read(checkout: Checkout, known: Known, *besides: str) -> None:
    addresses = {checkout.shipping_address_id, checkout.billing_address_id} - {None} - known.places.keys()
    deliveries = {checkout.delivery_id} - {None} - known.deliveries.keys()
    wanted = ["lines", "offers", *["addresses"] * bool(addresses), *["deliveries"] * bool(deliveries), *besides]
    found = _HELD.all(
        wanted,
        str(checkout.id),
        str(checkout.channel_id),
        uuid_array(addresses),  # type: ignore[arg-type] # without None
        uuid_array(deliveries),  # type: ignore[arg-type]
    )
    known.lines = found["lines"]
    known.offers |= offers_of(found["offers"])
    for address in found.get("addresses", ()):
        known.addresses[address.id] = address
        known.places[address.id] = place_of(address)
    known.deliveries |= {row.id: row for row in found.get("deliveries", ())}
    known.uses = found.get("uses")
    known.live = next(iter(found.get("live", ())), None)


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
        named.sent, named.listings = sent, found["listings"]
        named.offered = next(iter(found["offered"]), None)
        ((named.is_warehouse, named.is_method),) = found["named"]
