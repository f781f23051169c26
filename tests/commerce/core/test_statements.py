"""Statements that are planned once, on connections that live long and through migrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from commerce.core.statements import STATEMENTS, Statement, uuid_array
from commerce.core.transactions import retry_on_deadlock
from tests.statements import Statements, recorded_statements


class ShelfRow(NamedTuple):
    """A row of the table that these tests migrate."""

    id: int
    label: str


class NumberRow(NamedTuple):
    """A number."""

    number: int


@pytest.fixture
def shelves(durable: None) -> Iterator[Statement[ShelfRow]]:
    """A statement over a table with two rows; `SELECT *`, so that a new column changes what it answers."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shelf (id int PRIMARY KEY, label text)")
        cursor.execute("INSERT INTO shelf VALUES (1, '100% wool'), (2, 'It''s linen')")
    yield Statement(
        "shelves_from", ShelfRow, "SELECT * FROM shelf WHERE id >= $1 AND label LIKE '%' ORDER BY id", "int"
    )
    del STATEMENTS["shelves_from"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE shelf")


def migrate() -> None:
    """Change the type of a column, as a migration under a running shop does."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shelf ALTER COLUMN label TYPE varchar(100)")


def sent(statements: Statements) -> list[str]:
    """The first words of what was sent."""
    return [statement.split("(")[0].split()[0] for statement in statements]


@pytest.fixture(params=[True, False], ids=["prepared", "plain"])
def either_way(request: pytest.FixtureRequest, settings: Settings) -> bool:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param
    return bool(request.param)


def test_rows_are_named_and_the_same_either_way(shelves: Statement[ShelfRow], either_way: bool) -> None:
    assert shelves.all(1) == [ShelfRow(1, "100% wool"), ShelfRow(2, "It's linen")]
    assert shelves.all(1)[1].label == "It's linen"
    assert shelves.first(2) == ShelfRow(2, "It's linen")
    assert shelves.first(3) is None


def test_a_statement_is_prepared_once_for_each_connection(shelves: Statement[ShelfRow]) -> None:
    def prepared() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements WHERE name = 'shelves_from'")
            return [row[0] for row in cursor.fetchall()]

    shelves.all(1)
    with recorded_statements() as statements:
        shelves.all(1)
    assert sent(statements) == ["EXECUTE"]
    assert prepared() == ["shelves_from"]
    connection.close()
    assert prepared() == []
    assert len(shelves.all(1)) == 2
    assert prepared() == ["shelves_from"]


def test_nothing_is_prepared_when_a_pooler_forbids_it(shelves: Statement[ShelfRow], settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = False
    with recorded_statements() as statements:
        shelves.all(1)
    assert sent(statements) == ["SELECT"]


def test_a_migration_under_a_live_connection_is_not_noticed(shelves: Statement[ShelfRow], either_way: bool) -> None:
    shelves.all(1)
    migrate()
    assert [row.label for row in shelves.all(1)] == ["100% wool", "It's linen"]


def test_a_transaction_that_a_migration_catches_fails_and_can_be_repeated(shelves: Statement[ShelfRow]) -> None:
    shelves.all(1)
    migrate()
    with pytest.raises(DatabaseError, match="cached plan"), transaction.atomic():
        shelves.all(1)
    with transaction.atomic():
        assert len(shelves.all(1)) == 2
    assert len(shelves.all(1)) == 2


def test_a_verb_that_a_migration_catches_is_repeated_as_a_whole(shelves: Statement[ShelfRow]) -> None:
    shelves.all(1)
    migrate()
    attempts = []

    @transaction.atomic
    def verb() -> int:
        attempts.append(1)
        return len(shelves.all(1))

    assert retry_on_deadlock(verb) == 2
    assert len(attempts) == 2


def test_a_pooler_that_discards_everything_costs_one_more_prepare(shelves: Statement[ShelfRow]) -> None:
    shelves.all(1)
    with connection.cursor() as cursor:
        cursor.execute("DISCARD ALL")
    assert len(shelves.all(1)) == 2


def test_a_statement_that_fails_for_another_reason_is_not_repeated(shelves: Statement[ShelfRow]) -> None:
    with recorded_statements() as statements, pytest.raises(DatabaseError):
        shelves.all("no number")
    assert sent(statements) == ["EXECUTE"]
    assert len(shelves.all(1)) == 2


def test_a_broken_transaction_refuses_statements_as_the_orm_does(shelves: Statement[ShelfRow]) -> None:
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(savepoint=False):
            shelves.all("no number")
        with pytest.raises(transaction.TransactionManagementError):
            shelves.all(1)
        transaction.set_rollback(True)


def test_one_whose_plan_depends_on_its_parameters_is_never_kept(
    db: None, query_count: Callable[[], AbstractContextManager[Statements]]
) -> None:
    numbers = Statement("numbers_to", NumberRow, "SELECT generate_series(1, $1)", "int", replan=True)
    try:
        with query_count() as statements:
            assert [row.number for row in numbers.all(3)] == [1, 2, 3]
    finally:
        del STATEMENTS["numbers_to"]
    assert sent(statements) == ["SELECT"]


def test_two_statements_cannot_have_one_name(shelves: Statement[ShelfRow]) -> None:
    with pytest.raises(ValueError, match="shelves_from"):
        Statement("shelves_from", NumberRow, "SELECT $1", "int")


def test_an_array_of_ids_is_one_text() -> None:
    assert uuid_array([]) == "{}"
    assert uuid_array(["a", "b"]) == "{a,b}"
