"""What a cart costs, as values: made by quote.py, read by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from commerce.catalog.models import ProductVariant
from commerce.checkout.gifts import GivenGift
from commerce.checkout.models import CheckoutDelivery, CheckoutLine
from commerce.checkout.order_promotions import PromotionFacts
from commerce.core.errors import CommerceError
from commerce.core.money import Money, TaxedMoney
from commerce.core.values import quickly_made
from commerce.giftcards.split import CardPart, left_of
from commerce.promotions.basket import Basket, Reduction, Step
from commerce.promotions.next_tiers import NextTier, next_tiers
from commerce.promotions.vouchers import Standing
from commerce.shipping.provider import RateRequest
from commerce.shipping.rules import Parcel
from commerce.taxes.questions import NOBODY, Told
from commerce.taxes.rates import Fallback


class DeliveryState(Enum):
    """Whether the chosen delivery still stands."""

    GOOD = "good"
    STALE = "stale"
    """Still offered, but not at the price that was shown."""
    INVALID = "invalid"
    """No longer offered for this cart and address."""


@quickly_made
@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line at its price now; `variant` has its product loaded. `refusal` says why it cannot be bought, if so.

    A line that the channel has no price for any more shows the last one that it had. `steps` is how the total of all
    units came about, `reduced` (minor units, as prices are entered) what is taken off it by promotions and codes.
    """

    line: CheckoutLine
    variant: ProductVariant
    quantity: int
    unit: TaxedMoney
    undiscounted_unit: TaxedMoney
    total: TaxedMoney
    tax_percent: Decimal
    tax_class_name: str = ""
    is_gift_card: bool = False
    reduced: int = 0
    steps: tuple[Step, ...] = ()
    refusal: type[CommerceError] | None = None
    offered: int | None = None
    """What the channel asks everybody for a unit now, before price lists and promotions; None if it sells none."""
    is_gift: bool = False
    """Whether a promotion gives it; no table has this line."""
    is_limited: bool = False
    """Whether one customer may buy only so much of it in some time."""


@quickly_made
@dataclass(frozen=True, slots=True)
class ChosenDelivery:
    """The delivery that was chosen, with its method loaded, and whether it still stands."""

    delivery: CheckoutDelivery
    state: DeliveryState


@quickly_made
@dataclass(frozen=True, slots=True)
class Quote:
    """All that a cart costs. `destination` is the country of the shipping address, None as long as there is none.

    `parcel` is what would be sent there, or to `tax_country` as long as nobody knows; its subtotal is the sum of the
    lines before reductions of the cart. `reductions` are the promotions and codes that take something off, `reduced` is
    what they take off in all. `exempt` is why no tax is put on it, "" if it is; `told` is how the cart stands with the
    tax service of its channel, and `fallback` what holds without it. `codes` are all codes of the cart, `gift_cards`
    its gift cards with what each of them pays of the total.
    """

    currency: str
    lines: tuple[QuoteLine, ...]
    shipping: TaxedMoney
    undiscounted_shipping: TaxedMoney
    subtotal: TaxedMoney
    total: TaxedMoney
    destination: str | None
    tax_country: str
    parcel: Parcel
    rate_request: RateRequest | None
    """What a provider of rates would be asked; None without anything to ship or anywhere to ship it to."""
    delivery: ChosenDelivery | None
    basket: Basket
    """What promotions and codes were asked about; its goods are `lines`, in the same order."""
    promotions: PromotionFacts
    """The order promotions that hold for the cart, and what is known of who buys."""
    reductions: tuple[Reduction, ...] = ()
    reduced: int = 0
    exempt: str = ""
    told: Told = NOBODY
    fallback: Fallback = Fallback.OWN_RATES
    codes: tuple[Standing, ...] = ()
    gift_cards: tuple[CardPart, ...] = ()
    gifts: tuple[GivenGift, ...] = ()
    """What comes of the gifts that promotions have for the cart, whether they are given or not."""

    @property
    def next_tiers(self) -> tuple[NextTier, ...]:
        """What the cart is short of for more of its promotions, the nearest first."""
        return next_tiers(self.basket, self.promotions.promotions, self.promotions.buyer)

    @property
    def left(self) -> TaxedMoney:
        """What is left to pay once the gift cards have paid."""
        return left_of(self.total, sum(card.amount for card in self.gift_cards))

    @property
    def due(self) -> Money:
        """What is left to pay, with tax: the amount that a payment is for."""
        return self.left.gross

    @property
    def is_collected(self) -> bool:
        """Whether the goods are fetched at a warehouse instead of being sent."""
        return self.delivery is not None and self.delivery.delivery.warehouse_id is not None

    @property
    def supplied_to(self) -> str | None:
        """The country that stock has to be sent to; None if that does not matter."""
        return None if self.is_collected else self.destination

    @property
    def is_shipping_required(self) -> bool:
        """Whether anything in the cart has to be shipped."""
        return any(line.variant.is_shipping_required for line in self.lines)
