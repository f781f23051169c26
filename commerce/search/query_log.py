"""What shoppers search for, counted by text, channel and day. Nobody is noted: no account, no address, no time of day.

A search costs one entry in the memory of its process; every few seconds they are written together, by a thread of
their own. What a process has not written when it is killed is lost, and so is what it cannot hold.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock, Timer
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg2.extras import execute_values

from commerce.search.models import SearchedText

MOST_HELD: Final = 1_000
"""How many different texts a process counts between two writings; others in that time are not counted."""
LONGEST_TEXT: Final = 100
SECONDS: Final = 5.0
_CHUNK: Final = 5_000
# What may be an e-mail address, a telephone number or the number of a card or an account belongs to somebody.
_PERSONAL: Final = re.compile(r"@|(?:\d[\s./()-]*){9,}")
_SPACES: Final = re.compile(r"\s+")

_UPSERT: Final = """
INSERT INTO search_searchedtext AS known
       (day, channel_id, language, text, searches, without_results, results, last_searched_at)
SELECT given.day, channel.id, given.language, given.text, given.searches, given.without_results, given.results, given.at
  FROM (VALUES %s) AS given(day, channel_id, language, text, searches, without_results, results, at)
  JOIN channels_channel AS channel ON channel.id = given.channel_id
 ORDER BY given.day, channel.id, given.language, given.text
ON CONFLICT (day, channel_id, language, text) DO UPDATE
   SET searches = known.searches + excluded.searches,
       without_results = known.without_results + excluded.without_results,
       results = known.results + excluded.results,
       last_searched_at = greatest(known.last_searched_at, excluded.last_searched_at)
"""
_TEMPLATE: Final = "(%s::date, %s::uuid, %s, %s, %s, %s, %s, %s::timestamptz)"

logger = logging.getLogger(__name__)

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[date, UUID, str, str]


@dataclass(slots=True)
class Count:
    """How often, how often in vain, and what was found together."""

    searches: int = 0
    without_results: int = 0
    results: int = 0
    at: datetime = _LONG_AGO


class QueryLog:
    """Counts of one process that are still to be written."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[Key, Count] = {}
        self._is_planned = False

    def note(self, *, channel_id: UUID, language: str | None, text: str, results: int) -> None:
        """Count one search. Asks nobody."""
        asked = normalised(text)
        if not asked or not settings.SEARCH_LOG_DAYS:
            return
        now = datetime.now(UTC)
        key = (now.date(), channel_id, language or "", asked)
        with self._lock:
            count = self._counts.get(key)
            if count is None:
                if len(self._counts) >= MOST_HELD:
                    return
                count = self._counts[key] = Count()
            count.searches += 1
            count.without_results += results == 0
            count.results += results
            count.at = now
            is_planned, self._is_planned = self._is_planned, True
        if not is_planned:
            timer = Timer(SECONDS, self._write_later)
            timer.daemon = True
            timer.start()

    def write(self) -> None:
        """Write what was counted, in one statement. What the database does not take is counted on."""
        with self._lock:
            counts, self._counts, self._is_planned = self._counts, {}, False
        if not counts:
            return
        rows = [
            (day, str(channel_id), language, text, count.searches, count.without_results, count.results, count.at)
            for (day, channel_id, language, text), count in sorted(counts.items(), key=lambda item: str(item[0]))
        ]
        try:
            with connection.cursor() as cursor:
                execute_values(cursor.cursor, _UPSERT, rows, template=_TEMPLATE, page_size=MOST_HELD)
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s searches are not counted: %s", len(rows), error)

    def _write_later(self) -> None:
        try:
            self.write()
        except DatabaseError:
            logger.exception("searches are not counted")
        finally:
            connection.close()  # this thread's own


query_log: Final = QueryLog()
"""That of this process."""


def normalised(text: str) -> str:
    """The text under which a search is counted; empty for what may say who searches."""
    plain = _SPACES.sub(" ", text.replace("\x00", " ").encode("utf-8", "ignore").decode()).strip().casefold()
    return "" if _PERSONAL.search(plain) else plain[:LONGEST_TEXT].strip()


def purge_searched_texts() -> int:
    """Sweeper: forget what was searched for longer than SEARCH_LOG_DAYS ago; how many rows."""
    before = datetime.now(UTC).date() - timedelta(days=settings.SEARCH_LOG_DAYS)
    purged = 0
    while ids := _old(before):
        SearchedText.objects.filter(id__in=ids).delete()
        purged += len(ids)
    return purged


def _old(before: date) -> Sequence[int]:
    return list(SearchedText.objects.filter(day__lt=before).values_list("id", flat=True)[:_CHUNK])
