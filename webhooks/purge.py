"""Forgetting the log after its time. Deliveries go with their events."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from webhooks.models import DeliveryAttempt

KEPT_FOR: Final = timedelta(days=30)
_CHUNK: Final = 1000


def purge_old_attempts() -> int:
    """Delete the log of attempts older than 30 days; how many."""
    purged = 0
    old = DeliveryAttempt.objects.filter(started_at__lt=Now() - KEPT_FOR)
    while ids := list(old.values_list("id", flat=True)[:_CHUNK]):
        DeliveryAttempt.objects.filter(id__in=ids).delete()
        purged += len(ids)
    return purged
