"""Where Strawberry and graphql-core meet the engine: an executor that runs a plan where there is one."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from graphql import ExecutionResult
from graphql.pyutils import AwaitableOrValue
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.engine.plans import plans_of


class BreadthFirstExecutor(StrawberryGraphQLCoreExecutionContext):
    """Give it to a schema as `execution_context_class`."""

    def execute_operation(self, serially: bool | None = None) -> AwaitableOrValue[Any]:
        """Run the operation's plan, or leave it to graphql-core if it has none."""
        plans = plans_of(self.schema)
        # Strawberry always brings a manager; it wraps resolvers only if an extension has a `resolve`.
        wrapped = self.middleware_manager is not None and bool(self.middleware_manager.middlewares)
        if not plans.enabled or wrapped or self.abort_signal is not None:
            return super().execute_operation(serially)
        plan = plans.plan(self.schema, self.operation, self.fragment_definitions, self.variable_values)
        if plan is None:
            return super().execute_operation(serially)
        result: ExecutionResult = plan.execute(self)
        self.run_async_work_finished_hook()
        # These methods of its own would keep the executor, and every row of the answer, until a full collection.
        self.async_helpers = _NOTHING_TO_AWAIT
        return result


def _no_async_work(*_: Any) -> NoReturn:
    raise RuntimeError("The operation has been answered; nothing of it can be awaited any more.")


_NOTHING_TO_AWAIT: Final = GraphQLResolveInfoHelpers(gather=_no_async_work, track=_no_async_work)
