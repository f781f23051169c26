"""The response cache as the view uses it: look an answer up, keep one that was made.

found = look_up(...)
if isinstance(found, Entry):
    return found.body
with found:
    body = make_it(context)
    found.keep(body, context.depends_on)
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.db import DatabaseError, connection

from commerce.core.breaker import Unavailable
from schema.cache.boundary import WRITTEN_WITH, Boundary
from schema.cache.entry import Entry, etag_of, load
from schema.cache.flights import Flights
from schema.cache.lease import Lease
from schema.cache.memory import Memory
from schema.cache.question import Question
from schema.cache.store import LEASE_MS, Glance, Store, narrowed
from schema.cache.tags import ALL
from schema.cache.version import LONGEST_LIFE_SECONDS, NOTHING_WRITTEN, at_clock, untold, wanted_clock

LARGEST_BODY: Final = 512 * 1024
_LEASE_TRIES: Final = 10
_LEASE_NAP_SECONDS: Final = 0.005

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """How things stood before the making of an answer began: by Redis, by both clocks, and in memory.

    `flying`: others wait until this answer has been made.
    """

    glance: Glance
    wall: float
    monotonic: float
    turn: int
    flying: bool


class Miss:
    """An answer that has to be made. As a context manager around the making, and there `keep` may be called once."""

    def __init__(self, answers: Answers | None = None, question: Question | None = None, start: Start | None = None):
        self._answers = answers
        self._question = question
        self._start = start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._answers is not None and self._question is not None and self._start is not None and self._start.flying:
            self._answers.land(self._question)

    def keep(self, body: bytes, shown: Collection[str] = ()) -> float:
        """Keep the answer that was made, unless something that it depends on was written meanwhile.

        `shown` are the tags that came to light in the making. Returns until when it is kept, in wall-clock seconds; 0
        if it is not. Never raises: an answer that is not kept is made again.
        """
        if self._answers is None or self._question is None or self._start is None or len(body) > LARGEST_BODY:
            return 0.0
        try:
            return self._answers.keep(self._question, body, shown, self._start)
        except (Unavailable, DatabaseError) as error:
            logger.info("an answer was not kept: %s", error)
            return 0.0


class Answers:
    """The two layers, Redis and memory, behind one lookup. Thread-safe."""

    def __init__(self, url: str) -> None:
        self._store = Store(url)
        self._lease = Lease(self._store)
        self._memory = Memory()
        self._flights = Flights()
        self._boundary = Boundary()
        self._pending: set[str] = set()
        self._pending_lock = Lock()

    def find(self, question: Question, *, version: str | None = None) -> Entry | Miss:
        """The answer to `question`, not older than the `version` that the caller has been given; or a Miss.

        Never raises: without Redis there are only misses that keep nothing.
        """
        if connection.in_atomic_block:
            # Somebody looks at what their transaction has not committed.
            return Miss()
        try:
            clock = wanted_clock(version)
        except Unavailable:
            return Miss()
        entry = self._memory.fresh(question.key, at_least=clock)
        if entry is not None:
            return entry
        flying = self._flights.take_off(question.key)
        found: Entry | Miss | None = None
        try:
            if not flying:
                entry = self._memory.fresh(question.key, at_least=clock)
                if entry is not None:
                    return entry
            found = self._fetch(question, clock, flying=flying)
        except Unavailable:
            return Miss()
        finally:
            if flying and not isinstance(found, Miss):
                self.land(question)
        return found

    def land(self, question: Question) -> None:
        """The answer has been made, or will not be: let those go on who wait for it."""
        self._flights.land(question.key)

    def keep(self, question: Question, body: bytes, shown: Collection[str], start: Start) -> float:
        """What Miss.keep does. Raises Unavailable or DatabaseError."""
        versions = self._versions({ALL, *question.tags, *shown}, start.glance)
        if versions is None:
            return 0.0
        boundary = self._boundary.after(start.wall, start.glance.versions)
        expires_at = min(start.wall + LONGEST_LIFE_SECONDS, boundary)
        milliseconds = int((expires_at - time.time()) * 1000)
        if milliseconds <= 0:
            return 0.0
        entry = Entry(body, etag_of(body), expires_at, versions)
        self._store.keep(question.key, entry.dump(), milliseconds)
        self._memory.keep(question.key, entry, clock=start.glance.clock, compared_at=start.monotonic, turn=start.turn)
        return expires_at

    def touch(self, tags: Iterable[str], touches: Iterable[int]) -> None:
        """Something with these tags was committed, and noted as these rows of Touch.

        Never raises: what Redis could not be told it is told with the next change, or by the lease.
        """
        if not settings.RESPONSE_CACHE:
            return
        try:
            self._tell(tags, touches)
        except Unavailable as error:
            logger.info("the cache will be told later: %s", error)
        finally:
            self._memory.expire()

    def version(self) -> str:
        """What a mutation that has just committed answers as its X-Handcart-Version."""
        if not settings.RESPONSE_CACHE:
            return NOTHING_WRITTEN
        try:
            if self._pending:
                return at_clock(self._tell((), ()))
            return at_clock(self._store.glance(()).clock)
        except Unavailable:
            return untold()

    def _tell(self, tags: Iterable[str], touches: Iterable[int]) -> int:
        with self._pending_lock:
            untold_before, self._pending = self._pending, set()
        told = untold_before.union(tags)
        try:
            return self._store.touch(told, touches)
        except Unavailable:
            with self._pending_lock:
                self._pending = narrowed(self._pending | told)
            raise

    def _fetch(self, question: Question, clock: int, *, flying: bool) -> Entry | Miss:
        """The entry from Redis, or the one in memory compared anew; else a Miss. Raises Unavailable."""
        turn, wall = self._memory.turn, time.time()
        entry = self._memory.stale(question.key)
        if entry is None:
            kept = self._store.entry(question.key)
            entry = load(kept) if kept is not None else None
        compared_at = time.monotonic()
        now = self._glance({ALL, *WRITTEN_WITH, *question.tags, *(entry.versions if entry else ())})
        if entry is not None and _holds(entry, now) and now.clock >= clock:
            self._memory.keep(question.key, entry, clock=now.clock, compared_at=compared_at, turn=turn)
            return entry
        if entry is not None:
            self._memory.forget(question.key)
        return Miss(self, question, Start(now, wall, compared_at, turn, flying))

    def _glance(self, tags: Collection[str]) -> Glance:
        """The versions of `tags` under a lease that holds. Raises Unavailable if there is none to be had."""
        for _ in range(_LEASE_TRIES):
            now = self._store.glance(tags)
            if now.lease_ms > LEASE_MS // 2:
                return now
            if now.lease_ms > 0:
                # Early and by one thread only, so that hardly anybody ever waits for it.
                with suppress(Unavailable):
                    self._lease.renew(now.time_ms, wait=False)
                return now
            if not self._lease.renew(now.time_ms, wait=True):
                time.sleep(_LEASE_NAP_SECONDS)
        raise Unavailable

    def _versions(self, tags: Collection[str], before: Glance) -> Mapping[str, str] | None:
        """The versions of `tags` from before the making began; None if that cannot be said of one of them."""
        late = [tag for tag in tags if tag not in before.versions]
        if not late:
            return {tag: before.versions[tag] for tag in tags}
        now = self._store.glance(late)
        for version in now.versions.values():
            made_at = int(version.partition(".")[0])
            # A version that is older than the making was not touched since. One that is younger is as good if
            # nothing at all was.
            if made_at > before.clock and now.clock != before.clock:
                return None
        return {tag: before.versions.get(tag) or now.versions[tag] for tag in tags}


def _holds(entry: Entry, now: Glance) -> bool:
    if entry.expires_at <= time.time():
        return False
    return all(now.versions.get(tag) == version for tag, version in entry.versions.items())
