"""Runs one GraphQL request against one schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from django.core.exceptions import ImproperlyConfigured
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute_sync

from schema.http.documents import DocumentPreparation, Operation, PreparedDocument, RequestRefused
from schema.http.request import GraphQLRequest
from schema.http.store import DocumentStore
from schema.http.variables import check_variables
from schema.limits import LimitExceeded, Limits


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

    def run(
        self, prepared: PreparedDocument, operation: Operation, request: GraphQLRequest, context: object
    ) -> Outcome:
        """Check what came in variables, then execute. Raises RequestRefused for variables that do not fit."""
        try:
            cost = check_variables(operation, request.variables, self._limits)
        except LimitExceeded as error:
            raise RequestRefused(error) from error
        result: ExecutionResult = execute_sync(
            self._core,
            prepared.document,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            max_coercion_errors=self._limits.validation_errors,
            executor_class=self._schema.execution_context_class,
            hide_suggestions=self._hide_suggestions,
        )
        errors = tuple(result.errors or ())
        if result.data is None and errors and all(each.path is None for each in errors):
            for each in errors:
                each.extensions = {"code": "BAD_USER_INPUT", **(each.extensions or {})}
            raise RequestRefused(*errors[: self._limits.validation_errors])
        return Outcome(result.data, errors, cost)
