"""BEGIN, COMMIT and what is sent later go along with other statements, and nothing else is different."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

from commerce.channels.models import Channel
from commerce.core.statements import Statement
from commerce.core.transactions import retry_on_deadlock
from tests.factories import make_channel
from tests.statements import recorded_statements

pytestmark = pytest.mark.usefixtures("durable")


@pytest.fixture
def note() -> Iterator[Statement[tuple[int]]]:
    """A statement that writes one line into a table that takes each line once."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (line int PRIMARY KEY)")
    yield Statement(f"note_{uuid4().hex}", tuple, "INSERT INTO note VALUES ($1)", "int", is_read=False)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE note")


def noted() -> list[int]:
    """The lines that another connection sees."""
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT line FROM note ORDER BY line")
            return [line for (line,) in cursor.fetchall()]
    finally:
        other.close()


def has_begun() -> bool:
    """Whether PostgreSQL knows of a transaction of this session."""
    connection.ensure_connection()
    return bool(connection.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE)


def ask(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    """The rows of a statement that nobody prepares."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def test_a_transaction_begins_with_its_first_statement() -> None:
    with transaction.atomic():
        assert not has_begun()
        ask("SELECT 1")
        assert connection.connection.get_transaction_status() == TRANSACTION_STATUS_INTRANS
    assert not has_begun()


def test_a_transaction_without_a_statement_is_none() -> None:
    with transaction.atomic():
        pass
    with pytest.raises(ValueError), transaction.atomic():
        raise ValueError
    assert not has_begun()
    assert ask("SELECT 1") == [(1,)]
    assert not has_begun()


def test_what_is_sent_later_is_there_for_the_next_statement_and_for_everybody_after_the_commit(
    note: Statement[tuple[int]],
) -> None:
    with transaction.atomic():
        note.run_later(1)
        assert ask("SELECT line FROM note") == [(1,)]
        note.run_later(2)
        assert noted() == []
    assert noted() == [1, 2]


def test_each_statement_that_goes_along_is_counted(note: Statement[tuple[int]]) -> None:
    note.run(9)
    with recorded_statements() as seen, transaction.atomic():
        note.run_later(1)
        note.run_later(2)
        ask("SELECT 1")
    assert len(seen) == 3


def test_outside_of_a_transaction_nothing_waits(note: Statement[tuple[int]]) -> None:
    note.run_later(1)
    assert noted() == [1]


def test_what_fails_at_the_commit_undoes_the_whole_transaction(note: Statement[tuple[int]]) -> None:
    note.run(7)

    @transaction.atomic
    def verb() -> None:
        ask("INSERT INTO note VALUES (1)")
        note.run_later(7)
        note.run_later(2)

    with pytest.raises(IntegrityError):
        verb()
    assert noted() == [7]
    with transaction.atomic():
        note.run_later(3)
    assert noted() == [3, 7]


def test_what_fails_comes_up_at_the_statement_that_took_it_along(note: Statement[tuple[int]]) -> None:
    note.run(7)
    with transaction.atomic():
        note.run_later(7)
        with pytest.raises(IntegrityError):
            ask("INSERT INTO note VALUES (8)")
        transaction.set_rollback(True)
    assert noted() == [7]


def test_going_back_to_a_savepoint_takes_what_waits_since_then_and_nothing_else(note: Statement[tuple[int]]) -> None:
    note.run(7)
    with transaction.atomic():
        note.run_later(1)
        with transaction.atomic():
            note.run_later(7)  # it would fail
            transaction.set_rollback(True)
        with pytest.raises(IntegrityError), transaction.atomic():
            note.run_later(7)
        note.run_later(2)
    assert noted() == [1, 2, 7]


def test_a_text_that_cannot_be_read_leaves_the_transaction_open(note: Statement[tuple[int]]) -> None:
    with transaction.atomic():
        with pytest.raises(ProgrammingError):
            ask("SELEKT 1")
        note.run(1)
        assert has_begun()
        transaction.set_rollback(True)
    assert noted() == []


@pytest.mark.parametrize("send", ["copy", "many", "rows by and by"])
def test_whatever_else_is_sent_first_is_in_the_transaction_too(
    send: str, note: Statement[tuple[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_channel("here")

    def copy() -> None:
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY note FROM STDIN", io.StringIO("1\n"))

    def many() -> None:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO note VALUES (%s)", [[1], [2]])

    def by_and_by() -> None:
        assert next(Channel.objects.iterator(chunk_size=1)).slug == "here"

    ways: dict[str, Callable[[], None]] = {"copy": copy, "many": many, "rows by and by": by_and_by}
    with transaction.atomic():
        note.run_later(5)
        ways[send]()
        assert has_begun()
        assert ask("SELECT 1 FROM note WHERE line = 5") == [(1,)]
        transaction.set_rollback(True)
    assert noted() == []


def test_a_plan_that_is_out_of_date_at_the_commit_is_made_anew_when_the_transaction_is_repeated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shelf (label text)")
        cursor.execute("INSERT INTO shelf VALUES ('wool')")
    look = Statement(f"look_{uuid4().hex}", tuple, "SELECT * FROM shelf WHERE $1", "bool", is_read=False)
    look.run(True)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shelf ALTER COLUMN label TYPE varchar(100)")
    tries = []

    def verb() -> None:
        tries.append(1)
        with transaction.atomic():
            look.run_later(True)

    try:
        retry_on_deadlock(verb)
    finally:
        ask("DROP TABLE shelf")
    assert len(tries) == 2


def test_a_transaction_may_be_stricter_if_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.postgresql.psycopg_any import IsolationLevel

    strict = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {**strict.settings_dict["OPTIONS"], "isolation_level": IsolationLevel.SERIALIZABLE}
    monkeypatch.setitem(strict.settings_dict, "OPTIONS", options)
    try:
        strict.set_autocommit(False)
        with strict.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("serializable",)
        strict.rollback()
    finally:
        strict.close()


def test_without_autocommit_one_transaction_follows_the_other(note: Statement[tuple[int]]) -> None:
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        other.set_autocommit(False)
        for line in (1, 2):
            with other.cursor() as cursor:
                cursor.execute("INSERT INTO note VALUES (%s)", [line])
            assert line not in noted()
            other.commit()
            assert line in noted()
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO note VALUES (3)")
        other.rollback()
    finally:
        other.close()
    assert noted() == [1, 2]


def test_nobody_leaves_a_transaction_by_asking_for_another_mode() -> None:
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1")
        with pytest.raises(DatabaseError):
            other.set_autocommit(True)
        other.rollback()
        other.set_autocommit(True)
    finally:
        other.close()
