"""GraphQL over HTTP for one schema, on plain values: https://graphql.github.io/graphql-over-http/draft/

Both doors lead here: the thin front (schema.http.front) and Django's view (schema.view).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import strawberry
from django.conf import settings
from graphql import GraphQLError, OperationType

from commerce.core.errors import CommerceError, NotAuthenticated
from schema.context import Audience, RequestContext, build_context
from schema.http.answering import Answering, Question
from schema.http.caching import keep_private
from schema.http.documents import Operation, PreparedDocument, RequestRefused
from schema.http.errors import commerce_error, field_errors, internal_error, request_errors, shown_error
from schema.http.execution import Executor, Outcome
from schema.http.gate import Gates, TooBusy, gates_for
from schema.http.incoming import Incoming
from schema.http.multipart import is_multipart, parameters_with_files
from schema.http.negotiation import GRAPHQL_JSON, PLAIN_JSON, answer_type
from schema.http.reply import Reply, json_reply
from schema.http.request import BadRequest, GraphQLRequest, MethodNotAllowed, checked, read_requests
from schema.http.turns import Turns
from schema.limits import Limits, configured_limits
from schema.persisted.names import DocumentNames

logger = logging.getLogger("handcart.graphql")

ALLOWED: Final = ("GET", "HEAD", "POST", "OPTIONS")


class Endpoint:
    """Serves one schema to one audience."""

    def __init__(
        self,
        schema: strawberry.Schema,
        audience: Audience,
        *,
        limits: Limits | None = None,
        gates: Gates | None = None,
        names: DocumentNames | None = None,
    ) -> None:
        self.audience = audience
        self._limits = limits or configured_limits()
        self._executor = Executor(schema, self._limits, hide_suggestions=not settings.IS_LOCAL)
        self._answering = Answering(lambda: f"{self._limits}{schema.as_str()}")
        self.names = names or DocumentNames()
        self.turns: Turns | None = None
        """Who takes turns at executing known queries; None: everybody at once, each on its own connection."""
        self._gates = gates or gates_for(settings.BLOCKING_THREADS)

    def warm_up(self, texts: Iterable[str]) -> int:
        """Make documents known and compile them before they are asked for; how many of them may run."""
        learnt = 0
        for text in texts:
            try:
                self._executor.learn(text)
            except RequestRefused as refusal:  # registered when the schema was another
                logger.warning("A document cannot be served any more: %s", refusal)
            else:
                learnt += 1
        return learnt

    def answer(self, incoming: Incoming) -> Reply:
        """Answer one HTTP request. Never raises: a fault of ours is logged and masked."""
        try:
            reply = self._answer(incoming)
        except Exception:
            # The boundary of the process: whatever got here, the caller learns the request id and no more.
            logger.exception("request %s failed", incoming.request_id)
            reply = keep_private(json_reply({"errors": [internal_error(incoming.request_id)]}, 500, PLAIN_JSON))
        reply.headers["X-Request-Id"] = incoming.request_id
        return reply

    def _answer(self, incoming: Incoming) -> Reply:
        request_id = incoming.request_id
        if incoming.method == "OPTIONS":
            return Reply(204, headers={"Allow": ", ".join(ALLOWED)})
        if incoming.method not in ALLOWED:
            return _refuse(MethodNotAllowed("Use POST, or GET for queries.", *ALLOWED), request_id, PLAIN_JSON)
        media_type = answer_type(incoming.header("ACCEPT"))
        if media_type is None:
            refused = BadRequest(406, "NOT_ACCEPTABLE", f"The answers are {GRAPHQL_JSON} or {PLAIN_JSON}.")
            return _refuse(refused, request_id, PLAIN_JSON)
        if self.audience is Audience.ADMIN and is_multipart(incoming):
            return self._answer_with_files(incoming, media_type)
        try:
            requests, is_batch = read_requests(incoming, self._limits)
        except BadRequest as error:
            return _refuse(error, request_id, media_type)
        replies = [self._reply(incoming, request, media_type) for request in requests]
        if not is_batch:
            return replies[0]
        body = b"[" + b",".join(reply.body for reply in replies) + b"]"
        return keep_private(Reply(200, body, {"Content-Type": f"{media_type}; charset=utf-8"}))

    def _answer_with_files(self, incoming: Incoming, media_type: str) -> Reply:
        """Nothing is read before the caller is known."""
        try:
            if build_context(incoming, self.audience).actor.is_anonymous:
                raise NotAuthenticated("Sign in to send files.")
            with parameters_with_files(incoming, self._limits) as parameters:
                return self._reply(incoming, checked(parameters), media_type)
        except BadRequest as error:
            return _refuse(error, incoming.request_id, media_type)
        except NotAuthenticated as error:
            return self._unknown(error, incoming.request_id, media_type)

    def _unknown(self, error: NotAuthenticated, request_id: str, media_type: str) -> Reply:
        reply = json_reply({"errors": [commerce_error(error, request_id)]}, 401, media_type)
        reply.headers["WWW-Authenticate"] = "Bearer"
        return keep_private(reply)

    def _reply(self, incoming: Incoming, request: GraphQLRequest, media_type: str) -> Reply:
        request_id = incoming.request_id
        try:
            return self._run(incoming, request, media_type)
        except BadRequest as error:
            return _refuse(error, request_id, media_type)
        except NotAuthenticated as error:
            return self._unknown(error, request_id, media_type)
        except CommerceError as error:
            return keep_private(json_reply({"errors": [commerce_error(error, request_id)]}, 403, media_type))
        except RequestRefused as refusal:
            status = refusal.status if media_type == GRAPHQL_JSON else 200
            return keep_private(json_reply({"errors": request_errors(refusal.errors, request_id)}, status, media_type))

    def _run(self, incoming: Incoming, request: GraphQLRequest, media_type: str) -> Reply:
        context = build_context(incoming, self.audience)
        named = self.names.resolve(request)
        documents, text = self._executor.documents, named.text
        document = documents.known(text)
        if document is None and (named.is_registered or documents.was_seen(text)):
            with self._gates.returning.entered():
                document = documents.learn(text)
        if document is not None:
            self.names.keep(named)
            return self._work_out(self._question(incoming, request, document, context), media_type)
        with self._gates.new.entered():
            question = self._question(incoming, request, documents.prepare(text), context)
            self.names.keep(named)
            if question.operation.kind is OperationType.QUERY:
                return self._work_out(question, media_type, is_known=False)
        return self._work_out(question, media_type)

    def _question(
        self, incoming: Incoming, request: GraphQLRequest, document: PreparedDocument, context: RequestContext
    ) -> Question:
        operation = document.operation(request.operation_name)
        self._check_allowed(incoming, operation, context)
        return Question(incoming, request, document, operation, context)

    def _work_out(self, question: Question, media_type: str, *, is_known: bool = True) -> Reply:
        found = self._answering.find(question, media_type)
        if isinstance(found, Reply):
            return found
        with found:
            with self._turn(question, is_known=is_known):
                outcome = self._executor.run(question.document, question.operation, question.request, question.context)
            reply = json_reply(self._body(outcome, question.incoming), 200, media_type)
            question.context.close()
            return self._answering.finish(question, outcome, reply, found)

    def _turn(self, question: Question, *, is_known: bool) -> AbstractContextManager[None]:
        """A turn for what is known. What nobody has sent before has gates of its own, and works beside them."""
        if self.turns is None or not is_known:
            return nullcontext()
        return self.turns.turn()

    def _check_allowed(self, incoming: Incoming, operation: Operation, context: RequestContext) -> None:
        """Raise what forbids this operation to this caller by this method."""
        if operation.kind is OperationType.SUBSCRIPTION:
            raise BadRequest(400, "BAD_REQUEST", "Subscriptions are not served over HTTP.")
        if incoming.method != "POST" and operation.kind is not OperationType.QUERY:
            raise MethodNotAllowed("Only queries may be sent by GET; use POST.", "POST")
        if not operation.introspects or settings.IS_LOCAL or self.audience is not Audience.ADMIN:
            return
        if context.actor.is_anonymous:
            raise RequestRefused(
                GraphQLError("Sign in to read this schema.", extensions={"code": "INTROSPECTION_DISABLED"})
            )

    def _body(self, outcome: Outcome, incoming: Incoming) -> dict[str, Any]:
        body: dict[str, Any] = {"data": outcome.data}
        if outcome.errors:
            body["errors"] = field_errors(outcome.errors, incoming.request_id)
        body["extensions"] = {"cost": {"requested": outcome.cost, "limit": self._limits.cost}}
        return body


def _refuse(error: BadRequest, request_id: str, media_type: str) -> Reply:
    errors = [shown_error(error.code, error.message, request_id, **error.facts)]
    reply = keep_private(json_reply({"errors": errors}, error.status, media_type))
    if isinstance(error, MethodNotAllowed):
        reply.headers["Allow"] = ", ".join(error.allow)
    if isinstance(error, TooBusy):
        reply.headers["Retry-After"] = str(error.retry_after)
    return reply
