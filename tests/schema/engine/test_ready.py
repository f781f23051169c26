"""A ready operation answers what graphql-core's own way answers, whatever comes in its variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, execute_sync, parse

from schema.engine import BreadthFirstExecutor, Levels, ReadyOperation


@strawberry.input
class Size:
    width: int


@strawberry.type
class Query:
    @strawberry.field
    def echo(
        self,
        text: str | None = None,
        number: int | None = None,
        flag: bool | None = None,
        id: strawberry.ID | None = None,
        size: Size | None = None,
        words: list[str] | None = None,
    ) -> str:
        """What was given, as Python shows it."""
        return repr((text, number, flag, id, size.width if size else None, words))


SCHEMA = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


@dataclass
class Context:
    levels: Levels = field(default_factory=Levels)


PLAIN = """
query ($t: String, $n: Int, $b: Boolean!, $i: ID) { ...all }
fragment all on Query { echo(text: $t, number: $n, flag: $b, id: $i) }
"""
REQUIRED = "query ($t: String!, $n: Int = 7) { echo(text: $t, number: $n) }"
NESTED = "query ($s: Size, $w: [String!]) { echo(size: $s, words: $w) }"

CASES: list[tuple[str, dict[str, Any]]] = [
    (PLAIN, {"t": "a", "n": 1, "b": True, "i": "x"}),
    (PLAIN, {"b": False}),
    (PLAIN, {"t": None, "n": None, "b": False, "i": None, "unknown": 1}),
    (PLAIN, {}),
    (PLAIN, {"b": None}),
    (PLAIN, {"b": 1}),
    (PLAIN, {"b": True, "n": True}),
    (PLAIN, {"b": True, "n": 1.0}),
    (PLAIN, {"b": True, "n": 2**31}),
    (PLAIN, {"b": True, "n": -(2**31)}),
    (PLAIN, {"b": True, "i": 12}),
    (PLAIN, {"b": True, "t": 12}),
    (REQUIRED, {"t": "a"}),
    (REQUIRED, {"t": "a", "n": None}),
    (REQUIRED, {}),
    (NESTED, {"s": {"width": 3}, "w": ["a"]}),
    (NESTED, {"s": {"width": "3"}, "w": "a"}),
    (NESTED, {"s": {"height": 3}}),
]


@pytest.mark.parametrize(("text", "variables"), CASES)
def test_it_answers_as_graphql_core_does(text: str, variables: dict[str, Any]) -> None:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    ready = ReadyOperation(SCHEMA._schema, document, operation)
    expected = execute_sync(
        SCHEMA._schema,
        document,
        context_value=Context(),
        variable_values=variables,
        max_coercion_errors=5,
        executor_class=BreadthFirstExecutor,
        hide_suggestions=True,
    )
    for _ in range(3):
        found = ready.execute_sync(
            BreadthFirstExecutor, variables, context_value=Context(), hide_suggestions=True, max_coercion_errors=5
        )
        assert found.formatted == expected.formatted
