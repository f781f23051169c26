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
from django.db.models import Case, DateTimeField, F, When
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from commerce.core.records import Records
from commerce.core.statements import Statement, uuid_array
from commerce.events.models import Event, EventStatus
from commerce.events.wake import Alarm

BATCH: Final = 100
POLL_SECONDS: Final = 0.15
GATHER_SECONDS: Final = 0.03
"""How long events of a busy shop gather after a batch that was not full: a batch of ten costs little more than one."""

# Claimed by status, never by a moving cursor: the order of commits is not the order of ids. Whoever has locked the
# first pending event of an aggregate has all of them: nobody else finds a first one there before the commit. Leases are
# those of relays of an earlier version that still run.
_FIRST: Final = """
SELECT event.id, event.aggregate_type, event.aggregate_id
  FROM events_event AS event
 WHERE event.status = 'PENDING' AND event.next_attempt_at <= statement_timestamp()
   AND coalesce(event.leased_until < statement_timestamp(), true)
   AND NOT EXISTS ({earlier})
   {only}
 ORDER BY event.next_attempt_at, event.id
 LIMIT {batch}
   FOR UPDATE SKIP LOCKED
"""
_HOLDS_BACK: Final = "({it}.failing_since IS NULL OR {it}.failing_since > statement_timestamp() - interval '1 hour')"
_EARLIER: Final = f"""
       SELECT FROM events_event AS earlier
        WHERE earlier.aggregate_id = event.aggregate_id AND earlier.aggregate_type = event.aggregate_type
          AND earlier.status = 'PENDING' AND (earlier.sequence, earlier.id) < (event.sequence, event.id)
          AND {_HOLDS_BACK.format(it="earlier")}
"""
# Materialised, so that it claims once however it is joined.
_BATCH: Final = Records(
    "events_to_hand_on",
    Event,
    f"""
  JOIN (
        WITH first AS MATERIALIZED ({_FIRST.format(earlier=_EARLIER, only="", batch=BATCH)})
        SELECT DISTINCT aggregate_type, aggregate_id FROM first
       ) AS claimed ON claimed.aggregate_id = it.aggregate_id AND claimed.aggregate_type = it.aggregate_type
  LEFT JOIN LATERAL (
        SELECT later.sequence, later.id
          FROM events_event AS later
         WHERE later.aggregate_id = claimed.aggregate_id AND later.aggregate_type = claimed.aggregate_type
           AND later.status = 'PENDING' AND later.next_attempt_at > statement_timestamp()
           AND {_HOLDS_BACK.format(it="later")}
         ORDER BY later.sequence, later.id
         LIMIT 1
       ) AS put_off ON true
 WHERE it.status = 'PENDING' AND it.next_attempt_at <= statement_timestamp()
   AND (put_off.id IS NULL OR (it.sequence, it.id) < (put_off.sequence, put_off.id))
 ORDER BY it.sequence, it.id
 LIMIT {5 * BATCH}
""",  # noqa: S608 - our own constants
)
_ALONE: Final = Records(
    "event_to_hand_on",
    Event,
    f"""
  JOIN (
        WITH first AS MATERIALIZED ({_FIRST.format(earlier=_EARLIER, only="AND event.id = $1", batch=1)})
        SELECT id FROM first
       ) AS claimed ON claimed.id = it.id
""",  # noqa: S608 - our own constants
    "uuid",
)
_DONE: Final[Statement[tuple[int]]] = Statement(
    "events_handed_on",
    tuple,
    """
UPDATE events_event SET status = 'DONE', attempts = attempts + 1, leased_until = NULL, lease_owner = NULL
 WHERE id = ANY($1)
""",
    "uuid[]",
    is_read=False,
)

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
    """One process's share of the outbox. Any number may run: what one works on is locked, and skipped by the others."""

    def __init__(self, hand_to: Sequence[Consumer]) -> None:
        self._consumers = hand_to
        self._stopped = False
        self._alarm: Alarm | None = None

    def run(self) -> None:
        """Work until `stop`. Outlives the loss of PostgreSQL, and polls while Redis is away."""
        alarm = self._alarm = Alarm()
        try:
            while not self._stopped:
                try:
                    claimed = self.work()
                    if not claimed:
                        alarm.nap(POLL_SECONDS)
                    elif claimed < BATCH:
                        time.sleep(GATHER_SECONDS)
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
        """Hand one batch on; how many events were in it. Raises only what the database raises.

        A batch is of the aggregates that have waited longest, each with all that is due of it.
        """
        claimed: list[UUID] = []
        try:
            with transaction.atomic(durable=True):
                events = _BATCH.all()
                claimed += [event.id for event in events]
                self._hand_on(events)
        except Exception:
            if not connection.is_usable() or not claimed:
                raise
            # Any consumer may fail in any way; one by one it shows over which event.
            for event_id in claimed:
                self._hand_on_alone(event_id)
        return len(claimed)

    def _hand_on(self, events: Sequence[Event]) -> None:
        if events:
            for consume in self._consumers:
                consume(events)
            _DONE.run(uuid_array(event.id for event in events))

    def _hand_on_alone(self, event_id: UUID) -> None:
        """Hand it on unless somebody else has it, or it waits for an earlier one."""
        try:
            with transaction.atomic(durable=True):
                self._hand_on(_ALONE.all(str(event_id)))
        except Exception as error:
            if not connection.is_usable():
                raise
            logger.exception("event %s cannot be handed on", event_id)
            self._put_off(event_id, error)

    def _put_off(self, event_id: UUID, error: Exception) -> None:
        waits = [When(attempts=n, then=Now() + timedelta(seconds=s)) for n, s in enumerate(_BACKOFF_SECONDS)]
        Event.objects.filter(id=event_id, status=EventStatus.PENDING).update(
            attempts=F("attempts") + 1,
            next_attempt_at=Case(
                *waits, default=Now() + timedelta(seconds=_BACKOFF_SECONDS[-1]), output_field=DateTimeField()
            ),
            failing_since=Case(When(failing_since=None, then=Now()), default=F("failing_since")),
            last_error=f"{type(error).__name__}: {error}"[:2000].replace("\x00", ""),
            leased_until=None,
            lease_owner=None,
        )
