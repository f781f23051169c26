"""A cart is locked, and whatever is to be done with it is read, in one round trip.

The lock is a statement of its own, which the read takes along (commerce/core/session.py): by the time PostgreSQL looks
at anything, nobody else changes the cart. On which terms the shop sells is looked up for the place where the cart is
most likely taxed; if it turns out to be another, `facts.read_terms` asks again.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from commerce.channels.models import Channel
from commerce.checkout.access import require_allowed
from commerce.checkout.carried import LINES
from commerce.checkout.facts import NAMED, OFFERED, note_held, note_named
from commerce.checkout.known import Known, Named
from commerce.checkout.models import Checkout
from commerce.checkout.offers import OFFERS_OF_VARIANTS, OfferRow
from commerce.checkout.places import ADDRESSES
from commerce.checkout.quote_facts import DELIVERIES, place_of_tax, sent_products, taxed_place
from commerce.checkout.stock import HELD_ROW, UNITS_HELD, obtainable_of
from commerce.core.actor import Actor
from commerce.core.records import Records
from commerce.core.statements import Statement
from commerce.core.together import Part, Together, column_of, value_of
from commerce.inventory.parts import PARTS_OF_VARIANTS, PartOfVariant
from commerce.inventory.queries import AVAILABLE, SELLABLE, PartRow, SellableRow, parts_in
from commerce.inventory.set_aside import HELD, SEEN, Asked, shelves_from
from commerce.orders.services.place import NEXT_NUMBER
from commerce.payments.services.attempts import LIVE_ATTEMPTS
from commerce.payments.states import LIVE_VALUES
from commerce.promotions.loading import ACTIVE, ActiveRow, active_order_promotions
from commerce.promotions.taking import USES
from commerce.shipping.queries import LISTINGS
from commerce.taxes.queries import TAXES_OF_PLACES, TAXES_ROW, parameters_of, taxes_from

LOCK: Final[Statement[tuple[()]]] = Statement(
    "lock_cart",
    tuple,
    """
SELECT FROM checkout_checkout
 WHERE id = (SELECT coalesce(merged_into_id, id) FROM checkout_checkout WHERE id = $1)
   FOR NO KEY UPDATE
""",
    "uuid",
    is_read=False,
)
CARTS: Final = Records(
    "carts_with_channel",
    Checkout,
    "JOIN channels_channel AS channel ON channel.id = it.channel_id WHERE it.id = $1",
    "uuid",
    joined={"channel": Channel},
)
# Countries whose codes are compared in another spelling (shipping/postal_codes.py) are asked for again.
_PLACE: Final[Statement[tuple[str, str, str]]] = Statement(
    "place_that_taxes",
    tuple,
    """
SELECT coalesce(address.country, $2), coalesce(upper(address.country_area), ''),
       coalesce(upper(regexp_replace(address.postal_code, '[^0-9A-Za-z]', '', 'g')), '')
  FROM (SELECT) AS somewhere LEFT JOIN accounts_address AS address ON address.id = $1
