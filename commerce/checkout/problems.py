"""What stands between a cart and an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from commerce.checkout.errors import (
    BillingAddressMissing,
    CheckoutCompleted,
    DeliveryMissing,
    DeliveryNotApplicable,
    EmailMissing,
    NoLines,
    ShippingAddressMissing,
    TotalTooLarge,
)
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.offers import MESSAGES
from commerce.checkout.priced import DeliveryState, Quote, QuoteLine
from commerce.checkout.stock import Obtainable, obtainable
from commerce.core.errors import CommerceError, Rejected
from commerce.core.money import MAX_MINOR
from commerce.giftcards.errors import GiftCardNotApplicable
from commerce.giftcards.split import MESSAGES as MESSAGES_OF_CARDS
from commerce.giftcards.split import CardRefusal
from commerce.orders.limits import LimitedUnits, exceeded_limits
from commerce.promotions.voucher_errors import VoucherNotApplicable
from commerce.promotions.vouchers import MESSAGES as MESSAGES_OF_CODES
from commerce.promotions.vouchers import Refusal


@dataclass(frozen=True, slots=True)
class InsufficientStock:
    """Of a line's variant only `available_quantity` units can be bought, over all lines that hold it."""

    line: QuoteLine
    available_quantity: int


@dataclass(frozen=True, slots=True)
class PurchaseLimitExceeded:
    """Of a line's goods this customer may buy only `available_quantity` units more: `quantity` within `days` days."""

    line: QuoteLine
    quantity: int
    days: int
    available_quantity: int


@dataclass(frozen=True, slots=True)
class VariantNotAvailable:
    """A line's variant is not for sale any more."""

    line: QuoteLine


@dataclass(frozen=True, slots=True)
class DeliveryMethodStale:
    """The chosen delivery no longer costs what was shown: its price has to be shown anew."""

    delivery: CheckoutDelivery


@dataclass(frozen=True, slots=True)
class DeliveryMethodInvalid:
    """The chosen delivery is no longer offered for this cart and address."""

    delivery: CheckoutDelivery


@dataclass(frozen=True, slots=True)
class CodeNotApplicable:
    """A code of the cart takes nothing off any more, or not as the cart is now; `place` is among its codes."""

    place: int
    code: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CardNotApplicable:
    """A gift card of the cart pays nothing any more; `place` is among its cards. `last_characters` of its code."""

    place: int
    card_id: UUID
    last_characters: str
    refusal: CardRefusal


Problem: TypeAlias = (
    InsufficientStock
    | PurchaseLimitExceeded
    | VariantNotAvailable
    | DeliveryMethodStale
    | DeliveryMethodInvalid
    | CodeNotApplicable
    | CardNotApplicable
)


def problems(checkout: Checkout, quote: Quote) -> list[Problem]:
    """What a shopper has to put right in this cart. See `problems_of`."""
    return problems_of([checkout], {checkout.id: quote})[checkout.id]


def problems_of(
    checkouts: Sequence[Checkout],
    quoted: Mapping[UUID, Quote],
    stock: Mapping[UUID, Mapping[str | None, Obtainable]] | None = None,
) -> dict[UUID, list[Problem]]:
    """The problems of each cart by its id; one statement for each channel and country among them, at most.

    One more if goods are among them that are limited for one customer. `stock` is what is known already of what they
    can get: by cart, and by the country that it is sent to.
    """
    available = _available(checkouts, quoted, stock or {})
    limits = _limits(checkouts, quoted)
    return {
        checkout.id: [
            *_of_lines(quoted[checkout.id], available[checkout.id]),
            *limits[checkout.id],
            *_of_delivery(quoted[checkout.id]),
            *_of_codes(quoted[checkout.id]),
            *_of_cards(quoted[checkout.id]),
        ]
        for checkout in checkouts
    }


def _available(
    checkouts: Sequence[Checkout],
    quoted: Mapping[UUID, Quote],
    stock: Mapping[UUID, Mapping[str | None, Obtainable]],
) -> dict[UUID, Obtainable]:
    found: dict[UUID, Obtainable] = {}
    asked = []
    for checkout in checkouts:
        quote = quoted[checkout.id]
        variants = {line.variant.id for line in quote.lines}
        known = stock.get(checkout.id, {}).get(quote.supplied_to)
        if known is not None and known.parts.keys() >= variants:
            found[checkout.id] = known
        else:
            asked.append((checkout, quote.supplied_to, variants))
    return found | obtainable(asked)


