"""Requests take turns on a few connections, and somebody slow holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from commerce.channels.models import Channel
from commerce.channels.queries import channel_by_slug
from schema.http.turns import Turns
from tests.factories import make_channel

pytestmark = pytest.mark.usefixtures("durable")

FOREVER = 30.0


@contextmanager
def turns(places: int, *, patience: float = FOREVER) -> Iterator[Turns]:
    """Turns whose connections are closed in the end."""
    opened = Turns(places, patience=patience)
    try:
        yield opened
    finally:
        opened.close()


def session() -> int:
    """The process of PostgreSQL that this thread talks to now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def in_threads(work: Callable[[], int], number: int) -> list[int]:
    """What `work` gives in each of so many threads, which leave no connection behind."""

    def run(_: int) -> int:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_eight_threads_read_through_one_connection_and_one_at_a_time() -> None:
    inside: list[int] = []
    most = []

    with turns(1) as here:

        def read() -> int:
            with here.turn():
                inside.append(1)
                most.append(len(inside))
                found = session()
                inside.pop()
                return found

        found = in_threads(read, 8)
    assert len(set(found)) == 1
    assert max(most) == 1
    assert found[0] != session()


def test_afterwards_a_thread_has_its_own_connection_again() -> None:
    own = session()
    with turns(1) as here, here.turn():
        assert session() != own
    assert session() == own


def test_statements_and_models_go_through_the_same_connection() -> None:
    make_channel("loft")
    with turns(1) as here, here.turn():
        assert channel_by_slug("loft") == Channel.objects.get(slug="loft")
        connection.close()  # what a statement does with it that finds it broken
        assert channel_by_slug("loft").slug == "loft"


def test_a_thread_in_a_transaction_reads_what_it_has_written() -> None:
    with turns(1) as here, transaction.atomic():
        own = session()
        make_channel("attic")
        with here.turn():
            assert session() == own
            assert channel_by_slug("attic").slug == "attic"


def test_who_reads_too_long_holds_up_nobody_and_his_place_is_gone_when_he_leaves() -> None:
    may_leave = threading.Event()
    sits = threading.Event()

    with turns(1, patience=0.01) as here:

        def stay() -> int:
            with here.turn():
                sits.set()
                assert may_leave.wait(FOREVER)
                return session()

        def read() -> int:
            with here.turn():
                return session()

        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(lambda: in_threads(stay, 1)[0])
            assert sits.wait(FOREVER)
            quick = {in_threads(read, 1)[0] for _ in range(3)}  # while he sits there
            may_leave.set()
            slow.result(FOREVER)
        assert len(quick) == 1
        assert slow.result() not in quick
        assert set(in_threads(read, 4)) == quick


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_notices() -> None:
    with turns(1) as here:
        with here.turn():
            make_channel("cellar")
            ended = session()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
        with here.turn():
            assert channel_by_slug("cellar").slug == "cellar"
            assert session() != ended


def test_a_failed_statement_spoils_the_place_for_nobody() -> None:
    with turns(1) as here:
        with pytest.raises(DatabaseError), here.turn(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        with here.turn():
            assert session()
