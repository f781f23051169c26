"""Clearing away what nobody asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from schema.cache.models import Touch

_OUTLIVED: Final = timedelta(minutes=5)


def purge_old_touches() -> None:
    """A regular job: forget touches that are older than any entry, in a shop where nobody renews the lease."""
    Touch.objects.filter(created_at__lt=Now() - _OUTLIVED).delete()
