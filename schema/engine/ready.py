"""An operation that is known: what graphql-core works out anew for each request is worked out once.

That is which operation and fragments a document has, what the types of its variables are, and, for the plain types
that nearly all variables have, whether a value is of its type. Everything else is left to graphql-core, so that answers
and errors stay the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutine
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    assert_valid_schema,
    default_field_resolver,
    default_type_resolver,
    get_nullable_type,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

# Classes whose values graphql-core takes as they are. Exact classes only: True is no Int.
_TAKEN: Final[tuple[tuple[GraphQLScalarType, type], ...]] = (
    (GraphQLString, str),
    (GraphQLID, str),
    (GraphQLInt, int),
    (GraphQLBoolean, bool),
)
_LARGEST_INT: Final = 2**31 - 1

_Plain = list[tuple[str, GraphQLVariableSignature, type, bool]]


class ReadyOperation:
    """One operation of a valid document. Threads share it."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        assert_valid_schema(schema)
        nodes = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self._schema = schema
        self._operation = operation
        self._definitions = {node.name.value: node for node in nodes}
        self._fragments = {node.name.value: FragmentDetails(node, None) for node in nodes}
        self._plain = _plain_variables(schema, operation)
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
        if self._plain is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, kind, non_null in self._plain:
            value: Any = variables.get(name, Undefined)
            if value is Undefined:
                if non_null or signature.default is not None:
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            if value.__class__ is not kind and (value is not None or non_null):
                return None
            if isinstance(value, int) and not -_LARGEST_INT <= value <= _LARGEST_INT:
                return None
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value
        return VariableValues(sources, coerced)


def _plain_variables(schema: GraphQLSchema, operation: OperationDefinitionNode) -> _Plain | None:
    """The variables of an operation with the classes of their values; None if not all of them are of plain types."""
    found: _Plain = []
    for node in operation.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError):
            return None
        type_ = get_nullable_type(signature.type)
        kind = next((kind for scalar, kind in _TAKEN if type_ is scalar), None)
        if kind is None:
            return None
        found.append((signature.name, signature, kind, is_non_null_type(signature.type)))
    return found
