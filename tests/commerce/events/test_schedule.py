"""Regular jobs run when they are due, one at a time, whatever happens to the processes."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.events.models import Event, Schedule
from commerce.events.purge import purge_old_events
from commerce.events.schedule import Sweeper, registered_jobs
from tests.commerce.events.story import paint

pytestmark = pytest.mark.usefixtures("durable")


class Job:
    """Counts its runs."""

    def __init__(self, *, fails: bool = False) -> None:
        self.runs = 0
        self.fails = fails

    def __call__(self) -> None:
        assert not connection.in_atomic_block
        self.runs += 1
        if self.fails:
            raise ValueError("no luck")


_made: list[Sweeper] = []


def sweeping(jobs: Mapping[str, tuple[Callable[[], object], int]]) -> Sweeper:
    _made.append(Sweeper(jobs))
    return _made[-1]


@pytest.fixture(autouse=True)
def no_session_is_left(durable: None) -> Iterator[None]:
    yield
    while _made:
        _made.pop().close()


def run(sweeper: Sweeper) -> None:
    sweeper.tick()
    sweeper.wait()


def test_a_job_runs_at_once_and_then_every_so_many_seconds() -> None:
    job = Job()
    sweeper = sweeping({"count": (job, 60)})
    run(sweeper)
    run(sweeper)
    assert job.runs == 1
    Schedule.objects.update(next_run_at=Now())
    run(sweeper)
    assert job.runs == 2
    row = Schedule.objects.get()
    assert row.last_started_at is not None
    assert timedelta(seconds=50) < row.next_run_at - row.last_started_at < timedelta(seconds=70)


def test_two_sweepers_do_not_run_a_job_at_the_same_time() -> None:
    started, release = threading.Event(), threading.Event()

    def slow() -> None:
        started.set()
        release.wait(5)

    other = Job()
    first, second = sweeping({"slow": (slow, 1)}), sweeping({"slow": (other, 1)})
    first.tick()
    assert started.wait(5)
    run(second)
    release.set()
    first.wait()
    assert other.runs == 0


def test_the_job_of_a_sweeper_that_was_killed_is_taken_over() -> None:
    job = Job()
    Schedule.objects.create(
        name="count", every_seconds=60, leased_until=Now() - timedelta(seconds=1), lease_owner=uuid7()
    )
    run(sweeping({"count": (job, 60)}))
    assert job.runs == 1


def test_a_job_that_fails_says_so_and_does_not_stop_the_others() -> None:
    good, bad = Job(), Job(fails=True)
    run(sweeping({"bad": (bad, 1), "good": (good, 1)}))
    assert (good.runs, bad.runs) == (1, 1)
    row = Schedule.objects.get(name="bad")
    assert row.last_error == "ValueError: no luck"
    assert row.leased_until is None


def test_a_new_interval_counts_from_now_on() -> None:
    Schedule.objects.create(name="count", every_seconds=86_400, next_run_at=Now() + timedelta(days=1))
    job = Job()
    run(sweeping({"count": (job, 5)}))
    assert job.runs == 1
    assert Schedule.objects.get().every_seconds == 5


def test_every_job_that_the_settings_name_can_be_imported() -> None:
    jobs = registered_jobs()
    assert {"events.purge", "webhooks.resume"} <= set(jobs)
    assert all(callable(job) and seconds > 0 for job, seconds in jobs.values())


def test_events_are_forgotten_after_thirty_days_but_never_before_somebody_saw_them() -> None:
    old_and_done, old_and_pending, young = paint(), paint(), paint()
    Event.objects.filter(id__in=[old_and_done, old_and_pending]).update(created_at=Now() - timedelta(days=31))
    Event.objects.filter(id__in=[old_and_done, young]).update(status="DONE")
    assert purge_old_events() == 1
    assert set(Event.objects.values_list("id", flat=True)) == {old_and_pending, young}
