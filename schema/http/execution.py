"""Runs one GraphQL request against one schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from django.core.exceptions import ImproperlyConfigured
from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    get_variable_values,
)
from graphql.execution.values import VariableValues

from commerce.core.values import quickly_made
from schema.engine import BreadthFirstExecutor, plans_of
from schema.http.documents import DocumentPreparation, Operation, PreparedDocument, RequestRefused
from schema.http.request import GraphQLRequest
from schema.http.store import DocumentStore
from schema.http.variables import check_variables
from schema.limits import LimitExceeded, Limits


@quickly_made
@dataclass(frozen=True, slots=True)
class Outcome:
    """What running an operation gave. `cost` is in the points of schema.http.cost."""

    data: Mapping[str, Any] | None
    errors: tuple[GraphQLError, ...]
    cost: int


class Executor:
    """One schema with its limits and its kept documents."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, *, hide_suggestions: bool) -> None:
        if schema.extensions:
            raise ImproperlyConfigured("Operations run without Strawberry's schema extensions; this schema has some.")
        self._schema = schema
        self._core: GraphQLSchema = schema._schema  # Strawberry has no public name for it
        self._limits = limits
        self._hide_suggestions = hide_suggestions
        preparation = DocumentPreparation(self._core, limits, hide_suggestions=hide_suggestions)
        self.documents = DocumentStore(preparation)

    def learn(self, text: str) -> None:
        """Make a document known and compile its operations, as far as their variables' defaults say how.

        For documents that are sure to come. Raises RequestRefused.
        """
        definitions = self.documents.learn(text).document.definitions
        plans = plans_of(self._core)
        if not plans.enabled or self._schema.execution_context_class is not BreadthFirstExecutor:
            return
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        for node in definitions:
            if isinstance(node, OperationDefinitionNode):
                values = get_variable_values(self._core, node.variable_definitions or (), {})
                if not isinstance(values, VariableValues):
                    values = VariableValues({}, {})
                plans.prepare(self._core, node, fragments, values)

    def run(
        self, prepared: PreparedDocument, operation: Operation, request: GraphQLRequest, context: object
    ) -> Outcome:
        """Check what came in variables, then execute. Raises RequestRefused for variables that do not fit."""
        try:
            cost = check_variables(operation, request.variables, self._limits)
        except LimitExceeded as error:
            raise RequestRefused(error) from error
        result = self._execute(prepared, operation, request, context)
        errors = tuple(result.errors or ())
        if result.data is None and errors and all(each.path is None for each in errors):
            for each in errors:
                each.extensions = {"code": "BAD_USER_INPUT", **(each.extensions or {})}
            raise RequestRefused(*errors[: self._limits.validation_errors])
        return Outcome(result.data, errors, cost)

    def _execute(
        self, prepared: PreparedDocument, operation: Operation, request: GraphQLRequest, context: object
    ) -> ExecutionResult:
        kind = self._schema.execution_context_class
        if kind is BreadthFirstExecutor and operation.ready.is_ready:
            return operation.ready.execute_sync(
                BreadthFirstExecutor,
                request.variables,
                context_value=context,
                hide_suggestions=self._hide_suggestions,
                max_coercion_errors=self._limits.validation_errors,
            )
        return execute_sync(
            self._core,
            prepared.document,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            max_coercion_errors=self._limits.validation_errors,
            executor_class=kind,
            hide_suggestions=self._hide_suggestions,
        )
