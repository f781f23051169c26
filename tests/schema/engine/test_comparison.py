"""The rule by which two answers are the same, by itself."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError

from tests.schema.engine.comparison import Fault, differences, position

DATA: dict[str, Any] = {"a": {"b": None, "c": [1, None, {"d": None}]}, "n": None}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["n"], ("n",)),
        (["n", "below", 0], ("n",)),
        (["a", "b"], ("a", "b")),
        (["a", "c", 1, "x", "y"], ("a", "c", 1)),
        (["a", "c", 2, "d"], ("a", "c", 2, "d")),
        (["a", "c", 0], None),
        (["a", "c", 7], None),
        (["nowhere"], None),
        ([], None),
    ],
)
def test_a_position_is_the_null_that_the_path_leads_to(path: list[str | int], expected: Any) -> None:
    assert position(path, DATA) == expected


def test_without_data_every_error_stands_for_the_whole() -> None:
    assert position(["a", 1], None) == ()
    assert position(None, None) == ()


def answer(data: Any, *errors: tuple[str, list[str | int]]) -> ExecutionResult:
    return ExecutionResult(data, [GraphQLError(message, path=path) for message, path in errors] or None)


def found(expected: ExecutionResult, given: ExecutionResult, *possible: tuple[str, list[str | int]]) -> list[str]:
    """The differences where these errors could have happened."""
    return differences(expected, given, [Fault.of(GraphQLError(message, path=path)) for message, path in possible])


NULL = {"a": None}
ONE, OTHER = ("one", ["a", "x"]), ("other", ["a", "y"])
OWN: tuple[str, list[str | int]] = ("own", ["a"])


def test_what_competes_may_differ_and_nothing_else() -> None:
    assert found(answer(NULL, ONE), answer(NULL, OTHER), ONE, OTHER) == []
    assert found(answer(NULL, ONE), answer(NULL, OTHER), ONE)
    assert found(answer(NULL, ONE), answer(NULL), ONE, OTHER)
    assert found(answer(NULL, ONE), answer(NULL, ("third", ["a", "z"])), ONE, OTHER)
    assert found(answer(NULL, ONE), answer(NULL, ("one", ["a", "y"])), ONE, OTHER)


def test_what_does_not_compete_is_the_same() -> None:
    assert found(answer(NULL, OWN), answer(NULL, OWN), OWN) == []
    assert found(answer(NULL, OWN), answer(NULL, OWN, OWN), OWN)
    assert found(answer(NULL), answer(NULL, OWN))
    assert found(answer({"a": 1}), answer({"a": 1}, OWN))


@pytest.mark.parametrize(
    ("data", "other"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": True}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": []}, {"a": None}),
        ({}, None),
    ],
)
def test_data_is_the_same_to_the_byte(data: Any, other: Any) -> None:
    assert found(answer(data), answer(data)) == []
    assert found(answer(data), answer(other))
