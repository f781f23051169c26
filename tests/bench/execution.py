"""The executor alone, on objects in memory: the document is parsed and validated before, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, OperationDefinitionNode, execute_sync, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from schema.engine import BreadthFirstExecutor, Levels, Plans
from tests.bench.documents import leaves, list_request
from tests.bench.figures import interleaved, milliseconds, require_equal, show, times_faster
from tests.bench.roomy_stack import with_roomy_stack
from tests.bench.yardstick import attributes, batched, rows

LEAVES = 922

Run = Callable[[], ExecutionResult]


@dataclass
class Context:
    """What the resolvers of the yardsticks are given."""

    page: rows.Page
    levels: Levels = field(default_factory=Levels)


def measure(*, rounds: int, calls: int) -> None:
    """Print how many times faster than graphql-core's own executor the engine is, on the same schema."""
    compare("engine", batched.Query, rounds=rounds, calls=calls)
    compare("engine.attributes", attributes.Query, rounds=rounds, calls=calls)
    plans(rounds=rounds, calls=calls)


def compare(name: str, query: type, *, rounds: int, calls: int) -> None:
    """Both executors over the schema of `query`. Raises NotEqual if their answers differ."""
    sides = {"compiled": runner(query, BreadthFirstExecutor), "graphql_core": runner(query, None)}
    answers = {side: answer_of(run) for side, run in sides.items()}
    require_equal(name, answers["compiled"], answers["graphql_core"])
    taken = interleaved(sides, rounds=rounds, calls=calls)
    ratio = times_faster(taken["graphql_core"], taken["compiled"])
    show(name.replace("engine", "engine.vs_graphql_core", 1), ratio, "x")
    for side, seconds in taken.items():
        show(f"{name}.{side}.ms", milliseconds(seconds), "ms")


def runner(query: type, executor: type[Any] | None) -> Run:
    """What executes the list once."""
    schema = strawberry.Schema(query=query, execution_context_class=executor)
    request = list_request()
    core = schema._schema  # Strawberry has no public name for it
    document = parse(request.text)
    assert not validate(core, document)
    page = rows.page()

    # Without it graphql-core takes between one and four times as long, by the luck of where its frames come to lie.
    @with_roomy_stack
    def run() -> ExecutionResult:
        return execute_sync(
            core,
            document,
            context_value=Context(page),
            variable_values=request.variables,
            executor_class=schema.execution_context_class,
        )

    return run


def answer_of(run: Run) -> bytes:
    """The data as JSON, after the runs that it takes until a plan is compiled."""
    for _ in range(3):
        result = run()
    assert not result.errors, result.errors
    assert leaves(result.data) == LEAVES
    return orjson.dumps(result.data)


def plans(*, rounds: int, calls: int) -> None:
    """Print what it takes to compile the list's plan, and to find it again."""
    core = strawberry.Schema(query=batched.Query, execution_context_class=BreadthFirstExecutor)._schema
    request = list_request()
    (operation,) = parse(request.text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    variables = get_variable_values(core, operation.variable_definitions or (), request.variables)
    assert isinstance(variables, VariableValues)
    kept = Plans()
    assert kept.prepare(core, operation, {}, variables) is not None
    seconds = interleaved(
        {
            "compile": lambda: Plans().prepare(core, operation, {}, variables),
            "lookup": lambda: kept.plan(core, operation, {}, variables),
        },
        rounds=rounds,
        calls=calls,
    )
    show("engine.plan.compile", milliseconds(seconds["compile"]), "ms")
    show("engine.plan.lookup", milliseconds(seconds["lookup"]) * 1000, "us")
