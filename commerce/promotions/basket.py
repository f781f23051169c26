"""What is priced, as values: the goods of a cart, a draft order or an order, and what is taken off their prices.

All amounts are minor units on the side (net or gross) on which the channel enters its prices; ids are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from commerce.core.values import quickly_made


class StepKind(Enum):
    """Where a step of a price comes from, in the order in which prices are resolved."""

    LIST_PRICE = "list_price"
    """What the merchant has entered for the channel."""
    PRICE_LIST = "price_list"
    CATALOGUE_PROMOTION = "catalogue_promotion"
    ORDER_PROMOTION = "order_promotion"
    VOUCHER = "voucher"
    TAX = "tax"
    """What is added to a net price, or contained in a gross one."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a price: what it adds (negative: takes off) and why; `source_id` names the rule."""

    kind: StepKind
    amount: int
    reason: str
    source_id: str | None = None
    code: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Good:
    """So many units of a variant at `unit`, before anything is taken off the cart as a whole.

    `undiscounted` is the price of a unit before reductions, `steps` how `unit` came about, for one unit. The sets are
    what rules look at: the category with all above it, collections, attribute values of product and variants.
    """

    line_id: str
    variant_id: str
    product_id: str
    quantity: int
    unit: int
    undiscounted: int
    steps: tuple[Step, ...] = ()
    product_type_id: str | None = None
    categories: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    tax_class_id: str | None = None
    weight_grams: int = 0
    is_shipping_required: bool = True
    is_gift: bool = False
    is_gift_card: bool = False

    @property
    def counts(self) -> bool:
        """Whether promotions and codes look at it, to lower it or for what a cart must have.

        Gifts cost nothing. Gift cards are money: whoever could buy them for less, or reach a minimum with them, would
        have the reduction for nothing and could still buy something with them.
        """
        return not (self.is_gift or self.is_gift_card)

    @property
    def amount(self) -> int:
        """What all units cost before anything is taken off the cart as a whole."""
        return self.unit * self.quantity


@quickly_made
@dataclass(frozen=True, slots=True)
class Basket:
    """The goods in the order of the cart, what their delivery costs, and who buys."""

    currency: str
    channel_id: str
    goods: tuple[Good, ...]
    shipping: int = 0
    user_id: str | None = None
    email: str = ""

    @property
    def amount(self) -> int:
        """The goods without delivery."""
        return sum(good.amount for good in self.goods)


@quickly_made
@dataclass(frozen=True, slots=True)
class Reduction:
    """What one promotion or voucher takes off: of lines (by line id) and of the delivery. Never more than there is."""

    kind: StepKind
    source_id: str
    name: str
    lines: Mapping[str, int] = field(default_factory=dict)
    shipping: int = 0
    code: str | None = None

    @property
    def amount(self) -> int:
        """All that it takes off."""
        return sum(self.lines.values()) + self.shipping
