"""A ready operation answers what graphql-core's own way answers, whatever comes in its variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, execute_sync, parse

from schema.engine import BreadthFirstExecutor, Levels, ReadyOperation


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.input
class Size:
    width: int
    depth: int | None = None


@strawberry.input
class Order:
    sizes: list[Size]
    day: date | None = None
    colours: list[Colour] | None = None
    price: Decimal | None = None
    note: str = "none"
    is_gift: bool | None = strawberry.UNSET


@strawberry.input
class Tree:
    name: strawberry.ID
    branches: list[Tree] | None = None


@strawberry.input(one_of=True)
class Choice:
    text: str | None = strawberry.UNSET
    number: int | None = strawberry.UNSET


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
        order: Order | None = None,
        tree: Tree | None = None,
        choice: Choice | None = None,
    ) -> str:
        """What was given, as Python shows it."""
        return repr((text, number, flag, id, size, words, order, tree, choice))


SCHEMA = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


@dataclass
class Context:
    levels: Levels = field(default_factory=Levels)


PLAIN = """
query ($t: String, $n: Int, $b: Boolean!, $i: ID) { ...all }
fragment all on Query { echo(text: $t, number: $n, flag: $b, id: $i) }
"""
REQUIRED = "query ($t: String!, $n: Int = 7) { echo(text: $t, number: $n) }"
DEEP = "query ($o: Order) { echo(order: $o) }"
TREE = "query ($t: Tree!) { echo(tree: $t) }"
CHOICE = "query ($c: Choice) { echo(choice: $c) }"
BOTH = 'query ($s: Size = {width: 9}, $t: Tree) { echo(size: $s, tree: $t, text: "both") }'
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
    (NESTED, {"s": {}, "w": [1]}),
    (NESTED, {"s": {"width": 2**31}, "w": [None]}),
    (NESTED, {"s": [], "w": None}),
    (NESTED, {"s": {"width": True}}),
    (DEEP, {"o": {"sizes": [{"width": 1, "depth": None}, {"depth": 2, "width": 3}]}}),
    (DEEP, {"o": {"sizes": [], "note": "hi", "isGift": None, "colours": ["RED"], "day": "2026-01-31"}}),
    (DEEP, {"o": {"sizes": {"width": 1}, "colours": "GREEN", "price": "1.50"}}),
    (DEEP, {"o": {"sizes": [None]}}),
    (DEEP, {"o": {"sizes": [{"width": "x"}, {"wide": 1}], "note": None, "day": "never", "price": "dear"}}),
    (DEEP, {"o": {"sizes": [], "colours": ["BLUE"]}}),
    (DEEP, {"o": {"sizes": [], "colours": [["RED"]], "price": 3}}),
    (DEEP, {"o": None}),
    (DEEP, {}),
    (TREE, {"t": {"name": 1, "branches": [{"name": "leaf"}]}}),
    (TREE, {"t": {"name": "root", "branches": [{"name": None}]}}),
    (CHOICE, {"c": {"text": "a"}}),
    (BOTH, {"s": {"width": 1}}),
    (BOTH, {"s": {"width": 1}, "t": {"name": "root"}}),
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
