"""What a promotion gives with a cart, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from commerce.checkout import models
from commerce.checkout.gifts import GivenGift
from commerce.checkout.priced import QuoteLine
from commerce.promotions.gifts import Gift
from schema.catalog.types import ProductVariant
from schema.checkout.lines import CheckoutLine, load_quotes
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum
from schema.fields import computed, nested
from schema.ids import to_global_id
from schema.promotions.names import Named, translated


@dataclass(slots=True, eq=False)
class ShownGift:
    """Source of CheckoutGift: what comes of a gift, and its line in the cart, if there is one."""

    given: GivenGift
    line: QuoteLine | None

    @property
    def gift(self) -> Gift:
        """What was decided."""
        return self.given.gift


def load_gifts(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[ShownGift]]:
    """What promotions give with each cart, or would."""
    found = []
    for quote in load_quotes(checkouts, context):
        lines = {line.line.id: line for line in quote.lines if line.is_gift}
        found.append([ShownGift(given, lines.get(given.line_id)) for given in quote.gifts])
    return found


def _names(
    gifts: Sequence[ShownGift], context: RequestContext, language_code: LanguageCodeEnum | None = None
) -> list[str]:
    """The name of the promotion, in this language if it has one there."""
    offers = [each.gift.offer for each in gifts]
    return translated([Named(offer.promotion_id, offer.name, language_code) for offer in offers], context)


@strawberry.type(description="One unit that a promotion gives with this cart for nothing, or would.")
class CheckoutGift:
    """Source: ShownGift."""

    promotion_id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("Promotion", root.gift.offer.promotion_id)), "For checkoutGiftUpdate."
    )
    name: str = nested(_names)
    is_declined: bool = computed(lambda root: root.gift.is_declined, "Whether the shopper wants none of it.")
    line: CheckoutLine | None = nested(
        lambda gifts, context: [gift.line for gift in gifts],
        "The line that it is; null if it was declined, or if none of it can be had.",
    )
    variants: list[ProductVariant] = nested(
        lambda gifts, context: [list(gift.given.variants) for gift in gifts],
        "What the shopper may choose one of: what can be had now, what is given unless they choose first.",
    )
