"""The codes of a cart as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import strawberry

from commerce.checkout import models
from commerce.core import money
from commerce.promotions.vouchers import Standing
from schema.checkout.lines import load_quotes
from schema.context import RequestContext
from schema.fields import computed, nested
from schema.ids import to_global_id
from schema.money import Money


@strawberry.enum(description="Why a code takes nothing off.")
class VoucherRefusalReason(Enum):
    NOT_VALID = "not_valid"
    BELOW_MINIMUM = "below_minimum"
    TOO_FEW_UNITS = "too_few_units"
    NOTHING_FITS = "nothing_fits"
    ELSEWHERE = "elsewhere"
    NOT_COMBINABLE = "not_combinable"


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code of a cart with the cart's currency."""

    standing: Standing
    currency: str


def _amounts(codes: Sequence[GivenCode], context: RequestContext) -> list[money.Money]:
    return [money.Money(code.standing.amount, code.currency) for code in codes]


@strawberry.type(description="A code that was given to a cart.")
class CheckoutVoucherCode:
    """Source: GivenCode."""

    id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("VoucherCode", root.standing.code_id)),
        "For checkoutRemovePromoCode.",
    )
    code: str = computed(lambda root: root.standing.code, "The code; empty once the shop has deleted it.")
    name: str = computed(lambda root: root.standing.name, "What its voucher is called.")
    amount: Money = nested(_amounts, "What it takes off, on the side (net or gross) on which prices are entered.")
    refusal: VoucherRefusalReason | None = computed(
        lambda root: VoucherRefusalReason(root.standing.refusal.value) if root.standing.refusal else None,
        "Why it takes nothing off; null if it counts.",
    )


def load_codes(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[list[GivenCode]]:
    """All codes of each cart, in the order in which they were given."""
    return [[GivenCode(code, quote.currency) for code in quote.codes] for quote in load_quotes(checkouts, context)]


def load_first_code(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[str | None]:
    """The first code of each cart that counts, else the first."""
    found = []
    for quote in load_quotes(checkouts, context):
        counting = sorted(quote.codes, key=lambda code: code.refusal is not None)
        found.append(counting[0].code or None if counting else None)
    return found
