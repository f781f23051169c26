"""Hands committed events to their consumers: at least once, in order per aggregate, whatever dies meanwhile."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from commerce.core.ids import uuid7
from commerce.events.models import Event, EventStatus
from commerce.events.wake import Alarm

BATCH: Final = 100
POLL_SECONDS: Final = 0.15
LEASE: Final = timedelta(seconds=15)
RELEASE_SUCCESSORS_AFTER: Final = timedelta(hours=1)
"""How long a failing event may hold back the later ones of its aggregate."""

_BACKOFF_SECONDS: Final = (1, 5, 30, 120, 600, 1800)
_RECONNECT_SECONDS: Final = 0.5

logger = logging.getLogger(__name__)


class Consumer(Protocol):
    """Takes events inside the transaction that marks them as handed on. It writes rows and never calls a server."""

    def __call__(self, events: Sequence[Event]) -> None:
        """Raise to have the events come again later."""


def consumers() -> list[Consumer]:
    """The functions that settings.EVENT_CONSUMERS names, in that order."""
    return [cast(Consumer, import_string(path)) for path in settings.EVENT_CONSUMERS]


class Relay:
    """One process's share of the outbox. Any number may run: rows are claimed with SKIP LOCKED and a lease."""

    def __init__(self, hand_to: Sequence[Consumer]) -> None:
        self._consumers = hand_to
        self._owner = uuid7()
        self._stopped = False
        self._alarm: Alarm | None = None

    def run(self) -> None:
        """Work until `stop`. Outlives the loss of PostgreSQL, and polls while Redis is away."""
        alarm = self._alarm = Alarm()
        try:
            while not self._stopped:
                try:
                    if not self.work():
                        alarm.nap(POLL_SECONDS)
                except (OperationalError, InterfaceError) as error:
                    logger.warning("the database went away: %s", error)
                    connection.close()
                    time.sleep(_RECONNECT_SECONDS)
        finally:
            alarm.stop()

    def stop(self) -> None:
        """End `run` after the batch in hand. Safe in a signal handler."""
        self._stopped = True
        if self._alarm is not None:
            self._alarm.ring()

    def work(self) -> int:
        """Claim one batch and hand it on; how many events were claimed. Raises only what the database raises."""
        ids = self._claim()
        if not ids:
            return 0
        try:
            self._hand_on(ids)
        except Exception:
            if not connection.is_usable():
                raise
            # Any consumer may fail in any way; one by one it shows over which event.
            for event_id in ids:
                self._hand_on_alone(event_id)
        return len(ids)

    def _claim(self) -> list[UUID]:
        with transaction.atomic():
            ids = list(claimable(self._owner).values_list("id", flat=True)[:BATCH])
            if ids:
                Event.objects.filter(id__in=ids).update(leased_until=Now() + LEASE, lease_owner=self._owner)
        return ids

    def _hand_on(self, ids: Sequence[UUID]) -> None:
        with transaction.atomic(durable=True):
            mine = Event.objects.filter(id__in=ids, status=EventStatus.PENDING, lease_owner=self._owner)
            events = list(mine.select_for_update().order_by("sequence", "id"))
            for consume in self._consumers:
                consume(events)
            Event.objects.filter(id__in=[event.id for event in events]).update(
                status=EventStatus.DONE, attempts=F("attempts") + 1, leased_until=None, lease_owner=None
            )

    def _hand_on_alone(self, event_id: UUID) -> None:
        try:
            self._hand_on([event_id])
        except Exception as error:
            if not connection.is_usable():
                raise
            logger.exception("event %s cannot be handed on", event_id)
            self._put_off(event_id, error)

    def _put_off(self, event_id: UUID, error: Exception) -> None:
        waits = [When(attempts=n, then=Now() + timedelta(seconds=s)) for n, s in enumerate(_BACKOFF_SECONDS)]
        Event.objects.filter(id=event_id, status=EventStatus.PENDING, lease_owner=self._owner).update(
            attempts=F("attempts") + 1,
            next_attempt_at=Case(
                *waits, default=Now() + timedelta(seconds=_BACKOFF_SECONDS[-1]), output_field=DateTimeField()
            ),
            failing_since=Case(When(failing_since=None, then=Now()), default=F("failing_since")),
            last_error=f"{type(error).__name__}: {error}"[:2000].replace("\x00", ""),
            leased_until=None,
            lease_owner=None,
        )


def claimable(owner: UUID) -> QuerySet[Event]:
    """Pending events that are due and free, the first of their aggregate, locked for the current transaction.

    Claimed by status, never by a moving cursor: the order of commits is not the order of ids. What `owner` itself still
    holds is free too, because it works on one batch at a time: it lost its connection over that one.
    """
    pending = Event.objects.filter(status=EventStatus.PENDING)
    earlier = pending.filter(
        Q(sequence__lt=OuterRef("sequence")) | Q(sequence=OuterRef("sequence"), id__lt=OuterRef("id")),
        Q(failing_since=None) | Q(failing_since__gt=Now() - RELEASE_SUCCESSORS_AFTER),
        aggregate_id=OuterRef("aggregate_id"),
        aggregate_type=OuterRef("aggregate_type"),
    )
    free = Q(leased_until=None) | Q(leased_until__lt=Now()) | Q(lease_owner=owner)
    due = pending.filter(free, ~Exists(earlier), next_attempt_at__lte=Now())
    return due.order_by("next_attempt_at", "id").select_for_update(skip_locked=True)
