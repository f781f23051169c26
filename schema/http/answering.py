"""The seam for a store of answers: asked before an operation runs, told after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from schema.context import RequestContext
from schema.http.documents import Operation, PreparedDocument
from schema.http.execution import Outcome
from schema.http.incoming import Incoming
from schema.http.reply import Reply
from schema.http.request import GraphQLRequest


@dataclass(frozen=True, slots=True)
class Question:
    """One operation that is allowed to run, with everything that its answer may depend on."""

    incoming: Incoming
    request: GraphQLRequest
    document: PreparedDocument
    operation: Operation
    context: RequestContext


class Answers(Protocol):
    """Keeps answers for others who ask the same. Neither method raises: without the store there is still the answer."""

    def find(self, question: Question) -> Reply | None:
        """The finished answer, headers included, if it may be given from the store."""

    def keep(self, question: Question, outcome: Outcome, reply: Reply) -> None:
        """Take note of an answer that was worked out. May add headers to `reply`."""


class NoAnswers:
    """Keeps nothing: every question is worked out."""

    def find(self, question: Question) -> Reply | None:
        """Nothing was kept."""
        return None

    def keep(self, question: Question, outcome: Outcome, reply: Reply) -> None:
        """Nothing is."""
