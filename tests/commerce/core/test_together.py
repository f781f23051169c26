"""Several statements in one round trip answer what each of them answers alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

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
