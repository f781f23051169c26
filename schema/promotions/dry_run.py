"""What a promotion does to a cart and why not more, as the admin API shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import strawberry

from commerce.channels.models import Channel
from commerce.channels.queries import no_such_channel
from commerce.checkout import promotion_dry_run as runs
from commerce.checkout.models import Checkout
from commerce.core import money
from commerce.core.errors import InvalidInput, Required
from commerce.core.permission import Permission
from commerce.promotions.queries import promotions_for_staff
from schema.catalog.types import ProductVariant
from schema.channels.scope import named_channel
from schema.context import Info, RequestContext
from schema.fields import computed, leaf, nested, query
from schema.ids import id_of, to_global_id
from schema.money import Money
from schema.promotions.types import Promotion, PromotionRule, PromotionStackingEnum

MANAGE = Permission.MANAGE_DISCOUNTS

Loaded = Callable[[Sequence[Any], RequestContext], list[money.Money]]


def _money(name: str) -> Loaded:
    """The attribute `name` of each row, minor units, in the row's currency."""
    return lambda rows, context: [money.Money(getattr(row, name), row.currency) for row in rows]


@strawberry.enum(description="What comes of a promotion in a cart.")
class PromotionDryRunVerdict(Enum):
    APPLIES = "applies"
    NOT_IN_FORCE = strawberry.enum_value("not_in_force", description="One of its checks fails.")
    NO_RULES = strawberry.enum_value("no_rules", description="It has no rules yet.")
    NOT_MET = strawberry.enum_value("not_met", description="No rule has its conditions fulfilled and means any goods.")
    NOTHING_TO_REDUCE = strawberry.enum_value(
        "nothing_to_reduce", description="A rule holds, but there is nothing to take off, or no amount for the channel."
    )
    GIFT_UNAVAILABLE = strawberry.enum_value(
        "gift_unavailable", description="A rule holds, but none of its gifts can be had."
    )
    GIFT_DECLINED = strawberry.enum_value("gift_declined", description="The shopper does not want the gift.")
    OUTDONE = strawberry.enum_value(
        "outdone", description="Other promotions, or a price list of the buyer, leave nothing to it."
    )


@strawberry.enum(description="What a promotion must be before anybody looks at its rules.")
class PromotionCheckKind(Enum):
    ACTIVE = "active"
    STARTED = "started"
    NOT_ENDED = "not_ended"
    CHANNEL = "channel"
    USAGE_LIMIT = "usage_limit"
    BUDGET = strawberry.enum_value("budget", description="What is left of its budget in the currency of the cart.")
    PRICES_WRITTEN = strawberry.enum_value(
        "prices_written", description="The prices of the catalogue follow the last change already."
    )


@strawberry.enum(description="What a condition of a rule looks at.")
class PromotionConditionKind(Enum):
    ALL = "all"
    ANY = "any"
    NOT = "not"
    ANY_CART = "any_cart"
    SUBTOTAL = "subtotal"
    QUANTITY = "quantity"
    FIRST_ORDER = "first_order"
    CUSTOMER_GROUP = "customer_group"


@strawberry.type(description="Whether a promotion is in force for a cart, in one respect. The texts are English.")
class PromotionCheck:
    """Source: commerce.checkout.promotion_dry_run.Check."""

    kind: PromotionCheckKind = computed(lambda root: PromotionCheckKind(root.kind.value), "In which respect.")
    is_met: bool = leaf("Whether it does not stand in the way.")
    needed: str = leaf("What has to be.")
    found: str = leaf("What is.")


@strawberry.type(description="What a condition of a rule found in a cart. The texts are English.")
class PromotionConditionOutcome:
    """Source: commerce.promotions.explaining.ConditionFinding."""

    kind: PromotionConditionKind = computed(lambda root: PromotionConditionKind(root.kind), "What it looks at.")
    path: list[str] = computed(lambda root: list(root.path), "Where it stands in PromotionRule.condition.")
    is_met: bool = leaf("Whether it is fulfilled.")
    needed: str = leaf("What the cart must have.")
    found: str = leaf("What the cart has.")


