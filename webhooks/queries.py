"""Endpoints and deliveries, as far as the actor may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from webhooks.models import Delivery, DeliveryAttempt, Endpoint


def endpoints(*, actor: Actor) -> QuerySet[Endpoint]:
    """Every endpoint, by name. PermissionDenied without MANAGE_WEBHOOKS."""
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    return Endpoint.objects.order_by("name", "id")


def deliveries(*, actor: Actor) -> QuerySet[Delivery]:
    """Every delivery, the latest first. PermissionDenied without MANAGE_WEBHOOKS."""
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    return Delivery.objects.order_by("-created_at", "-id")


def attempts(*, actor: Actor) -> QuerySet[DeliveryAttempt]:
    """The log of every attempt, in order within each delivery. PermissionDenied without MANAGE_WEBHOOKS."""
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    return DeliveryAttempt.objects.order_by("delivery", "number", "id")
