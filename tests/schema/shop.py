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
    """Sends operations to one schema as one actor."""

    schema: AudienceSchema
    audience: Audience
    actor: Actor = ANONYMOUS

    def __call__(self, document: str, **variables: Any) -> Reply:
        context = RequestContext(request=Incoming({"REQUEST_METHOD": "POST"}), audience=self.audience, actor=self.actor)
        return Reply(self.schema.execute_sync(document, variable_values=variables, context_value=context))

    def as_(self, actor: Actor) -> Asker:
        """The same schema, asked by somebody else."""
        return Asker(self.schema, self.audience, actor)
