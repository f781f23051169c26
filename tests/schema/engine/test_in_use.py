"""The engine runs where Strawberry runs, without further ado; and steps aside where an extension wraps resolvers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import SchemaExtension

from schema.engine import BreadthFirstExecutor, plans_of


@strawberry.type
class Query:
    """One field."""

    @strawberry.field
    def greeting(self) -> str:
        return "hello"


class Shouting(SchemaExtension):
    """An extension that wraps every resolver."""

    def resolve(self, next_: Callable[..., Any], root: Any, info: Any, *arguments: str, **named: Any) -> Any:
        return str(next_(root, info, *arguments, **named)).upper()


class Watching(SchemaExtension):
    """An extension that leaves resolvers alone."""

    def get_results(self) -> dict[str, Any]:
        return {"seen": self.execution_context.result.data}  # type: ignore[union-attr]


def test_the_second_time_a_plan_answers() -> None:
    schema = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor, extensions=[Watching])
    answers = [schema.execute_sync("{ greeting }") for _ in range(3)]
    assert [answer.data for answer in answers] == [{"greeting": "hello"}] * 3
    assert [answer.extensions for answer in answers] == [{"seen": {"greeting": "hello"}}] * 3
    figures = plans_of(schema._schema).figures
    assert (figures.left_to_core, figures.compiled, figures.planned) == (1, 1, 2)


def test_an_extension_that_wraps_resolvers_still_does() -> None:
    schema = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor, extensions=[Shouting])
    assert [schema.execute_sync("{ greeting }").data for _ in range(3)] == [{"greeting": "HELLO"}] * 3
    assert plans_of(schema._schema).figures.planned == 0