@strawberry.type(description="A line of a cart under a promotion, or under one of its rules.")
class PromotionDryRunLine:
    """Source: commerce.checkout.promotion_dry_run.LineFinding."""

    line_id: strawberry.ID | None = computed(
        lambda root: None if root.line._state.adding else strawberry.ID(to_global_id("CheckoutLine", root.line.id)),
        "The line of the cart; null for lines that were given.",
    )
    place: int = leaf("Its place in the cart, from 0.")
    variant: ProductVariant = nested(lambda rows, context: [row.line.variant for row in rows], "What it holds.")
    quantity: int = computed(lambda root: root.line.quantity, "How many units.")
    is_meant: bool = leaf("Whether a rule means these goods.")
    amount: Money = nested(_money("amount"), "What is taken off all units.")
    unit_price_before: Money = nested(
        _money("unit_before"),
        "A unit before it: for promotions of the catalogue what everybody is asked before promotions, else what the "
        "unit costs in the cart before order promotions.",
    )
    unit_price_after: Money = nested(
        _money("unit_after"), "A unit after it: in the whole cart, with all other promotions of the catalogue."
    )


@strawberry.enum(description="How a variant that a promotion gives stands in a cart.")
class PromotionGiftStanding(Enum):
    AVAILABLE = "available"
    OUT_OF_STOCK = "out_of_stock"
    NOT_OFFERED = strawberry.enum_value(
        "not_offered", description="The channel does not sell it, or it cannot be sent with these goods."
    )
    ABOVE_BUDGET = "above_budget"
    GIFT_CARD = strawberry.enum_value(
        "gift_card", description="It is a gift card: that is money, and nobody has paid for it."
    )


@strawberry.type(description="A variant that a promotion gives one of.")
class PromotionDryRunGift:
    """Source: commerce.checkout.gift_dry_run.GiftFinding."""

    variant: ProductVariant = nested("variant", "The variant.")
    standing: PromotionGiftStanding = computed(
        lambda root: PromotionGiftStanding(root.standing.value), "Whether it can be had."
    )
    is_given: bool = leaf("Whether it is the one that the cart would get, among all other promotions.")


@strawberry.type(description="A rule of a promotion alone, as if it were in force and nothing else reduced the cart.")
class PromotionRuleDryRun:
    """Source: commerce.checkout.promotion_dry_run.RuleDryRun."""

    rule: PromotionRule = nested("rule", "The rule.")
    is_met: bool = leaf("Whether all its conditions are fulfilled; for the catalogue, whether it means any goods.")
    is_best: bool = leaf("Whether it is the one of the promotion that counts.")
    conditions: list[PromotionConditionOutcome] = nested(
        lambda rows, context: [list(row.conditions) for row in rows], "Each condition, from the outside in."
    )
    lines: list[PromotionDryRunLine] = nested(lambda rows, context: [list(row.lines) for row in rows], "Each line.")
    shipping: Money = nested(_money("shipping"), "What it would take off the delivery.")
    amount: Money = nested(_money("amount"), "What it would take off in all; of a gift what it costs otherwise.")
    hint: str | None = leaf(
        "What more in the cart would fulfil it and for what, e.g. `spend 50.00 USD more for 25.00 USD off`; null if it "
        "is fulfilled, or if nothing more would."
    )
    gifts: list[PromotionDryRunGift] = nested(
        lambda rows, context: [list(row.gifts) for row in rows],
        "What it gives one of; empty unless it gives something.",
    )


