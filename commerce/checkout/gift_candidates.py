"""What carts could get as gifts: variants with their price, and whether there is one left beside the goods."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from commerce.catalog.models import Product, ProductVariant
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.offers import OFFERS, Offer, OfferRow, offer_of
from commerce.checkout.stock import Obtainable
from commerce.core.records import Records
from commerce.core.statements import uuid_array
from commerce.inventory.models import Warehouse
from commerce.inventory.queries import PARTS, PartRow
from commerce.promotions.gifts import GiftStanding

_OFFERED: Final = OFFERS.format(
    variants="CASE WHEN wanted.role = 'gift' THEN ARRAY[it.id] END", channels="ARRAY[wanted.channel_id]"
)
_PARTS: Final = PARTS.format(
    variants="it.id",
    channel="wanted.channel_id",
    country="nullif(wanted.country, '')",
    warehouse="wanted.warehouse_id",
)

_CANDIDATES: Final = Records(
    "gifts_that_carts_could_get",
    ProductVariant,
    f"""
  JOIN unnest($1, $2, $3, $4, $5, $6, $7)
    AS wanted(cart_id, channel_id, country, warehouse_id, method_id, variant_id, role) ON wanted.variant_id = it.id
  JOIN catalog_product AS product ON product.id = it.product_id
  LEFT JOIN LATERAL ({_OFFERED}) AS offer({", ".join(OfferRow._fields)}) ON true
""",
    "uuid[]",
    "uuid[]",
    "text[]",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "text[]",
    joined={"product": Product},
    extra={
        "cart_id": "wanted.cart_id::text",
        "is_wanted_as_gift": "wanted.role = 'gift'",
        "offer_json": "to_jsonb(offer)::text",
        "parts_json": f"(SELECT jsonb_agg(to_jsonb(part))::text FROM ({_PARTS}) AS part)",  # noqa: S608 - constants
        "held_json": """(
            SELECT jsonb_object_agg(own.variant_id, own.units)::text
              FROM (SELECT stock.variant_id, sum(held.quantity) AS units
                      FROM inventory_reservation AS held
                      JOIN inventory_stock AS stock ON stock.id = held.stock_id
                     WHERE held.checkout_id = wanted.cart_id
                     GROUP BY 1) AS own
        )""",
        "is_left_out": """EXISTS (
            SELECT FROM shipping_shippingmethod_excluded_products AS left_out
             WHERE left_out.shippingmethod_id = wanted.method_id AND left_out.product_id = it.product_id
        )""",
    },
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A cart that may get one of `variants`, what it holds by units, how it is sent, and the country if known."""

    checkout: Checkout
    variants: Collection[str]
    units: Mapping[UUID, int]
    delivery: CheckoutDelivery | None
    country: str | None
    is_shipped: bool
    """Whether anything in it has to be sent: where nothing has, no gift may ask for an address."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that a promotion gives, product loaded, and what the cart's channel says of it."""

    variant: ProductVariant
    offer: Offer
    can_be_sent: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """All that one cart could get, by the variant's id as text."""

    by_id: Mapping[str, Candidate]
    obtainable: Obtainable
    units: Mapping[UUID, int]

    def price(self, variant_id: str) -> int | GiftStanding:
        """What it costs here (minor units), or how it stands if it cannot be given."""
        found = self.by_id.get(variant_id)
        if found is not None and found.offer.is_gift_card:
            return GiftStanding.GIFT_CARD
        if found is None or not found.can_be_sent or found.offer.refusal is not None or found.offer.amount is None:
            return GiftStanding.NOT_OFFERED
        return found.offer.amount

    def in_stock(self, variant_id: str, given: Mapping[str, int]) -> bool:
        """Whether there is one more of it beside the goods of the cart and the gifts that are `given` already."""
        key = self.by_id[variant_id].variant.id
        wanted = dict(self.units)
        for other, units in given.items():
            wanted[UUID(other)] = wanted.get(UUID(other), 0) + units
        left = self.obtainable.left(key, wanted)
        return left is None or left > wanted.get(key, 0)


def candidates_of(asked: Sequence[Asked]) -> dict[UUID, Candidates]:
    """By cart. One statement for all of them, none if nobody asks."""
    if not asked:
        return {}
    rows = [(each, key, is_gift) for each in asked for key, is_gift in _variants(each)]
    found = _CANDIDATES.all(
        uuid_array(each.checkout.id for each, _, _ in rows),
        uuid_array(each.checkout.channel_id for each, _, _ in rows),
        [each.country or "" for each, _, _ in rows],
        uuid_array(_only_warehouse(each) for each, _, _ in rows),
        uuid_array(_method(each) for each, _, _ in rows),
        uuid_array(key for _, key, _ in rows),
        ["gift" if is_gift else "bought" for _, _, is_gift in rows],
    )
    by_cart: dict[str, list[Any]] = {str(each.checkout.id): [] for each in asked}
    for row in found:
        by_cart[row.cart_id].append(row)  # type: ignore[attr-defined] # annotations of the statement
    return {each.checkout.id: _made(each, by_cart[str(each.checkout.id)]) for each in asked}


def _variants(each: Asked) -> list[tuple[str, bool]]:
    gifts = dict.fromkeys(each.variants)
    return [(key, True) for key in gifts] + [(str(key), False) for key in each.units if str(key) not in gifts]


def _made(each: Asked, rows: Sequence[Any]) -> Candidates:
    parts: dict[UUID, list[PartRow]] = {key: [] for key in each.units}
    units: dict[str, int] = {}
    by_id: dict[str, Candidate] = {}
    for row in rows:
        held = json.loads(row.held_json or "{}")
        parts[row.id] = [PartRow(**part) for part in json.loads(row.parts_json or "[]")]
        for part in parts[row.id]:
            units[part.part_id] = part.free + held.get(part.part_id, 0)
        if row.is_wanted_as_gift and row.offer_json is not None:
            can_be_sent = not row.is_left_out and (each.is_shipped or not row.is_shipping_required)
            by_id[str(row.id)] = Candidate(row, offer_of(OfferRow(**json.loads(row.offer_json))), can_be_sent)
    return Candidates(by_id, Obtainable(parts, units), each.units)


def _only_warehouse(each: Asked) -> str:
    """The place where the goods are fetched, if only what lies there can be fetched there."""
    point = each.delivery.warehouse if each.delivery is not None else None
    is_only = point is not None and point.click_and_collect == Warehouse.ClickAndCollect.LOCAL
    return str(point.id) if point is not None and is_only else "NULL"


def _method(each: Asked) -> str:
    method_id = each.delivery.method_id if each.delivery is not None else None
    return str(method_id) if method_id is not None else "NULL"
