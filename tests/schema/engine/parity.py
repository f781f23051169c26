"""Cases with a literal answer that both executors must give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import parse

from schema.engine import Levels
from tests.schema.engine.comparison import written
from tests.schema.engine.executors import by_graphql_core, compiled_at_once
from tests.schema.engine.runs import Request, Setting, compare


@dataclass(frozen=True, slots=True)
class Case:
    """A document and what it answers: `data`, and the errors as (message, path), in the order of graphql-core.

    `planned` is False where the engine is known to leave the operation to graphql-core, or where no executor is
    reached at all.
    """

    story: str
    document: str
    data: Any
    errors: tuple[tuple[str, list[str | int] | None], ...] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    root: Any = None
    operation_name: str | None = None
    planned: bool = True


def told(case: Case) -> str:
    """The id of a case in the test report."""
    return case.story.replace(" ", "-")


@dataclass(slots=True)
class Context:
    """What batch fields need of a request's context."""

    levels: Levels = field(default_factory=Levels)


def hold(schema: strawberry.Schema, case: Case) -> None:
    """Assert that graphql-core answers as the case says, that Strawberry does so with the engine, and that the two
    agree in all that the rule of `comparison.differences` compares.
    """
    plain = by_graphql_core(schema)
    asked = {
        "variable_values": case.variables,
        "root_value": case.root,
        "operation_name": case.operation_name,
    }
    plans = compiled_at_once(schema)
    for answered_by in (plain, schema, schema):
        result = answered_by.execute_sync(case.document, context_value=Context(), **asked)
        assert written(result.data) == written(case.data)
        said = sorted(((error.message, error.path) for error in result.errors or ()), key=repr)
        if answered_by is plain or len(case.errors) < 2:
            assert said == sorted(case.errors, key=repr)
    assert plans.figures.planned == (2 if case.planned else 0), plans.figures
    request = Request(parse(case.document), case.variables, case.operation_name)
    assert compare(schema, plain, request, lambda: Setting(Context(), case.root)) == []
