"""Finding deliveries again whose hint was lost: Redis was emptied, a worker was killed, or their time has come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from webhooks.deliver import deliver_due
from webhooks.hints import hint, hints_waiting
from webhooks.models import Delivery, DeliveryStatus, Endpoint

_ENOUGH_HINTS: Final = 1000
_THREADS: Final = 8
_TURN_SECONDS: Final = 2.0


def resume_due_deliveries() -> None:
    """Run every second: hint the workers at every endpoint with something due. Without Redis, send it from here."""
    endpoint_ids = endpoints_with_due_deliveries()
    if not endpoint_ids or hints_waiting() > _ENOUGH_HINTS:
        return
    if not hint(endpoint_ids):
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="deliver") as pool:
            for _ in pool.map(_deliver_here, endpoint_ids):
                pass


def endpoints_with_due_deliveries() -> list[UUID]:
    """Active endpoints, not at rest, for which a delivery is due that nobody is sending."""
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    due = Delivery.objects.filter(
        free, endpoint=OuterRef("id"), status=DeliveryStatus.PENDING, next_attempt_at__lte=Now()
    )
    awake = Q(paused_until=None) | Q(paused_until__lte=Now())
    return list(Endpoint.objects.filter(awake, Exists(due), is_active=True).values_list("id", flat=True))


def _deliver_here(endpoint_id: UUID) -> None:
    try:
        deliver_due(endpoint_id, seconds=_TURN_SECONDS)
    finally:
        connection.close()
