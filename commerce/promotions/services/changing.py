"""A change of a promotion: who may make it, its lock and version, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.events.emit import emit
from commerce.promotions.errors import PromotionNotFound
from commerce.promotions.events import PromotionCreated, PromotionUpdated
from commerce.promotions.loading import compiled_rules
from commerce.promotions.models import Promotion
from commerce.promotions.queries import promotions_for_staff
from commerce.promotions.switching import switch


def require_channels(actor: Actor, channel_ids: Collection[UUID]) -> None:
    """Raise PermissionDenied unless the actor may manage discounts in all of these; without any, everywhere."""
    if not channel_ids:
        actor.require_everywhere(Permission.MANAGE_DISCOUNTS)
    for channel_id in channel_ids:
        actor.require(Permission.MANAGE_DISCOUNTS, channel_id)


def locked_promotion(promotion_id: UUID, *, version: int | None, actor: Actor, **changes: object) -> Promotion:
    """The promotion with `changes` as its next version. Raises PromotionNotFound (also for one of channels that are
    not the actor's), Conflict or PermissionDenied."""
    actor.require(Permission.MANAGE_DISCOUNTS)
    if not promotions_for_staff(actor).filter(id=promotion_id).exists():
        raise PromotionNotFound("There is no such promotion.", path=("id",))
    promotion = changed_row(Promotion, promotion_id, expected_version=version, **changes)
    if promotion is None:
        raise PromotionNotFound("There is no such promotion.", path=("id",))
    return promotion


def settle(promotion: Promotion, kind: type[PromotionCreated] | type[PromotionUpdated] = PromotionUpdated) -> None:
    """What follows from a change of a locked promotion or of its rules: prices or compiled rules, and the event."""
    if promotion.kind == Promotion.Kind.CATALOGUE:
        switch(promotion)
    else:
        promotion.compiled = compiled_rules(promotion)
        Promotion.objects.filter(id=promotion.id).update(compiled=promotion.compiled)
    event = kind(
        promotion_id=promotion.id,
        name=promotion.name,
        kind=promotion.kind,
        is_active=promotion.is_active,
        starts_at=promotion.starts_at.isoformat(),
        ends_at=promotion.ends_at.isoformat() if promotion.ends_at else None,
    )
    emit(event, aggregate=("promotion", promotion.id), sequence=promotion.version)
