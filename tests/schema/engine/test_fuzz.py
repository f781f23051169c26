"""Random documents on random worlds: the engine answers what graphql-core answers. `make fuzz` runs more of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from graphql import ExecutionResult, GraphQLError

from schema.engine import BreadthFirstExecutor
from tests.schema.engine.executors import by_executor, compiled_at_once
from tests.schema.engine.fuzz_schema import COMPILED
from tests.schema.engine.fuzzing import Case, differences_of, errors_of_document, smallest, write_case

PORTIONS: Final = 20
DOCUMENTS_EACH: Final = 100
RUNS_EACH: Final = 2


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_random_documents_are_answered_alike(portion: int) -> None:
    plans = compiled_at_once(COMPILED)
    runs_with_a_null = 0
    for number in range(DOCUMENTS_EACH):
        seed = f"fixed/{portion}/{number}"
        case = write_case(seed)
        runs_with_a_null += sum(None in variables.values() for variables in case.document.variables)
        found = differences_of(case)
        assert not found, f"seed {seed}\n" + "\n".join(found)
    figures = plans.figures
    assert figures.planned > 0.9 * RUNS_EACH * DOCUMENTS_EACH, figures
    # Only a @skip or @include whose variable is null has no plan: it is an error, and graphql-core reports it.
    assert figures.left_to_core <= runs_with_a_null, figures


def test_random_documents_are_valid_but_for_a_few() -> None:
    cases = [write_case(f"valid/{number}") for number in range(100)]
    assert sum(not errors_of_document(case.document.text) for case in cases) >= 98


def test_a_seed_gives_the_same_document_and_the_same_world_again() -> None:
    one, other = write_case("same"), write_case("same")
    assert one.document == other.document
    assert [world.row("Badge", 3).label for world in one.worlds] == [
        world.row("Badge", 3).label for world in other.worlds
    ]


# What follows breaks the engine's answer in one way each. A comparison that did not notice would prove nothing.


def _drop_an_error(result: ExecutionResult) -> None:
    if result.errors:
        result.errors.pop()


def _report_an_error_twice(result: ExecutionResult) -> None:
    if result.errors:
        result.errors.append(result.errors[0])


def _say_something_else(result: ExecutionResult) -> None:
    if result.errors:
        first = result.errors[0]
        result.errors[0] = GraphQLError("Something else.", first.nodes, path=first.path)


def _blame_the_parent(result: ExecutionResult) -> None:
    if result.errors and result.errors[0].path:
        first = result.errors[0]
        result.errors[0] = GraphQLError(
            first.message, first.nodes, path=first.path[:-1], original_error=first.original_error
        )


def _invent_an_error(result: ExecutionResult) -> None:
    result.errors = [*(result.errors or ()), GraphQLError("Never happened.", path=["nowhere"])]


def _swap_two_fields(result: ExecutionResult) -> None:
    if result.data:
        first = next(iter(result.data))
        result.data[first] = result.data.pop(first)


def _lose_a_row(result: ExecutionResult) -> None:
    for value in (result.data or {}).values():
        if isinstance(value, list) and value:
            value.pop()


def _turn_null_into_nothing(result: ExecutionResult) -> None:
    for key, value in list((result.data or {}).items()):
        if value is None:
            del result.data[key]


def _turn_integers_into_floats(result: ExecutionResult) -> None:
    for key, value in (result.data or {}).items():
        if type(value) is int:
            result.data[key] = float(value)


BREAKS: Final = [
    _drop_an_error,
    _report_an_error_twice,
    _say_something_else,
    _blame_the_parent,
    _invent_an_error,
    _swap_two_fields,
    _lose_a_row,
    _turn_null_into_nothing,
    _turn_integers_into_floats,
]


def _broken(spoil: Callable[[ExecutionResult], None]) -> Any:
    class BrokenExecutor(BreadthFirstExecutor):
        def execute_operation(self, serially: bool | None = None) -> Any:
            result: Any = super().execute_operation(serially)
            spoil(result)
            return result

    return by_executor(COMPILED, BrokenExecutor)


def _cases() -> Iterator[Case]:
    return (write_case(f"negative/{number}") for number in range(400))


@pytest.mark.parametrize("spoil", BREAKS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_a_broken_executor_does_not_get_away_with_it(spoil: Callable[[ExecutionResult], None]) -> None:
    compiled_at_once(COMPILED)
    broken = _broken(spoil)
    assert any(differences_of(case, broken) for case in _cases())


def test_a_mutation_that_is_done_twice_is_noticed() -> None:
    class TwiceExecutor(BreadthFirstExecutor):
        def execute_operation(self, serially: bool | None = None) -> Any:
            super().execute_operation(serially)
            return super().execute_operation(serially)

    compiled_at_once(COMPILED)
    twice = by_executor(COMPILED, TwiceExecutor)
    found = (difference for case in _cases() for difference in differences_of(case, twice))
    assert any(difference.startswith("effects:") for difference in found)


def test_a_difference_is_shown_with_a_small_document() -> None:
    compiled_at_once(COMPILED)
    broken = _broken(_turn_integers_into_floats)
    case = next(case for case in _cases() if len(case.document.text) > 500 and differences_of(case, broken))
    small = smallest(case, lambda each: differences_of(each, broken))
    assert differences_of(small, broken)
    assert len(small.document.text) < 150
