"""An operation that is known: what graphql-core works out anew for each request is worked out once.

That is which operation and fragments a document has, what the types of its variables are, and how plain values of
these types are coerced (schema.engine.coercion). Everything else is left to graphql-core, so that answers and errors
stay the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutine
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    assert_valid_schema,
    default_field_resolver,
    default_type_resolver,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.engine.coercion import NotPlain, Read, reader_of

_Readers = list[tuple[str, GraphQLVariableSignature, Read, bool]]


class ReadyOperation:
    """One operation of a valid document. Threads share it."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        assert_valid_schema(schema)
        nodes = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self._schema = schema
        self._operation = operation
        self._definitions = {node.name.value: node for node in nodes}
        self._fragments = {node.name.value: FragmentDetails(node, None) for node in nodes}
        self._readers = _readers(schema, operation)
        self.is_ready: Final = not any(node.variable_definitions for node in nodes)
        """False for what only graphql-core's own way can run: fragments with variables."""

    def execute_sync(
        self,
        kind: type[StrawberryGraphQLCoreExecutionContext],
        variables: Mapping[str, Any],
        *,
        context_value: object,
        hide_suggestions: bool,
        max_coercion_errors: int,
    ) -> ExecutionResult:
        """What graphql-core's execute_sync answers with `kind` as the class of its executor."""
        values = self._quickly(variables) or get_variable_values(
            self._schema,
            self._operation.variable_definitions or (),
            dict(variables),
            max_errors=max_coercion_errors,
            hide_suggestions=hide_suggestions,
        )
        if not isinstance(values, VariableValues):
            return ExecutionResult(None, errors=values)
        executor = kind(
            self._schema,
            self._definitions,
            self._fragments,
            None,
            context_value,
            self._operation,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            False,
            None,
            assume_not_awaitable,
            assume_not_async_iterable,
            hide_suggestions=hide_suggestions,
        )
        result = executor.execute_operation()
        if isinstance(result, ExecutionResult):
            return result
        if iscoroutine(result):
            result.close()
        raise RuntimeError("GraphQL execution failed to complete synchronously.")

    def _quickly(self, variables: Mapping[str, Any]) -> VariableValues | None:
        """The variables as graphql-core coerces them, where that is plain to see."""
        if self._readers is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, read, must_be_there in self._readers:
            if name not in variables:
                if must_be_there:
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            value = variables[name]
            try:
                coerced[name] = read(value)
            except NotPlain:
                return None
            sources[name] = VariableValueSource(signature, value)
        return VariableValues(sources, coerced)


def _readers(schema: GraphQLSchema, operation: OperationDefinitionNode) -> _Readers | None:
    """The variables of an operation with what reads them; None if one of them is left to graphql-core."""
    found: _Readers = []
    for node in operation.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError):
            return None
        read = reader_of(signature.type)
        if read is None:
            return None
        must_be_there = is_non_null_type(signature.type) or signature.default is not None
        found.append((signature.name, signature, read, must_be_there))
    return found
