"""A transaction that loses a race in the database is tried again, and only then."""

import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from commerce.channels.models import Channel
from commerce.core.transactions import retry_on_deadlock
from tests.factories import make_channel


class Deadlock(Exception):
    pgcode = "40P01"


def failing(times: int, cause: Exception) -> tuple[Callable[[], str], list[int]]:
    """A function that fails `times` times with a database error of that cause, and a list of its calls."""
    calls: list[int] = []

    def run() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError from cause
        return "done"

    return run, calls


def test_a_deadlock_is_tried_again() -> None:
    run, calls = failing(2, Deadlock())
    assert retry_on_deadlock(run) == "done"
    assert len(calls) == 3


def test_after_three_retries_the_deadlock_is_told() -> None:
    run, calls = failing(99, Deadlock())
    with pytest.raises(OperationalError):
        retry_on_deadlock(run)
    assert len(calls) == 4


def test_another_failure_is_told_at_once() -> None:
    run, calls = failing(1, ValueError("the disk is full"))
    with pytest.raises(OperationalError):
        retry_on_deadlock(run)
    assert len(calls) == 1


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_tried_again() -> None:
    run, calls = failing(1, Deadlock())
    with pytest.raises(OperationalError), transaction.atomic():
        retry_on_deadlock(run)
    assert len(calls) == 1


@pytest.mark.usefixtures("durable")
def test_two_transactions_that_lock_crosswise_both_get_through() -> None:
    first, second = make_channel("first"), make_channel("second")
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def rename(name: str, one: Channel, other: Channel) -> None:
        def run() -> None:
            is_first_try = name not in tries
            tries.append(name)
            with transaction.atomic():
                Channel.objects.filter(id=one.id).update(name=name)
                if is_first_try:
                    both_hold_one.wait(10)
                Channel.objects.filter(id=other.id).update(name=name)

        retry_on_deadlock(run)
        connection.close()

    threads = [
        threading.Thread(target=rename, args=("a", first, second)),
        threading.Thread(target=rename, args=("b", second, first)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(tries) == 3
    names = set(Channel.objects.values_list("name", flat=True))
    assert len(names) == 1
    assert names <= {"a", "b"}
