"""From text to a document that may run: parsed, within the limits, valid and priced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from graphql.language.parser import MAX_NESTING_DEPTH
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.cache.reads import Reads, reads_of
from schema.engine import ReadyOperation
from schema.http.cost import Price, Pricing, defaults_of, root_fields
from schema.http.measure import check_shape
from schema.limits import LimitExceeded, Limits, require_at_most

RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
INTROSPECTION_FIELDS: Final = frozenset({"__schema", "__type"})


class RequestRefused(Exception):
    """The request never ran. `status` is its HTTP status for clients that read `application/graphql-response+json`."""

    def __init__(self, *errors: GraphQLError, status: int = 400) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
        self.status = status


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, ready to run."""

    kind: OperationType
    price: Price
    root_fields: frozenset[str]
    page_variables: Mapping[str, str]
    defaults: Mapping[str, int]
    ready: ReadyOperation
    reads: Reads | None = None
    """What it reads, if the answer to an anonymous caller is the same for everybody."""

    @property
    def introspects(self) -> bool:
        """Whether it reads the schema itself."""
        return not self.root_fields.isdisjoint(INTROSPECTION_FIELDS)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document that may run, with its operations by name (None for one without a name)."""

    document: DocumentNode
    operations: Mapping[str | None, Operation]
    digest: str
    """The sha256 of its text."""

    def operation(self, name: str | None) -> Operation:
        """The operation that a request means. Raises RequestRefused if that is not clear."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        operation = self.operations.get(name) if name is not None else None
        if operation is None:
            message = (
                f"The document has no operation named {name!r}."
                if name is not None
                else "The document must hold exactly one operation, or operationName must choose one."
            )
            raise RequestRefused(GraphQLError(message, extensions={"code": "OPERATION_NOT_FOUND"}))
        return operation


class DocumentPreparation:
    """Prepares documents for one schema. Thread-safe."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, hide_suggestions: bool) -> None:
        self._schema = schema
        self.limits = limits
        self._hide_suggestions = hide_suggestions

    def prepare(self, text: str) -> PreparedDocument:
        """Parse, measure, validate and price `text`. Raises RequestRefused."""
        try:
            return self._prepare(text)
        except LimitExceeded as error:
            raise RequestRefused(error) from error

    def _prepare(self, text: str) -> PreparedDocument:
        document = self._parse(text)
        check_shape(document, self.limits)
        self._validate(document)
        pricing = Pricing(self._schema, document, self.limits)
        operations: dict[str | None, Operation] = {}
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                operations[node.name.value if node.name else None] = Operation(
                    kind=node.operation,
                    price=pricing.operation(node),
                    root_fields=root_fields(node, document),
                    page_variables=pricing.page_variables,
                    defaults=defaults_of(node),
                    ready=ReadyOperation(self._schema, document, node),
                    reads=reads_of(self._schema, document, node),
                )
        return PreparedDocument(document, operations, sha256(text.encode("utf-8", "surrogatepass")).hexdigest())

    def _parse(self, text: str) -> DocumentNode:
        limits = self.limits
        require_at_most("documentLength", limits.document_length, len(text), "characters")
        try:
            return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.comments)
        except GraphQLSyntaxError as error:
            raise RequestRefused(self._syntax_error(error)) from error

    def _syntax_error(self, error: GraphQLSyntaxError) -> GraphQLError:
        """graphql-core says only in words that a limit was met; the words are told apart here and nowhere else."""
        for limit, maximum, words in (
            ("tokens", self.limits.tokens, "tokens. Parsing aborted"),
            ("comments", self.limits.comments, "comments. Parsing aborted"),
            ("nesting", MAX_NESTING_DEPTH, "nested too deeply. Parsing aborted"),
        ):
            if words in error.message:
                return LimitExceeded(
                    limit, maximum=maximum, message=f"The limit {limit} is {maximum}; parsing stopped."
                )
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        return error

    def _validate(self, document: DocumentNode) -> None:
        errors = validate(
            self._schema,
            document,
            RULES,
            max_errors=self.limits.validation_errors,
            hide_suggestions=self._hide_suggestions,
        )
        if errors:
            shown = errors[: self.limits.validation_errors]
            for error in shown:
                error.extensions = {**(error.extensions or {}), "code": "GRAPHQL_VALIDATION_FAILED"}
            raise RequestRefused(*shown)
