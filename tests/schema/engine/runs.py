"""Runs one document by both executors, with a third run that tells everything that can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import strawberry
from graphql import DirectiveNode, DocumentNode, ExecutionResult, NameNode, OperationDefinitionNode, execute
from graphql.execution.middleware import MiddlewareManager
from graphql.type.directives import GraphQLDisableErrorPropagationDirective
from strawberry.execution import optimized_is_awaitable

from tests.schema.engine.comparison import Fault, differences, faults_of


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed document with all that is needed to run it."""

    document: DocumentNode
    variables: dict[str, Any]
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a request meets: its context and the root value. Each run gets its own."""

    context: Any
    root: Any


def run(schema: strawberry.Schema, request: Request, setting: Setting) -> ExecutionResult:
    """Execute as `strawberry.Schema.execute_sync` does, without parsing and validating again."""
    result = execute(
        schema._schema,
        request.document,
        root_value=setting.root,
        middleware=MiddlewareManager(),
        variable_values=request.variables,
        operation_name=request.operation_name,
        context_value=setting.context,
        is_awaitable=optimized_is_awaitable,
        is_async_iterable=lambda _: False,
        executor_class=schema.execution_context_class,
        operation_extensions=None,
    )
    assert isinstance(result, ExecutionResult)
    return result


def everything_that_can_fail(plain: strawberry.Schema, request: Request, setting: Setting) -> list[Fault]:
    """The errors of a run in which a failed field stays where it is, however non-null."""
    document = replace(request.document, definitions=tuple(map(_without_propagation, request.document.definitions)))
    return faults_of(run(plain, Request(document, request.variables, request.operation_name), setting))


def _without_propagation(definition: Any) -> Any:
    if not isinstance(definition, OperationDefinitionNode):
        return definition
    directive = DirectiveNode(name=NameNode(value=GraphQLDisableErrorPropagationDirective.name), arguments=())
    return replace(definition, directives=(*(definition.directives or ()), directive))


def compare(
    compiled: strawberry.Schema, plain: strawberry.Schema, request: Request, setting: Callable[[], Setting]
) -> list[str]:
    """How the two schemas' answers differ, side effects included; empty if they do not.

    `setting()` makes a new context and root for each run; a context may have `effects`, a list of what was done.
    """
    ours, theirs = setting(), setting()
    expected = run(plain, request, theirs)
    given = run(compiled, request, ours)
    candidates = everything_that_can_fail(plain, request, setting()) if expected.errors or given.errors else []
    found = differences(expected, given, candidates)
    effects = [getattr(each.context, "effects", None) for each in (theirs, ours)]
    if effects[0] != effects[1]:
        found.append(f"effects: expected {effects[0]}, given {effects[1]}")
    return found
