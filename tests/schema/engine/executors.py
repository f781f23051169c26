"""The two executors: schemas that differ in nothing else."""

from __future__ import annotations

import copy
from typing import Any

import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.engine import Plans, set_plans


class QuietSchema(strawberry.Schema):
    """A schema whose errors are compared, not logged."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Nothing."""


def by_executor(schema: strawberry.Schema, executor: Any) -> strawberry.Schema:
    """The same schema with another executor. A copy: some of Strawberry's fields cannot be built into two schemas."""
    other = copy.copy(schema)
    other.execution_context_class = executor
    return other


def by_graphql_core(schema: strawberry.Schema) -> strawberry.Schema:
    """The same schema, executed by graphql-core."""
    return by_executor(schema, StrawberryGraphQLCoreExecutionContext)


def compiled_at_once(schema: strawberry.Schema) -> Plans:
    """Have the schema compile what it sees for the first time; returns its plans."""
    plans = Plans(compile_after=1)
    set_plans(schema._schema, plans)
    return plans
