"""Forgetting events after their time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from commerce.events.models import Event, EventStatus

KEPT_FOR: Final = timedelta(days=30)
_CHUNK: Final = 1000


def purge_old_events() -> int:
    """Delete events that were handed on and are older than 30 days, and what hangs on them; how many.

    Pending events stay, however old: nobody has seen them yet.
    """
    purged = 0
    old = Event.objects.filter(status=EventStatus.DONE, created_at__lt=Now() - KEPT_FOR)
    while ids := list(old.values_list("id", flat=True)[:_CHUNK]):
        Event.objects.filter(id__in=ids).delete()
        purged += len(ids)
    return purged
