"""What stands between a cart and an order, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from commerce.checkout import models, problems
from commerce.checkout.known import stock_taken_from
from schema.checkout.lines import CheckoutLine, Delivery, load_quotes
from schema.checkout.vouchers import VoucherRefusalReason
from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import to_global_id


@strawberry.type(description="The chosen delivery no longer costs what was shown.")
class CheckoutProblemDeliveryMethodStale:
    """Source: commerce.checkout.problems.DeliveryMethodStale."""

    delivery: Delivery = nested("delivery", "The delivery that was chosen.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.DeliveryMethodStale)


@strawberry.type(description="The chosen delivery is no longer offered for this cart and address.")
class CheckoutProblemDeliveryMethodInvalid:
    """Source: commerce.checkout.problems.DeliveryMethodInvalid."""

    delivery: Delivery = nested("delivery", "The delivery that was chosen.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.DeliveryMethodInvalid)


@strawberry.type(description="There are fewer units than the line asks for.")
class CheckoutLineProblemInsufficientStock:
    """Source: commerce.checkout.problems.InsufficientStock."""

    available_quantity: int | None = leaf("How many can be bought.")
    line: CheckoutLine = nested("line", "The line.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.InsufficientStock)


@strawberry.type(description="One customer may buy only so many units of it in some time, orders of before included.")
class CheckoutLineProblemPurchaseLimit:
    """Source: commerce.checkout.problems.PurchaseLimitExceeded."""

    limit: int = leaf("How many units one customer may buy.", source="quantity")
    days: int = leaf("Within how many days.")
    available_quantity: int = leaf("How many are left to this customer.")
    line: CheckoutLine = nested("line", "The line.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.PurchaseLimitExceeded)


@strawberry.type(description="The line's variant is not for sale any more.")
class CheckoutLineProblemVariantNotAvailable:
    """Source: commerce.checkout.problems.VariantNotAvailable."""

    line: CheckoutLine = nested("line", "The line.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.VariantNotAvailable)


@strawberry.type(description="A code of the cart takes nothing off any more, or not as the cart is now: take it away.")
class CheckoutProblemVoucherNotApplicable:
    """Source: commerce.checkout.problems.CodeNotApplicable."""

    voucher_code: str = leaf("The code; empty once the shop has deleted it.", source="code")
    reason: VoucherRefusalReason = computed(lambda root: VoucherRefusalReason(root.refusal.value), "Why.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.CodeNotApplicable)


@strawberry.type(description="A gift card of the cart pays nothing any more: take it away.")
class CheckoutProblemGiftCardNotApplicable:
    """Source: commerce.checkout.problems.CardNotApplicable."""

    gift_card_id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("GiftCard", root.card_id)), "For checkoutRemovePromoCode."
    )
    display_code: str = leaf("The last characters of its code.", source="last_characters")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the union."""
        return isinstance(value, problems.CardNotApplicable)


CheckoutProblem = Annotated[
    CheckoutProblemDeliveryMethodStale
    | CheckoutProblemDeliveryMethodInvalid
    | CheckoutLineProblemInsufficientStock
    | CheckoutLineProblemVariantNotAvailable
    | CheckoutLineProblemPurchaseLimit
    | CheckoutProblemVoucherNotApplicable
    | CheckoutProblemGiftCardNotApplicable,
    strawberry.union("CheckoutProblem", description="Something that the shopper has to put right."),
]


def load_problems(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[problems.Problem]]:
    """What the shopper has to put right before the cart can become an order."""
    quoted = {c.id: quote for c, quote in zip(checkouts, load_quotes(checkouts, context), strict=True)}
    stock = {checkout.id: stock_taken_from(checkout) for checkout in checkouts}
    found = problems.problems_of(checkouts, quoted, stock)
    return [found[checkout.id] for checkout in checkouts]
