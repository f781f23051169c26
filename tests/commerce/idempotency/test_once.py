"""A request is carried out once, however often it comes, and wherever the process dies."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, InvalidInput, NotFound, Rejected
from commerce.idempotency.errors import InProgress, LeaseLost
from commerce.idempotency.models import IdempotencyKey
from commerce.idempotency.once import DoneOutsideTransaction, Fresh, done, once
from commerce.idempotency.services import Replay, hash_of
from tests.factories import make_channel

# Only where a commit matters: emptying the tables afterwards takes longer than the test.
real_commits = pytest.mark.usefixtures("durable")

FORK = multiprocessing.get_context("fork")


def make_row(slug: str = "made") -> Channel:
    """A verb that must not run twice: a plain INSERT."""
    with transaction.atomic():
        return make_channel(slug, name="made once")


def count_up() -> Channel:
    """A verb of one transaction that would show if it ran twice."""
    with transaction.atomic():
        Channel.objects.update(quantity_limit_per_line=F("quantity_limit_per_line") + 1)
        return Channel.objects.get()


def make_row_in_phases() -> Channel:
    """A verb that commits before and after it asks somebody else."""
    with transaction.atomic(durable=True):
        first = make_channel("asked")
    with transaction.atomic(durable=True):
        Channel.objects.filter(id=first.id).update(quantity_limit_per_line=F("quantity_limit_per_line") + 1)
        return done(first)


def run(verb: Callable[[], Channel], *, phased: bool = False, wait_seconds: float = 5) -> Fresh[Channel] | Replay:
    """The doorway: it keeps the id of what the verb returns and the codes of what it refuses."""

    def record_refusal(refusal: CommerceError | Rejected) -> Any:
        return None if isinstance(refusal, NotFound) else {"error": str(refusal)}

    return once(
        verb,
        scope="test",
        key="k",
        input_hash=hash_of("test", {"value": 1}),
        record=lambda channel: {"id": str(channel.id)},
        record_refusal=record_refusal,
        phased=phased,
        wait_seconds=wait_seconds,
    )


def in_a_process_that_dies(run_it: Callable[[], object]) -> None:
    """Run it in a child that is gone before it could answer anybody."""
    connections.close_all()

    def child() -> None:
        run_it()
        os._exit(9)

    process = FORK.Process(target=child)
    process.start()
    process.join(20)
    assert process.exitcode == 9


def let_leases_end() -> None:
    IdempotencyKey.objects.update(lease_until=F("lease_until") - timedelta(hours=1))


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "phased"), [(make_row, False), (make_row_in_phases, True)])
def test_the_second_request_is_answered_like_the_first(verb: Callable[[], Channel], phased: bool) -> None:
    first = run(verb, phased=phased)
    assert isinstance(first, Fresh)
    assert run(verb, phased=phased) == Replay({"id": str(first.result.id)})
    assert Channel.objects.count() == 1


@real_commits
@pytest.mark.parametrize(("verb", "phased"), [(count_up, False), (make_row_in_phases, True)])
def test_a_crash_between_commit_and_answer_does_it_once(verb: Callable[[], Channel], phased: bool) -> None:
    make_channel("asked")
    connections.close_all()

    def dying_at_the_last_commit() -> Channel:
        made = verb()
        os._exit(9)
        return made

    def dying_after_it() -> Channel:
        with transaction.atomic():
            transaction.on_commit(lambda: os._exit(9))
            return verb()

    in_a_process_that_dies(lambda: run(dying_at_the_last_commit if phased else dying_after_it, phased=phased))
    made = Channel.objects.get()
    assert made.quantity_limit_per_line == 51
    let_leases_end()
    assert run(verb, phased=phased) == Replay({"id": str(made.id)})
    assert Channel.objects.get().quantity_limit_per_line == 51


@real_commits
def test_a_crash_before_the_commit_leaves_nothing_and_frees_the_key_with_the_lease() -> None:
    def dying() -> Channel:
        make_row()
        os._exit(9)

    in_a_process_that_dies(lambda: run(dying))
    assert not Channel.objects.exists()
    assert IdempotencyKey.objects.get().status == IdempotencyKey.Status.RUNNING
    let_leases_end()
    assert isinstance(run(make_row), Fresh)
    assert Channel.objects.count() == 1


@real_commits
def test_a_crash_between_two_phases_carries_on() -> None:
    def dying() -> Channel:
        with transaction.atomic(durable=True):
            make_channel("asked")
        os._exit(9)

    in_a_process_that_dies(lambda: run(dying, phased=True))
    let_leases_end()
    assert isinstance(run(make_row_in_phases, phased=True), Fresh)
    assert Channel.objects.get().quantity_limit_per_line == 51


@pytest.mark.django_db
def test_a_refusal_is_kept_and_told_again() -> None:
    calls: list[int] = []

    def refusing() -> Channel:
        calls.append(1)
        make_row()
        raise InvalidInput("Too many.")

    for _ in range(2):
        with pytest.raises(InvalidInput):
            run(refusing)
        assert run(refusing) == Replay({"error": "Too many."})
        IdempotencyKey.objects.all().delete()
    assert len(calls) == 2
    assert not Channel.objects.exists()


@pytest.mark.django_db
def test_a_refusal_that_is_not_worth_keeping_frees_the_key() -> None:
    def refusing() -> Channel:
        raise NotFound("No such thing.")

    with pytest.raises(NotFound):
        run(refusing)
    assert isinstance(run(make_row), Fresh)


@pytest.mark.django_db
@pytest.mark.parametrize("phased", [False, True])
def test_a_fault_frees_the_key_and_undoes_the_change(phased: bool) -> None:
    def failing() -> Channel:
        with transaction.atomic():
            make_row()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(failing, phased=phased)
    assert not Channel.objects.exists()
    assert not IdempotencyKey.objects.exists()


@real_commits
def test_a_fault_after_the_last_commit_does_not_forget_that_it_was_done() -> None:
    def failing_late() -> Channel:
        made = make_row_in_phases()
        raise ZeroDivisionError(made)

    with pytest.raises(ZeroDivisionError):
        run(failing_late, phased=True)
    assert run(make_row_in_phases, phased=True) == Replay({"id": str(Channel.objects.get().id)})


@real_commits
def test_a_refusal_after_the_last_commit_does_not_replace_the_answer() -> None:
    def refusing_late() -> Channel:
        make_row_in_phases()
        raise InvalidInput("Too late.")

    with pytest.raises(InvalidInput):
        run(refusing_late, phased=True)
    assert run(make_row_in_phases, phased=True) == Replay({"id": str(Channel.objects.get().id)})


@real_commits
def test_a_last_transaction_that_is_undone_did_not_answer() -> None:
    def refusing_at_last() -> Channel:
        with transaction.atomic(durable=True):
            done(make_channel("undone"))
            raise InvalidInput("Sold out.")

    with pytest.raises(InvalidInput):
        run(refusing_at_last, phased=True)
    assert not Channel.objects.exists()
    assert run(refusing_at_last, phased=True) == Replay({"error": "Sold out."})


@real_commits
def test_a_last_transaction_that_is_undone_and_repeated_counts_once() -> None:
    def twice() -> Channel:
        for attempt in (1, 2):
            try:
                with transaction.atomic(durable=True):
                    made = make_channel(f"attempt-{attempt}")
                    done(made)
                    if attempt == 1:
                        raise InvalidInput("lost a race")
            except InvalidInput:
                continue
        return made

    fresh = run(twice, phased=True)
    assert isinstance(fresh, Fresh)
    assert Channel.objects.get().slug == "attempt-2"
    assert run(twice, phased=True) == Replay({"id": str(fresh.result.id)})


@pytest.mark.django_db
def test_a_phased_verb_with_nothing_left_to_do_is_kept_too() -> None:
    existing = make_channel("there-already")
    assert isinstance(run(lambda: existing, phased=True), Fresh)
    assert run(make_row, phased=True) == Replay({"id": str(existing.id)})


@real_commits
def test_who_takes_longer_than_the_lease_is_undone_when_another_took_over() -> None:
    def slow() -> Channel:
        made = make_row("slow")
        other = threading.Thread(target=another_takes_over)
        other.start()
        other.join(10)
        return made

    def another_takes_over() -> None:
        let_leases_end()
        run(lambda: make_row("quick"))
        connection.close()

    with pytest.raises(LeaseLost):
        run(slow)
    made = Channel.objects.get()
    assert made.slug == "quick"
    assert run(slow) == Replay({"id": str(made.id)})


@pytest.mark.django_db
def test_without_a_key_a_verb_may_say_that_it_is_done() -> None:
    assert make_row_in_phases().slug == "asked"


@real_commits
def test_done_outside_a_transaction_is_a_mistake_that_shows() -> None:
    with pytest.raises(DoneOutsideTransaction):
        run(lambda: done(make_channel("loose")), phased=True)


@real_commits
def test_eight_processes_with_one_key_do_it_once() -> None:
    """Each counts the channel up; all but one get the stored answer."""
    connections.close_all()
    barrier, answers = FORK.Barrier(8), FORK.Queue()

    def slowly() -> Channel:
        made = make_row()
        time.sleep(0.3)  # long enough for the other seven to come while this one runs
        return made

    def child() -> None:
        barrier.wait(20)
        outcome = run(slowly)
        if isinstance(outcome, Fresh):
            answers.put((True, str(outcome.result.id)))
        else:
            answers.put((False, outcome.answer["id"]))
        answers.close()
        answers.join_thread()
        os._exit(0)

    processes = [FORK.Process(target=child) for _ in range(8)]
    for process in processes:
        process.start()
    seen = [answers.get(timeout=20) for _ in processes]
    for process in processes:
        process.join(20)
    assert sorted(fresh for fresh, _ in seen) == [False] * 7 + [True]
    assert {UUID(answer) for _, answer in seen} == {Channel.objects.get().id}


@real_commits
def test_who_waits_in_vain_is_told_that_it_is_running() -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> Channel:
        started.set()
        finish.wait(20)
        return make_row()

    def first() -> None:
        run(slow)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert started.wait(10)
    before = time.monotonic()
    with pytest.raises(InProgress):
        run(slow, wait_seconds=0.5)
    assert 0.3 < time.monotonic() - before < 3
    finish.set()
    thread.join(10)
    assert isinstance(run(slow), Replay)