@strawberry.type(description="Another promotion that is in force where the cart is.")
class PromotionBeside:
    """Source: commerce.checkout.promotion_dry_run.Rival."""

    promotion_id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("Promotion", root.promotion_id)), "Its id."
    )
    name: str = leaf("What shoppers and staff read.")
    priority: int = leaf("Stackable promotions apply from the highest to the lowest.")
    stacking: PromotionStackingEnum = computed(
        lambda root: PromotionStackingEnum.EXCLUSIVE if root.is_exclusive else PromotionStackingEnum.STACKABLE,
        "Whether it applies beside others.",
    )
    amount_alone: Money = nested(_money("alone"), "What it would take off the cart without any other.")
    amount: Money = nested(_money("amount"), "What it takes off the cart now.")


@strawberry.type(
    description="What a promotion does to a cart. Amounts are net or gross, as the channel enters its prices."
)
class PromotionDryRun:
    """Source: commerce.checkout.promotion_dry_run.DryRun."""

    promotion: Promotion = nested("promotion", "The promotion.")
    verdict: PromotionDryRunVerdict = computed(
        lambda root: PromotionDryRunVerdict(root.verdict.value), "What comes of it, in one word."
    )
    checks: list[PromotionCheck] = nested(
        lambda rows, context: [list(row.checks) for row in rows], "Whether it is in force, in each respect."
    )
    rules: list[PromotionRuleDryRun] = nested(
        lambda rows, context: [list(row.rules) for row in rows], "Each of its rules alone."
    )
    lines: list[PromotionDryRunLine] = nested(
        lambda rows, context: [list(row.lines) for row in rows], "What it takes off each line now."
    )
    shipping: Money = nested(_money("shipping"), "What it takes off the delivery now.")
    amount: Money = nested(_money("amount"), "What it takes off the whole cart now, among all other promotions.")
    amount_in_force: Money = nested(
        _money("would_take"), "What it would take off, among all others, if every check were met."
    )
    beside: list[PromotionBeside] = nested(
        lambda rows, context: [list(row.rivals) for row in rows],
        "The other promotions in force, in the order in which they apply: the buyer gets the best exclusive one alone, "
        "or all stackable ones together, whatever costs least.",
    )


@strawberry.input(description="So many units of a variant that a cart could hold.")
class PromotionDryRunLineInput:
    """One entry of `lines`."""

    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    quantity: int = strawberry.field(default=1, description="How many units, 1 or more.")


@query(allow=MANAGE, returns=PromotionDryRun | None)
def promotion_dry_run(
    info: Info,
    promotion_id: strawberry.ID,
    checkout_id: strawberry.ID | None = None,
    channel: str | None = None,
    lines: list[PromotionDryRunLineInput] | None = None,
) -> Any:
    """What a promotion does to a cart, and why it does not: a cart of a shopper, or `lines` in a `channel` for a buyer
    whom nobody knows. Writes nothing. Null for a promotion or a cart that is missing or not in the caller's channels.
    """
    actor = info.context.actor
    promotion = promotions_for_staff(actor).filter(id=id_of("Promotion", promotion_id, path=("promotionId",))).first()
    if checkout_id is not None:
        if channel is not None or lines is not None:
            raise InvalidInput("Name a cart, or lines in a channel, not both.", path=("checkoutId",))
        key = id_of("Checkout", checkout_id, path=("checkoutId",))
        cart = Checkout.objects.select_related("channel").filter(id=key).first()
        if promotion is None or cart is None or not actor.has(MANAGE, cart.channel_id):
            return None
        return runs.dry_run_of_cart(promotion, cart)
    if lines is None:
        raise Required("Name a cart, or lines in a channel.", path=("checkoutId",))
    where = _own_channel(info.context, channel)
    wanted = [
        (id_of("ProductVariant", line.variant_id, path=("lines", str(place), "variantId")), line.quantity)
        for place, line in enumerate(lines)
    ]
    return None if promotion is None else runs.dry_run_of_lines(promotion, where, wanted)


def _own_channel(context: RequestContext, slug: str | None) -> Channel:
    """The channel, if the caller manages discounts there. Raises ChannelRequired, or ChannelNotFound."""
    found = named_channel(context, slug or "")
    if not context.actor.has(MANAGE, found.id):
        raise no_such_channel(slug)
    return found
