"""Answers that are the same for every anonymous shopper: looked up before an operation runs, kept after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from graphql import OperationType

from commerce.core.values import quickly_made
from schema.cache.answers import Miss
from schema.cache.entry import Entry, etag_of
from schema.cache.reads import Reads
from schema.cache.shared import look_up, shared_cache
from schema.cache.version import HEADER
from schema.context import Audience, RequestContext
from schema.http.caching import keep_private, make_public
from schema.http.documents import Operation, PreparedDocument
from schema.http.execution import Outcome
from schema.http.incoming import Incoming
from schema.http.reply import Reply
from schema.http.request import GraphQLRequest


@quickly_made
@dataclass(frozen=True, slots=True)
class Question:
    """One operation that is allowed to run, with everything that its answer may depend on."""

    incoming: Incoming
    request: GraphQLRequest
    document: PreparedDocument
    operation: Operation
    context: RequestContext

    @property
    def shared_reads(self) -> Reads | None:
        """What the operation reads, if its answer is the same for everybody who asks as this caller does."""
        is_shopper = self.context.actor.is_anonymous and self.context.audience is Audience.STOREFRONT
        return self.operation.reads if is_shopper else None


class Answering:
    """The cache's side of one endpoint. `describe` says what tells its schema and limits from those of others."""

    def __init__(self, describe: Callable[[], str]) -> None:
        self._describe = describe

    def find(self, question: Question, media_type: str) -> Reply | Miss:
        """The finished reply, headers included, or a Miss around the working out. Never raises."""
        request = question.request
        found = look_up(
            question.shared_reads,
            schema=self._schema,
            document=question.document.digest,
            operation_name=request.operation_name,
            variables=request.variables,
            version=question.incoming.header(_VARIABLE),
        )
        if isinstance(found, Entry):
            reply = Reply(200, found.body, {"Content-Type": f"{media_type}; charset=utf-8"})
            return make_public(question.incoming, reply, etag=found.etag, until=found.expires_at)
        return found

    def finish(self, question: Question, outcome: Outcome, reply: Reply, miss: Miss) -> Reply:
        """The reply with the headers of its kind, kept for others if it is theirs, too."""
        if question.shared_reads is not None and not outcome.errors:
            until = miss.keep(reply.body, question.context.depends_on)
            return make_public(question.incoming, reply, etag=etag_of(reply.body), until=until)
        if question.operation.kind is OperationType.MUTATION:
            reply.headers[HEADER] = shared_cache().version()
        return keep_private(reply)

    @cached_property
    def _schema(self) -> str:
        return sha256(self._describe().encode()).hexdigest()


_VARIABLE = HEADER.upper().replace("-", "_")
