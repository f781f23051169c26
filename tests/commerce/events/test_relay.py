"""Every committed event reaches every consumer at least once, in order, whatever fails."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.events.emit import emit
from commerce.events.models import Event
from commerce.events.relay import Relay
from tests.commerce.events.story import MugBroken, paint
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("durable")


class Ledger:
    """A consumer that writes down what it is handed, and fails over the colours it is told to."""

    def __init__(self, *, refuse: str = "") -> None:
        self.events: list[Event] = []
        self.refuse = refuse

    def __call__(self, events: Sequence[Event]) -> None:
        if any(event.payload.get("colour") == self.refuse for event in events):
            raise ValueError(f"{self.refuse} is not a colour")
        self.events += events

    @property
    def sequences(self) -> list[int]:
        return [event.sequence for event in self.events]


def make_due() -> None:
    """Let the waiting time of every event pass."""
    Event.objects.update(next_attempt_at=Now())


def drain(relay: Relay) -> None:
    while relay.work():
        pass


def test_an_event_is_handed_to_every_consumer_once_and_is_done() -> None:
    first, second = Ledger(), Ledger()
    event_id = paint(colour="green")
    drain(Relay([first, second]))
    drain(Relay([first, second]))
    assert [event.id for event in first.events] == [event_id]
    assert [event.id for event in second.events] == [event_id]
    assert Event.objects.get().status == "DONE"


def test_the_events_of_one_aggregate_come_in_their_order_even_if_written_out_of_it() -> None:
    mug, ledger = uuid7(), Ledger()
    for sequence in (3, 1, 2):
        paint(mug, sequence=sequence)
    drain(Relay([ledger]))
    assert ledger.sequences == [1, 2, 3]


def test_while_one_relay_works_on_an_aggregate_another_takes_none_of_its_events() -> None:
    mug = uuid7()
    paint(mug, sequence=1)
    paint(mug, sequence=2)
    begun, go_on = Signal(), Signal()
    slow, quick = Ledger(), Ledger()

    def wait(events: Sequence[Event]) -> None:
        begun.set()
        assert go_on.wait(10)

    def work() -> None:
        drain(Relay([wait, slow]))
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert begun.wait(10)
        paint(mug, sequence=3)
        other = paint()
        drain(Relay([quick]))
        assert [event.id for event in quick.events] == [other]
        go_on.set()
        working.result()
    assert slow.sequences == [1, 2, 3]


def test_all_that_is_due_of_an_aggregate_goes_in_one_batch() -> None:
    mug, ledger = uuid7(), Ledger()
    for sequence in range(1, 6):
        paint(mug, sequence=sequence)
    relay = Relay([ledger])
    with recorded_statements() as statements:
        assert relay.work() == 5
    assert ledger.sequences == [1, 2, 3, 4, 5]
    assert len(statements) == 2, str(statements)


def test_what_follows_an_event_that_was_put_off_waits_in_every_batch() -> None:
    mug, ledger = uuid7(), Ledger(refuse="plaid")
    paint(mug, sequence=1)
    paint(mug, sequence=2, colour="plaid")
    paint(mug, sequence=3)
    relay = Relay([ledger])
    drain(relay)
    assert ledger.sequences == [1]
    paint(mug, sequence=4)
    drain(relay)
    assert ledger.sequences == [1]
    ledger.refuse = ""
    make_due()
    drain(relay)
    assert ledger.sequences == [1, 2, 3, 4]


def test_a_poison_event_waits_and_does_not_block_the_others() -> None:
    ledger = Ledger(refuse="plaid")
    poison = paint(colour="plaid")
    others = {paint(), paint(), paint()}
    drain(Relay([ledger]))
    assert {event.id for event in ledger.events} == others
    row = Event.objects.get(id=poison)
    assert (row.status, row.attempts) == ("PENDING", 1)
    assert row.last_error == "ValueError: plaid is not a colour"
    assert row.next_attempt_at > row.created_at


def test_a_poison_event_arrives_once_its_consumer_is_repaired() -> None:
    ledger = Ledger(refuse="plaid")
    paint(colour="plaid")
    relay = Relay([ledger])
    for attempts in (1, 2, 3):
        drain(relay)
        assert Event.objects.get().attempts == attempts
        make_due()
    ledger.refuse = ""
    drain(relay)
    assert len(ledger.events) == 1
    assert Event.objects.get().status == "DONE"


def test_a_failing_event_holds_back_its_successors_for_an_hour_at_most() -> None:
    mug, ledger = uuid7(), Ledger(refuse="plaid")
    poison = paint(mug, sequence=1, colour="plaid")
    paint(mug, sequence=2)
    relay = Relay([ledger])
    drain(relay)
    assert ledger.sequences == []
    Event.objects.filter(id=poison).update(failing_since=Now() - timedelta(minutes=61))
    drain(relay)
    assert ledger.sequences == [2]


def test_what_a_consumer_writes_is_undone_when_a_later_one_fails() -> None:
    def write(events: Sequence[Event]) -> None:
        Event.objects.filter(id__in=[event.id for event in events]).update(channel="written")

    paint(colour="plaid")
    drain(Relay([write, Ledger(refuse="plaid")]))
    assert Event.objects.get().channel is None


def test_a_consumer_that_breaks_the_transaction_is_a_failure_like_any_other() -> None:
    def break_it(events: Sequence[Event]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")

    paint()
    drain(Relay([break_it]))
    assert Event.objects.get().attempts == 1


def test_a_relay_of_an_earlier_version_keeps_what_it_has_leased() -> None:
    ledger = Ledger()
    paint()
    Event.objects.update(leased_until=Now() + timedelta(seconds=10), lease_owner=uuid7())
    drain(Relay([ledger]))
    assert ledger.events == []
    Event.objects.update(leased_until=Now() - timedelta(seconds=1))
    drain(Relay([ledger]))
    assert len(ledger.events) == 1


def test_more_than_a_batch_is_drained() -> None:
    ledger = Ledger()
    with transaction.atomic():
        for number in range(250):
            emit(MugBroken(number), aggregate=("mug", uuid7()), sequence=1)
    drain(Relay([ledger]))
    assert sorted(event.payload["pieces"] for event in ledger.events) == list(range(250))
