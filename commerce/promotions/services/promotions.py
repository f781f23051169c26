"""Making, changing and deleting promotions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.core.money import MAX_MINOR, exponent
from commerce.core.text import require_text
from commerce.events.emit import emit
from commerce.promotions.events import PromotionCreated, PromotionDeleted
from commerce.promotions.models import Promotion, PromotionBudget
from commerce.promotions.services.changing import locked_promotion, require_channels, settle
from commerce.promotions.switching import withdraw

MOST_UNITS: Final = 2**31 - 1
PRIORITIES: Final = range(-1_000, 1_001)


class PromotionChanges(TypedDict, total=False):
    """What can be changed of a promotion; a key that is missing stays as it is. `ends_at` None: it does not end."""

    name: str
    description: str
    starts_at: datetime
    ends_at: datetime | None
    is_active: bool
    priority: int
    stacking: str
    usage_limit: int | None
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_promotion(
    *,
    kind: str,
    changes: PromotionChanges,
    channel_ids: Collection[UUID] = (),
    budgets: Mapping[str, int] | None = None,
    actor: Actor,
) -> Promotion:
    """Make a promotion, which does nothing until it has rules. `budgets` are minor units by currency.

    Raises Required, InvalidInput, NotFound (channel) or PermissionDenied.
    """
    require_channels(actor, channel_ids)
    if kind not in Promotion.Kind.values:
        raise InvalidInput(f"A promotion is one of {', '.join(Promotion.Kind.values)}.", path=("kind",))
    values = _checked({"name": "", **changes})
    promotion = Promotion(kind=kind, **values)
    _require_order(promotion, budgets)
    with transaction.atomic():
        promotion.save(force_insert=True)
        promotion.channels.set(_channels(channel_ids))
        _set_budgets(promotion, budgets)
        settle(promotion, PromotionCreated)
    return promotion


def update_promotion(
    *,
    promotion_id: UUID,
    changes: PromotionChanges,
    channel_ids: Collection[UUID] | None = None,
    budgets: Mapping[str, int] | None = None,
    version: int | None = None,
    actor: Actor,
) -> Promotion:
    """Change a promotion. `channel_ids` and `budgets` replace all; what was spent of a budget stays spent.

    Raises PromotionNotFound, Conflict (no longer at `version`), Required, InvalidInput, NotFound (channel) or
    PermissionDenied.
    """
    values = _checked(changes)
    if channel_ids is not None:
        require_channels(actor, channel_ids)
    with transaction.atomic():
        promotion = locked_promotion(promotion_id, version=version, actor=actor)
        for name, value in values.items():
            setattr(promotion, name, value)
        _require_order(promotion, budgets)
        promotion.save(update_fields=[*values, "updated_at"])
        if channel_ids is not None:
            promotion.channels.set(_channels(channel_ids))
        _set_budgets(promotion, budgets)
        settle(promotion)
    return promotion


def delete_promotion(*, promotion_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a promotion with its rules. Orders keep what it has taken off them.

    Raises PromotionNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    with transaction.atomic():
        promotion = locked_promotion(promotion_id, version=version, actor=actor)
        if promotion.kind == Promotion.Kind.CATALOGUE:
            withdraw(promotion.id)
        event = PromotionDeleted(promotion_id=promotion.id, name=promotion.name)
        emit(event, aggregate=("promotion", promotion.id), sequence=promotion.version)
        promotion.delete()


def _checked(changes: PromotionChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    if "name" in values:
        values["name"] = (values["name"] or "").strip()
        if not values["name"]:
            raise Required("A promotion needs a name.", path=("name",))
        require_text(values["name"], 250, path=("name",))
    require_text(values.get("description"), 10_000, path=("description",))
    if "priority" in values and values["priority"] not in PRIORITIES:
        raise InvalidInput("A priority is from -1000 to 1000.", path=("priority",))
    if "stacking" in values and values["stacking"] not in Promotion.Stacking.values:
        raise InvalidInput("Exclusive or stackable.", path=("stacking",))
    limit = values.get("usage_limit")
    if limit is not None and not 0 <= limit <= MOST_UNITS:
        raise InvalidInput("A limit is 0 or more.", path=("usageLimit",))
    return values


def _require_order(promotion: Promotion, budgets: Mapping[str, int] | None) -> None:
    """Raise InvalidInput for what cannot stand together."""
    for name in ("starts_at", "ends_at"):
        moment = getattr(promotion, name)
        if moment is not None and timezone.is_naive(moment):
            raise InvalidInput("A moment needs its offset.", path=(name,))
    if promotion.ends_at is not None and promotion.ends_at <= promotion.starts_at:
        raise InvalidInput("It ends before it begins.", path=("endsAt",))
    if promotion.kind == Promotion.Kind.CATALOGUE:
        if promotion.usage_limit is not None:
            raise InvalidInput("A promotion of the catalogue changes prices: nobody uses it up.", path=("usageLimit",))
        if budgets:
            raise InvalidInput("A promotion of the catalogue has no budget.", path=("budgets",))
    if promotion.usage_limit is not None and promotion.usage_limit < promotion.used:
        raise InvalidInput(f"It was used {promotion.used} times already.", path=("usageLimit",))


def _channels(channel_ids: Collection[UUID]) -> list[Channel]:
    found = Channel.objects.in_bulk(list(channel_ids))
    for place, key in enumerate(channel_ids):
        if key not in found:
            raise NotFound("There is no such channel.", path=("channels", str(place)))
    return list(found.values())


def _set_budgets(promotion: Promotion, budgets: Mapping[str, int] | None) -> None:
    if budgets is None:
        return
    known = {row.currency: row for row in PromotionBudget.objects.select_for_update().filter(promotion=promotion)}
    for currency, amount in budgets.items():
        exponent(currency)
        row = known.pop(currency, None) or PromotionBudget(promotion=promotion, currency=currency)
        if not max(1, row.spent) <= amount <= MAX_MINOR:
            raise InvalidInput(f"A budget is at least what was spent of it ({row.spent}).", path=("budgets", currency))
        row.amount = amount
        row.save()
    PromotionBudget.objects.filter(id__in=[row.id for row in known.values()]).delete()
