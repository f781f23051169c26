"""Regular jobs, kept in a table: no process is special, and none runs a job while another one does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from commerce.core.ids import uuid7
from commerce.events.models import Schedule

Job = Callable[[], object]

TICK_SECONDS: Final = 0.25
LEASE: Final = timedelta(seconds=15)
_RENEW_SECONDS: Final = 5.0
_RECONNECT_SECONDS: Final = 0.5
_THREADS: Final = 8

logger = logging.getLogger(__name__)


def registered_jobs() -> dict[str, tuple[Job, int]]:
    """settings.SWEEPERS with the functions imported: name -> (function, every so many seconds)."""
    return {name: (cast(Job, import_string(path)), seconds) for name, (path, seconds) in settings.SWEEPERS.items()}


class Sweeper:
    """Runs due jobs, each in a thread of its own, with no transaction and no lock of ours around it."""

    def __init__(self, jobs: Mapping[str, tuple[Job, int]]) -> None:
        self._jobs = jobs
        self._owner = uuid7()
        self._running: dict[str, Future[None]] = {}
        self._renewed_at = time.monotonic()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="sweep")
        self._stopped = False
        self._registered = False

    def run(self) -> None:
        """Work until `stop`; running jobs are waited for. Outlives the loss of PostgreSQL."""
        while not self._stopped:
            try:
                self.tick()
                time.sleep(TICK_SECONDS)
            except (OperationalError, InterfaceError) as error:
                logger.warning("the database went away: %s", error)
                connection.close()
                time.sleep(_RECONNECT_SECONDS)
        self.close()

    def close(self) -> None:
        """Wait for what runs, and end the threads with their sessions."""
        self._pool.shutdown(wait=True, cancel_futures=False)

    def stop(self) -> None:
        """End `run`. Safe in a signal handler."""
        self._stopped = True

    def tick(self) -> None:
        """Start what is due and renew the leases of what runs."""
        if not self._registered:
            register(self._jobs)
            self._registered = True
        self._running = {name: future for name, future in self._running.items() if not future.done()}
        self._renew()
        for name in self._claim(_THREADS - len(self._running)):
            self._running[name] = self._pool.submit(self._work, name)

    def wait(self) -> None:
        """Return when every job that was started has ended."""
        for future in list(self._running.values()):
            future.result()

    def _claim(self, limit: int) -> list[str]:
        if limit <= 0:
            return []
        with transaction.atomic():
            free = Q(leased_until=None) | Q(leased_until__lt=Now())
            due = Schedule.objects.filter(free, name__in=self._jobs, next_run_at__lte=Now())
            due = due.exclude(name__in=self._running).order_by("next_run_at").select_for_update(skip_locked=True)
            names = list(due.values_list("name", flat=True)[:limit])
            if names:
                Schedule.objects.filter(name__in=names).update(
                    leased_until=Now() + LEASE, lease_owner=self._owner, last_started_at=Now()
                )
        return names

    def _renew(self) -> None:
        if self._running and time.monotonic() - self._renewed_at > _RENEW_SECONDS:
            self._renewed_at = time.monotonic()
            mine = Schedule.objects.filter(name__in=self._running, lease_owner=self._owner)
            mine.update(leased_until=Now() + LEASE)

    def _work(self, name: str) -> None:
        job, every_seconds = self._jobs[name]
        error = ""
        try:
            job()
        except Exception as failure:
            logger.exception("the job %s failed", name)
            error = f"{type(failure).__name__}: {failure}"[:2000].replace("\x00", "")
        try:
            finish(name, self._owner, every_seconds, error)
        except (OperationalError, InterfaceError):
            logger.warning("the job %s ended while the database was away; its lease will run out", name)
        finally:
            # This thread's own: a job that comes every second must not cost a new session every second.
            connection.close_if_unusable_or_obsolete()


def register(jobs: Mapping[str, tuple[Job, int]]) -> None:
    """Give every job its row; a changed interval counts from now on."""
    for name, (_, seconds) in jobs.items():
        row, created = Schedule.objects.get_or_create(name=name, defaults={"every_seconds": seconds})
        if not created and row.every_seconds != seconds:
            Schedule.objects.filter(id=row.id).update(every_seconds=seconds, next_run_at=Now())


def finish(name: str, owner: UUID, every_seconds: int, error: str) -> None:
    """Put the next run of `name` one interval from now and give the lease back, if it is still `owner`'s."""
    Schedule.objects.filter(name=name, lease_owner=owner).update(
        next_run_at=Now() + timedelta(seconds=every_seconds),
        leased_until=None,
        lease_owner=None,
        last_error=error,
    )
