"""What is bought, as values: all that placing an order needs to know of a cart, and how a payment remembers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from commerce.accounts.addresses import AddressData
from commerce.core.money import Money, TaxedMoney
from commerce.core.values import quickly_made
from commerce.giftcards.holds import CardAmount
from commerce.giftcards.split import left_of
from commerce.promotions.basket import Reduction, StepKind


@quickly_made
@dataclass(frozen=True, slots=True)
class PurchasedLine:
    """So many units of a variant at the price that was shown; `line_id` is the cart's."""

    line_id: UUID
    variant_id: UUID
    product_id: UUID
    product_name: str
    variant_name: str
    sku: str
    is_shipping_required: bool
    quantity: int
    unit: TaxedMoney
    undiscounted_unit: TaxedMoney
    total: TaxedMoney
    tax_percent: Decimal
    tax_class_name: str = ""
    is_gift_card: bool = False
    is_gift: bool = False
    """A promotion gives it: it costs nothing, and the purchase may go on without it."""
    is_limited: bool = False
    """One customer may buy only so much of it in some time (limits.py)."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Purchase:
    """The goods and what they cost, as they were shown. `country` is where the goods are sent to, None if nowhere.

    `discounts` are the promotions and codes that the prices already contain; their lines are the cart's.
    `voucher_code_ids` are the codes that are used up by it, `gift_cards` the cards that pay for it, each its part.
    """

    currency: str
    country: str | None
    lines: tuple[PurchasedLine, ...]
    subtotal: TaxedMoney
    shipping: TaxedMoney
    total: TaxedMoney
    shipping_method_id: UUID | None
    shipping_method_name: str
    tax_exemption: str = ""
    collection_point_id: UUID | None = None
    """The warehouse where the goods are fetched, if they are."""
    warehouse_id: UUID | None = None
    """The only warehouse that they may be taken from; None is any."""
    discounts: tuple[Reduction, ...] = ()
    voucher_code_ids: tuple[UUID, ...] = ()
    gift_cards: tuple[CardAmount, ...] = ()

    @property
    def limited(self) -> list[tuple[int, UUID, int]]:
        """(place, variant, units) of the lines that are limited for one customer."""
        return [(n, line.variant_id, line.quantity) for n, line in enumerate(self.lines) if line.is_limited]

    @property
    def covered(self) -> int:
        """What the gift cards pay, in minor units."""
        return sum(card.amount for card in self.gift_cards)

    @property
    def left(self) -> TaxedMoney:
        """What is left to pay once the gift cards have paid."""
        return left_of(self.total, self.covered)

    @property
    def due(self) -> Money:
        """What is left to pay, with tax: the amount that a payment is for."""
        return self.left.gross


@quickly_made
@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, and where the goods and the invoice go."""

    user_id: UUID | None
    email: str
    language_code: str
    shipping_address: AddressData | None
    billing_address: AddressData | None
    customer_note: str
    metadata: Mapping[str, str]
    vat_id: str = ""
    is_gift: bool = False
    gift_message: str = ""


def without_lines(purchase: Purchase, line_ids: Collection[UUID]) -> Purchase:
    """The purchase without some of its gifts, which changes nothing of what it costs."""
    gone = {str(line_id) for line_id in line_ids}
    return replace(
        purchase,
        lines=tuple(line for line in purchase.lines if line.line_id not in line_ids),
        discounts=tuple(each for each in purchase.discounts if gone.isdisjoint(each.lines)),
    )


def freeze(purchase: Purchase) -> dict[str, Any]:
    """The purchase as JSON. No personal data: those stay with the cart."""
    return {
        "currency": purchase.currency,
        "country": purchase.country,
        "lines": [_freeze_line(line) for line in purchase.lines],
        "subtotal": _pair(purchase.subtotal),
        "shipping": _pair(purchase.shipping),
        "total": _pair(purchase.total),
        "shipping_method_id": str(purchase.shipping_method_id) if purchase.shipping_method_id else None,
        "shipping_method_name": purchase.shipping_method_name,
        "warehouse_id": str(purchase.warehouse_id) if purchase.warehouse_id else None,
        "tax_exemption": purchase.tax_exemption,
        "collection_point_id": str(purchase.collection_point_id) if purchase.collection_point_id else None,
        "discounts": [_freeze_discount(discount) for discount in purchase.discounts],
        "voucher_code_ids": [str(code_id) for code_id in purchase.voucher_code_ids],
        "gift_cards": [[str(card.card_id), card.amount] for card in purchase.gift_cards],
    }