def _of_lines(quote: Quote, available: Obtainable) -> list[Problem]:
    wanted: dict[UUID, int] = defaultdict(int)
    bought = [line for line in quote.lines if not line.is_gift]  # a gift stands in nobody's way
    for line in bought:
        wanted[line.variant.id] += line.quantity
    found: list[Problem] = []
    for line in bought:
        left = available.left(line.variant.id, wanted)
        if line.refusal is not None:
            found.append(VariantNotAvailable(line))
        elif left is not None and left < wanted[line.variant.id]:
            found.append(InsufficientStock(line, left))
    return found


def _limits(checkouts: Sequence[Checkout], quoted: Mapping[UUID, Quote]) -> dict[UUID, list[Problem]]:
    """The lines of each cart that are more than their customer may buy."""
    asked = [
        LimitedUnits(checkout.id, checkout.user_id, checkout.email, line.variant.id, line.quantity)
        for checkout in checkouts
        for line in quoted[checkout.id].lines
        if line.is_limited
    ]
    found: dict[UUID, list[Problem]] = {checkout.id: [] for checkout in checkouts}
    for row in exceeded_limits(asked):
        found[row.checkout_id] += [
            PurchaseLimitExceeded(line, row.quantity, row.days, max(0, row.quantity - row.had))
            for line in quoted[row.checkout_id].lines
            if line.is_limited and str(line.variant.id) in row.variants
        ]
    return found


def _of_delivery(quote: Quote) -> list[Problem]:
    chosen = quote.delivery
    if chosen is None or chosen.state is DeliveryState.GOOD:
        return []
    stale = chosen.state is DeliveryState.STALE
    return [DeliveryMethodStale(chosen.delivery) if stale else DeliveryMethodInvalid(chosen.delivery)]


def _of_codes(quote: Quote) -> list[CodeNotApplicable]:
    return [
        CodeNotApplicable(place, code.code, code.refusal)
        for place, code in enumerate(quote.codes)
        if code.refusal is not None
    ]


def _of_cards(quote: Quote) -> list[CardNotApplicable]:
    return [
        CardNotApplicable(place, card.card_id, card.last_characters, card.refusal)
        for place, card in enumerate(quote.gift_cards)
        if card.refusal is not None
    ]


def require_completable(checkout: Checkout, quote: Quote) -> None:
    """Raise Rejected with every fact that keeps this cart from becoming an order; stock is decided by reserving it."""
    if checkout.order_id is not None:
        raise Rejected([CheckoutCompleted("This cart has become an order.", path=("id",))])
    faults = [*_missing(checkout, quote), *_refused(quote)]
    if faults:
        raise Rejected(faults)


def _missing(checkout: Checkout, quote: Quote) -> list[CommerceError]:
    faults: list[CommerceError] = []
    if not quote.lines:
        faults.append(NoLines("The cart is empty.", path=("lines",)))
    if not checkout.email:
        faults.append(EmailMissing("An e-mail address is needed.", path=("email",)))
    if checkout.billing_address_id is None:
        faults.append(BillingAddressMissing("A billing address is needed.", path=("billing_address",)))
    if quote.is_shipping_required:
        if checkout.shipping_address_id is None and not quote.is_collected:
            faults.append(ShippingAddressMissing("A shipping address is needed.", path=("shipping_address",)))
        if quote.delivery is None:
            faults.append(DeliveryMissing("A delivery method is needed.", path=("delivery_method",)))
    return faults


def _refused(quote: Quote) -> list[CommerceError]:
    faults: list[CommerceError] = [
        line.refusal(MESSAGES[line.refusal], path=("lines", str(place)))
        for place, line in enumerate(quote.lines)
        if line.refusal is not None and not line.is_gift
    ]
    if quote.delivery is not None and quote.delivery.state is not DeliveryState.GOOD:
        changed = quote.delivery.state is DeliveryState.STALE
        text = "Its price has changed: show it anew." if changed else "It is not offered for this cart and address."
        faults.append(DeliveryNotApplicable(text, path=("delivery_method",)))
    faults += [
        VoucherNotApplicable(MESSAGES_OF_CODES[problem.refusal], path=("voucher_codes", str(problem.place)))
        for problem in _of_codes(quote)
    ]
    faults += [
        GiftCardNotApplicable(MESSAGES_OF_CARDS[problem.refusal], path=("gift_cards", str(problem.place)))
        for problem in _of_cards(quote)
    ]
    if quote.total.gross.amount > MAX_MINOR:
        faults.append(TotalTooLarge("No order can be so large.", path=("lines",)))
    return faults
