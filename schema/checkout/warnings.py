"""What a shopper should know of a cart, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import strawberry

from commerce.checkout import models, notices
from commerce.checkout.notices import CartWarning, WarningCode
from commerce.core import money
from schema.checkout.lines import CheckoutLine, load_quotes
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.enums import LanguageCodeEnum
from schema.fields import computed, leaf, nested
from schema.money import Money
from schema.promotions.names import Named, translated


@strawberry.enum(description="What there is to know of a cart.")
class CheckoutWarningCode(Enum):
    PRICE_CHANGED = "PRICE_CHANGED"
    QUANTITY_REDUCED = "QUANTITY_REDUCED"
    CODE_REMOVED = "CODE_REMOVED"
    GIFT_OUT_OF_STOCK = "GIFT_OUT_OF_STOCK"


_SENTENCES = {
    WarningCode.PRICE_CHANGED: "A unit costs something else than when it was put into the cart.",
    WarningCode.QUANTITY_REDUCED: "Two carts became one, and no cart may hold so many units.",
    WarningCode.CODE_REMOVED: "The code no longer counts and was taken out of the cart.",
    WarningCode.GIFT_OUT_OF_STOCK: "A promotion has a gift for this cart, but none of it is left.",
}


def _price(name: str) -> Loader:
    def load(warnings: Sequence[CartWarning], context: RequestContext) -> list[money.Money | None]:
        return [
            money.Money(getattr(warning, name), warning.line.unit.gross.currency)
            if warning.code is WarningCode.PRICE_CHANGED and warning.line is not None
            else None
            for warning in warnings
        ]

    return load


def _units(warning: CartWarning) -> int | None:
    """QUANTITY_REDUCED: how many units were wanted; the line says how many there are."""
    return warning.before if warning.code is WarningCode.QUANTITY_REDUCED else None


def _promotions(
    warnings: Sequence[CartWarning], context: RequestContext, language_code: LanguageCodeEnum | None = None
) -> list[str | None]:
    """GIFT_OUT_OF_STOCK: the name of the promotion, in this language if it has one there."""
    offers = [None if warning.gift is None else warning.gift.gift.offer for warning in warnings]
    named = [
        Named(None, "", None) if offer is None else Named(offer.promotion_id, offer.name, language_code)
        for offer in offers
    ]
    return [name or None for name in translated(named, context)]


@strawberry.type(
    description="Something that the shopper should know. It stops nothing; checkoutWarningsDismiss says it was seen."
)
class CheckoutWarning:
    """Source: commerce.checkout.notices.CartWarning."""

    code: CheckoutWarningCode = computed(lambda root: CheckoutWarningCode(root.code.value), "What it is.")
    message: str = computed(lambda root: _SENTENCES[root.code], "A sentence for the developer, in English.")
    line: CheckoutLine | None = nested("line", "The line that it is about.")
    previous_price: Money | None = nested(
        _price("before"), "PRICE_CHANGED: what a unit cost, as the channel enters prices, before promotions."
    )
    current_price: Money | None = nested(_price("now"), "PRICE_CHANGED: what a unit costs now, likewise.")
    previous_quantity: int | None = computed(_units)
    promo_code: str | None = leaf("CODE_REMOVED: the code.")
    promotion_name: str | None = nested(_promotions)


def load_warnings(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[CartWarning]]:
    """What the shopper should know of each cart."""
    quotes = load_quotes(checkouts, context)
    return [notices.warnings_of(*pair) for pair in zip(checkouts, quotes, strict=True)]