def thaw(frozen: Mapping[str, Any]) -> Purchase:
    """The purchase that `freeze` wrote down."""
    currency = frozen["currency"]
    method_id, point_id = frozen["shipping_method_id"], frozen.get("collection_point_id")
    return Purchase(
        currency=currency,
        country=frozen["country"],
        lines=tuple(_thaw_line(line, currency) for line in frozen["lines"]),
        subtotal=_price(frozen["subtotal"], currency),
        shipping=_price(frozen["shipping"], currency),
        total=_price(frozen["total"], currency),
        shipping_method_id=UUID(method_id) if method_id else None,
        shipping_method_name=frozen["shipping_method_name"],
        tax_exemption=frozen.get("tax_exemption", ""),  # older ones lack it, as lines do the name of their class
        collection_point_id=UUID(point_id) if point_id else None,
        warehouse_id=UUID(frozen["warehouse_id"]) if frozen.get("warehouse_id") else None,
        # A payment that was opened before there were discounts has none.
        discounts=tuple(_thaw_discount(discount) for discount in frozen.get("discounts", ())),
        voucher_code_ids=tuple(UUID(code_id) for code_id in frozen.get("voucher_code_ids", ())),
        gift_cards=tuple(CardAmount(UUID(card_id), amount) for card_id, amount in frozen.get("gift_cards", ())),
    )


def _freeze_line(line: PurchasedLine) -> dict[str, Any]:
    return {
        "line_id": str(line.line_id),
        "variant_id": str(line.variant_id),
        "product_id": str(line.product_id),
        "product_name": line.product_name,
        "variant_name": line.variant_name,
        "sku": line.sku,
        "is_shipping_required": line.is_shipping_required,
        "quantity": line.quantity,
        "unit": _pair(line.unit),
        "undiscounted_unit": _pair(line.undiscounted_unit),
        "total": _pair(line.total),
        "tax_percent": str(line.tax_percent),
        "tax_class_name": line.tax_class_name,
        "is_gift_card": line.is_gift_card,
        "is_gift": line.is_gift,
        "is_limited": line.is_limited,
    }


def _thaw_line(frozen: Mapping[str, Any], currency: str) -> PurchasedLine:
    return PurchasedLine(
        line_id=UUID(frozen["line_id"]),
        variant_id=UUID(frozen["variant_id"]),
        product_id=UUID(frozen["product_id"]),
        product_name=frozen["product_name"],
        variant_name=frozen["variant_name"],
        sku=frozen["sku"],
        is_shipping_required=frozen["is_shipping_required"],
        quantity=frozen["quantity"],
        unit=_price(frozen["unit"], currency),
        undiscounted_unit=_price(frozen["undiscounted_unit"], currency),
        total=_price(frozen["total"], currency),
        tax_percent=Decimal(frozen["tax_percent"]),
        tax_class_name=frozen.get("tax_class_name", ""),
        is_gift_card=frozen.get("is_gift_card", False),
        is_gift=frozen.get("is_gift", False),
        is_limited=frozen.get("is_limited", False),
    )


def _freeze_discount(discount: Reduction) -> dict[str, Any]:
    return {
        "kind": discount.kind.value,
        "source_id": discount.source_id,
        "name": discount.name,
        "code": discount.code,
        "lines": dict(discount.lines),
        "shipping": discount.shipping,
    }


def _thaw_discount(frozen: Mapping[str, Any]) -> Reduction:
    return Reduction(
        kind=StepKind(frozen["kind"]),
        source_id=frozen["source_id"],
        name=frozen["name"],
        lines=dict(frozen["lines"]),
        shipping=frozen["shipping"],
        code=frozen["code"],
    )


def _pair(price: TaxedMoney) -> list[int]:
    return [price.net.amount, price.gross.amount]


def _price(pair: Sequence[int], currency: str) -> TaxedMoney:
    net, gross = pair
    return TaxedMoney.of(net, gross, currency)
