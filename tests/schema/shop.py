"""Asking a schema without HTTP: what a shopper's frontend or a merchant's tool gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from strawberry.types import ExecutionResult

from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.errors import CommerceError, Rejected
from schema.assemble import AudienceSchema
from schema.context import Audience, RequestContext
from schema.http.incoming import Incoming
from tests.engine_twice import assert_same, graphql_core_alone, is_comparable


@dataclass
class Reply:
    """What came back."""

    result: ExecutionResult

    @property
    def data(self) -> Any:
        """The data; fails the test if there was any error."""
        assert not self.result.errors, [repr(error.original_error or error) for error in self.result.errors]
        return self.result.data

    @property
    def codes(self) -> list[str]:
        """The codes of the errors; the message where an error is not one of the shop's."""
        found: list[str] = []
        for error in self.result.errors or []:
            original = error.original_error
            if isinstance(original, Rejected):
                found += [each.code for each in original.errors]
            else:
                found.append(original.code if isinstance(original, CommerceError) else error.message)
        return found

    @property
    def places(self) -> list[str]:
        """Where in the input the errors of the shop are, with dots."""
        originals = [error.original_error for error in self.result.errors or []]
        return [".".join(original.path) for original in originals if isinstance(original, CommerceError)]


@dataclass
class Asker:
    """Sends operations to one schema as one actor. A query's answer is compared with graphql-core's."""

    schema: AudienceSchema
    audience: Audience
    actor: Actor = ANONYMOUS

    def __call__(self, document: str, **variables: Any) -> Reply:
        reply = Reply(self._execute(document, variables))
        if is_comparable(document):
            with graphql_core_alone():
                again = self._execute(document, variables)
            assert_same(_plain(reply.result), _plain(again))
        return reply

    def _execute(self, document: str, variables: dict[str, Any]) -> ExecutionResult:
        context = RequestContext(request=Incoming({"REQUEST_METHOD": "POST"}), audience=self.audience, actor=self.actor)
        return self.schema.execute_sync(document, variable_values=variables, context_value=context)

    def as_(self, actor: Actor) -> Asker:
        """The same schema, asked by somebody else."""
        return Asker(self.schema, self.audience, actor)


def _plain(result: ExecutionResult) -> dict[str, Any]:
    return {"data": result.data, "errors": [error.formatted for error in result.errors or []]}
