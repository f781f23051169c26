"""Promotions as the admin API shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from commerce.core import money
from commerce.core.permission import Permission
from commerce.promotions import models
from commerce.promotions.translations import translations_of_promotions
from schema.catalog.translations import language_field, translation_field
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.enums import LanguageDisplay
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.money import Money
from schema.scalars import JSON


@strawberry.enum(description="What a promotion reduces.")
class PromotionKindEnum(Enum):
    CATALOGUE = "catalogue"
    ORDER = "order"


@strawberry.enum(description="Whether a promotion applies beside others, or alone.")
class PromotionStackingEnum(Enum):
    EXCLUSIVE = "exclusive"
    STACKABLE = "stackable"


@strawberry.enum(description="What a rule gives.")
class PromotionRewardTypeEnum(Enum):
    PERCENTAGE = "percentage"
    FIXED = "fixed"
    FIXED_PRICE = "fixed_price"
    FREE_SHIPPING = "free_shipping"
    BUY_GET = "buy_get"
    GIFT = "gift"


@strawberry.type(description="What a promotion does. Ids in its JSON are those of the database, amounts minor units.")
class PromotionRule:
    """Source: commerce.promotions.models.PromotionRule."""

    id: strawberry.ID = global_id("PromotionRule")
    name: str = leaf("What staff call it.")
    goods: JSON = leaf("Which goods it is about; {} for all (commerce/promotions/predicates.py).")
    condition: JSON = leaf("What the cart must be; {} for any (commerce/promotions/conditions.py).")
    reward_type: PromotionRewardTypeEnum = computed(
        lambda root: PromotionRewardTypeEnum(root.reward_type), "What it gives."
    )
    reward: JSON = leaf("How much of it (commerce/promotions/rewards.py).")


@strawberry.type(description="How much a promotion may take off in a currency.")
class PromotionBudget:
    """Source: commerce.promotions.models.PromotionBudget."""

    amount: Money = nested(
        lambda budgets, context: [money.Money(budget.amount, budget.currency) for budget in budgets], "In all."
    )
    spent: Money = nested(
        lambda budgets, context: [money.Money(budget.spent, budget.currency) for budget in budgets],
        "By orders that were not cancelled.",
    )


def _children(model: Any) -> Any:
    def load(promotions: Sequence[models.Promotion], context: RequestContext) -> list[list[Any]]:
        found = defaultdict(list)
        for row in model.objects.filter(promotion__in=promotions):
            found[row.promotion_id].append(row)
        return [found[promotion.id] for promotion in promotions]

    return load


def _channels(promotions: Sequence[models.Promotion], context: RequestContext) -> list[list[Any]]:
    found = defaultdict(list)
    links = models.Promotion.channels.through.objects.filter(promotion__in=promotions).select_related("channel")
    for link in links.order_by("channel__slug"):
        found[link.promotion_id].append(link.channel)
    return [found[promotion.id] for promotion in promotions]


@strawberry.type(description="What a promotion is called in another language.")
class PromotionTranslation:
    """Source: commerce.catalog.translations.NameRow."""

    id: strawberry.ID = global_id("PromotionTranslation")
    language: LanguageDisplay = language_field()
    name: str = leaf("The name.")


@strawberry.type(description="Something that reduces prices or carts by itself, without a code.")
class Promotion:
    """Source: commerce.promotions.models.Promotion."""

    id: strawberry.ID = global_id("Promotion")
    name: str = leaf("What shoppers and staff read.")
    description: str = leaf("What staff note about it.")
    kind: PromotionKindEnum = computed(lambda root: PromotionKindEnum(root.kind), "What it reduces.")
    starts_at: datetime = leaf("Holds from then on.")
    ends_at: datetime | None = leaf("Holds until then; null if it does not end.")
    is_active: bool = leaf("Whether it holds at all.")
    priority: int = leaf("Stackable promotions apply from the highest to the lowest.")
    stacking: PromotionStackingEnum = computed(
        lambda root: PromotionStackingEnum(root.stacking),
        "The buyer gets whatever costs least: the best exclusive promotion alone, or all stackable ones together.",
    )
    usage_limit: int | None = leaf("How many orders get it; null for any number.")
    used: int = leaf("How many orders that were not cancelled have it; counted while there is a limit or a budget.")
    channels: list[Channel] = nested(_channels, "Where it holds.")
    rules: list[PromotionRule] = nested(_children(models.PromotionRule), "What it does: the best rule counts.")
    budgets: list[PromotionBudget] = nested(_children(models.PromotionBudget), "How much it may take off.")
    translation: PromotionTranslation | None = translation_field("The name", translations_of_promotions)
    version: int = leaf("Counts its changes and those of its rules; send it with yours.")
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_DISCOUNTS)
