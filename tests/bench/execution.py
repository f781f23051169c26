"""The executor alone, on objects in memory: the document is parsed and validated before, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, execute_sync, parse, validate

from deploy.roomy_stack import with_roomy_stack
from schema.engine.levels import Levels
from tests.bench.documents import leaves, list_request
from tests.bench.figures import interleaved, milliseconds, require_equal, show, times_faster
from tests.bench.yardstick import attributes, batched, rows

LEAVES = 922

try:
    from schema.engine import BreadthFirstExecutor
except ImportError:
    BreadthFirstExecutor = None

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