""",
    "uuid",
    "text",
    is_read=False,
)

_of_cart: Final = partial(value_of, "cart", CARTS)
_CHANNEL: Final = _of_cart("channel_id")
_SHIPPED: Final = f"lines WHERE {column_of(LINES, 'variant__is_shipping_required')}"
_ADDRESS: Final = f"""coalesce({_of_cart("shipping_address_id")},
    CASE WHEN NOT EXISTS (SELECT FROM {_SHIPPED}) THEN {_of_cart("billing_address_id")} END)"""
_COUNTRY: Final = f"""(SELECT {column_of(ADDRESSES, "country")} FROM addresses
    WHERE {column_of(ADDRESSES, "id")} = {_of_cart("shipping_address_id")})"""  # noqa: S608
_VARIANTS: Final = f"ARRAY(SELECT {column_of(LINES, 'variant_id')} FROM lines)"  # noqa: S608
_METHODS: Final = f"""CASE WHEN $2 IS NULL THEN ARRAY(SELECT {column_of(DELIVERIES, "method_id")} FROM deliveries
    WHERE {column_of(DELIVERIES, "method_id")} IS NOT NULL) END"""  # noqa: S608
# $1 the cart, $2 what is named as its delivery.
_OPENED: Final = Together(
    "opened_cart",
    "uuid",
    "uuid",
    parts={
        "cart": Part.of(CARTS, "$1"),
        "lines": Part.of(LINES, "ARRAY[$1]"),
        "offers": Part(OFFERS_OF_VARIANTS, [OfferRow], _VARIANTS, f"ARRAY(SELECT {_CHANNEL} FROM lines)"),  # noqa: S608
        "addresses": Part.of(ADDRESSES, f"ARRAY[{_of_cart('shipping_address_id')}, {_of_cart('billing_address_id')}]"),
        "deliveries": Part.of(DELIVERIES, f"ARRAY[{_of_cart('delivery_id')}]", extra=[bool]),
        "live": Part.of(LIVE_ATTEMPTS, "$1", f"'{{{','.join(LIVE_VALUES)}}}'::text[]"),
        "uses": Part.of(USES, "$1"),
        "place": Part(_PLACE, [str, str, str], _ADDRESS, _of_cart("channel__default_country")),
        "taxes": Part(
            TAXES_OF_PLACES,
            TAXES_ROW,
            f"ARRAY[{_CHANNEL}]",
            *(f"ARRAY(SELECT c{place} FROM place)" for place in (1, 2, 3)),  # noqa: S608
            f"ARRAY[{_of_cart('user_id')}]",
        ),
        "promotions": Part(ACTIVE, [ActiveRow], f"ARRAY[{_CHANNEL}]", "'{}'::uuid[]"),
        "listings": Part.of(
            LISTINGS,
            f"ARRAY[{_CHANNEL}]",
            _METHODS,
            f"ARRAY(SELECT {column_of(LINES, 'variant__product_id')} FROM {_SHIPPED})",  # noqa: S608
            extra=[str, list[str], list[UUID]],
        ),
        "offered": Part.of(OFFERED, "$1", "$2"),
        "named": Part(NAMED, [bool, bool], "$2"),
        "units": Part(UNITS_HELD, HELD_ROW, "ARRAY[$1]"),
        "available": Part(AVAILABLE, [PartRow], _VARIANTS, _CHANNEL, _COUNTRY),
        "held": Part.of(HELD, "$1"),
        "seen": Part(SEEN, [int], "$1"),
        "parts": Part(PARTS_OF_VARIANTS, [PartOfVariant], _VARIANTS, _CHANNEL),
        "rows": Part(SELLABLE, [SellableRow], "ARRAY(SELECT c2 FROM parts WHERE c4)", _CHANNEL, _COUNTRY, "NULL"),
        "number": Part(
            NEXT_NUMBER,
            [int],
            f"{_of_cart('channel__allow_unpaid_orders')} AND {_of_cart('order_id')} IS NULL",
        ),
    },
)
_ALWAYS: Final = (
    "cart", "lines", "offers", "addresses", "deliveries", "live", "place", "taxes", "promotions", "listings",
)  # fmt: skip
_TO_EDIT: Final = (*_ALWAYS, "units", "available")
_TO_NAME: Final = (*_TO_EDIT, "offered", "named")
_TO_PAY: Final = (*_ALWAYS, "uses", "held", "seen", "parts", "rows")
_TO_PLACE: Final = (*_TO_PAY, "number")


def open_to_edit(checkout_id: UUID, *, named: UUID | None = None, actor: Actor) -> tuple[Checkout, Known]:
    """The cart, locked, with its channel, and what its change and the answer to it are made of.

    `named` is the id that the shopper has given for the delivery. Raises CheckoutNotFound as `find_checkout` does.
    """
    return _opened(checkout_id, _TO_EDIT if named is None else _TO_NAME, named, actor)


def open_to_pay(checkout_id: UUID, *, is_placed: bool, actor: Actor) -> tuple[Checkout, Known]:
    """The cart, locked, with its channel, and what a payment for it or an order of it is made of.

    `is_placed` without a payment: where its channel takes unpaid orders, the order has a number by then. Raises
    CheckoutNotFound as `find_checkout` does.
    """
    return _opened(checkout_id, _TO_PLACE if is_placed else _TO_PAY, None, actor)


def _opened(checkout_id: UUID, wanted: tuple[str, ...], named: UUID | None, actor: Actor) -> tuple[Checkout, Known]:
    while True:
        LOCK.run_later(str(checkout_id))
        found = _OPENED.all(wanted, str(checkout_id), str(named) if named is not None else None)
        checkout: Checkout | None = next(iter(found["cart"]), None)
        if checkout is None or checkout.merged_into_id is None:
            break
        checkout_id = checkout.merged_into_id
    checkout = require_allowed(checkout, actor)
    known = Known()
    note_held(known, found)
    known.live = next(iter(found["live"]), None)
    known.uses = found.get("uses")
    _note_terms(checkout, known, found, named)
    _note_stock(checkout, known, found)
    known.number = next((number for (number,) in found.get("number", ())), None)
    return checkout, known


def _note_terms(checkout: Checkout, known: Known, found: dict[str, list[Any]], named: UUID | None) -> None:
    lines = known.lines or []
    delivery = known.deliveries.get(checkout.delivery_id) if checkout.delivery_id is not None else None
    place = taxed_place(checkout, place_of_tax(checkout, lines, known.places, delivery))
    _, *asked, _ = parameters_of([place])
    if [[part] for part in found["place"][0]] == asked:
        known.taxes |= taxes_from([place], found["taxes"])
    known.promotions = active_order_promotions([checkout.channel_id], found["promotions"])
    sent = sent_products(lines)
    if delivery is not None and delivery.method_id is not None:
        listing = next((each for each in found["listings"] if each.method_id == delivery.method_id), None)
        known.listings[delivery.method_id, checkout.channel_id, sent] = listing
    if named is not None:
        known.named = Named(named)
        note_named(known.named, sent, found)


def _note_stock(checkout: Checkout, known: Known, found: dict[str, list[Any]]) -> None:
    variants = {line.variant_id for line in known.lines or ()}
    goes_to = known.places.get(checkout.shipping_address_id)
    country = goes_to.country if goes_to is not None else None
    if "available" in found:
        own = {part_id: units for _, part_id, units in found["units"]}
        known.stock[country] = obtainable_of(parts_in(found["available"], variants), own)
    if "rows" in found:
        asked = Asked(checkout.id, frozenset(variants), checkout.channel_id, country, None)
        known.shelves = shelves_from(asked, found)
