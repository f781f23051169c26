"""Several statements in one round trip answer what each of them answers alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import pytest
from pytest_django import Settings

from commerce.core.statements import STATEMENTS, Statement
from commerce.core.together import Part, Together
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


class Measure(NamedTuple):
    """Values of many kinds."""

    number: int
    name: str | None
    exact: Decimal | None
    is_odd: bool
    names: list[str]


class Only(NamedTuple):
    """One number."""

    number: int


class Kept(NamedTuple):
    """Values that JSON has no kinds of its own for."""

    key: UUID | None
    moment: datetime | None
    exact: Decimal | None
    keys: list[UUID]
    names: list[str] | None


@pytest.fixture(params=[True, False], ids=["prepared", "plain"], autouse=True)
def either_way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param


@pytest.fixture(scope="module")
def parts() -> Iterator[tuple[Statement[Measure], Statement[Only], Together]]:
    """Two statements, and both in one: the second counts what the first has found."""
    measures = Statement(
        "together_measures",
        Measure,
        "SELECT n::int, nullif('n' || n, 'n2'), n / 4.0, n % 2 = 1, ARRAY['a', 'b'] FROM generate_series(1, $1) AS n"
        " WHERE 'a:b%' LIKE 'a%' ORDER BY n DESC",
        "int",
    )
    counts = Statement("together_counts", Only, "SELECT cardinality($1)", "int[]")
    both = Together(
        "together_both",
        "int",
        parts={
            "measures": Part(measures, [Measure], "$1"),
            "counts": Part(counts, [Only], "ARRAY(SELECT c1::int FROM measures)"),
        },
    )
    yield measures, counts, both
    for name in ("together_measures", "together_counts", "together_both"):
        del STATEMENTS[name]


Parts = tuple[Statement[Measure], Statement[Only], Together]


def test_each_part_has_the_rows_of_its_statement_in_their_order(parts: Parts) -> None:
    measures, counts, both = parts
    with recorded_statements() as seen:
        found = both.all(["measures", "counts"], 3)
    assert len(seen) == 1
    assert found == {"measures": measures.all(3), "counts": counts.all("{3,2,1}")}
    assert [row.number for row in found["measures"]] == [3, 2, 1]
    assert found["measures"][1] == Measure(2, None, Decimal("0.5"), False, ["a", "b"])


def test_what_is_not_wanted_is_not_there(parts: Parts) -> None:
    assert parts[2].all(["counts"], 3) == {"counts": [Only(3)]}
    assert parts[2].all([], 3) == {}


def test_a_part_takes_as_many_parameters_as_its_statement(parts: Parts) -> None:
    with pytest.raises(ValueError, match="together_counts takes 1 parameters"):
        Part(parts[1], [Only])


def test_parts_that_are_wanted_have_a_statement_of_their_own_until_there_are_too_many(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    measures, counts, _ = parts
    made = {
        "measures": Part(measures, [Measure], "$1"),
        "counts": Part(counts, [Only], "ARRAY(SELECT c1::int FROM measures)"),
    }
    both = Together("together_once_more", "int", parts=made, listed=False)
    with recorded_statements() as seen:
        assert both.all(["counts"], 3) == {"counts": [Only(3)]}
    assert len(seen) == 1
    monkeypatch.setattr("commerce.core.together.MOST_SETS", 0)
    assert both.all(["measures"], 2) == {"measures": measures.all(2)}
    assert "together_once_more" not in STATEMENTS


def test_wide_rows_come_as_one_array_each_and_are_the_same(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.core.together.MOST_COLUMNS", 0)
    key = UUID("0190a3c2-0000-7000-8000-000000000001")
    sql = f"""
        SELECT '{key}'::uuid, '2026-11-27 05:15:38.25+02'::timestamptz, 1234567890123456789.10,
               ARRAY['{key}']::uuid[], ARRAY['a "b"', NULL]
         UNION ALL SELECT NULL, NULL, NULL, '{{}}', NULL WHERE $1 > 0
    """
    keeping = Statement("together_kept", Kept, sql, "int", is_read=False)
    made = {"kept": Part(keeping, [Kept], "$1"), "measures": Part(parts[0], [Measure], "$1")}
    both = Together("together_packed", "int", parts=made, listed=False)
    found = both.all(["kept", "measures"], 3)
    assert found == {"kept": keeping.all(3), "measures": parts[0].all(3)}
    moment = datetime(2026, 11, 27, 3, 15, 38, 250_000, tzinfo=UTC)
    assert found["kept"][0] == Kept(key, moment, Decimal("1234567890123456789.10"), [key], ['a "b"', None])
    assert [type(row) for row in found["kept"]] == [Kept, Kept]
