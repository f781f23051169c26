"""Reading promotions, already narrowed to what the actor may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.promotions.models import Promotion


def promotions_for_staff(actor: Actor) -> QuerySet[Promotion]:
    """The promotions of channels in which the actor may manage discounts; those without a channel are for all."""
    rows = Promotion.objects.all()
    allowed = actor.channels_with(Permission.MANAGE_DISCOUNTS)
    if allowed is None:
        return rows
    others = Promotion.channels.through.objects.filter(promotion=OuterRef("pk")).exclude(channel_id__in=allowed)
    return rows.filter(~Exists(others), channels__isnull=False).distinct()
