"""From what a request names or brings to the text of its document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLError

from commerce.core.values import quickly_made
from schema.http.documents import RequestRefused
from schema.http.request import BadRequest, GraphQLRequest
from schema.persisted.automatic import AutomaticDocuments
from schema.persisted.identifiers import hash_of, is_identifier
from schema.persisted.registered import RegisteredDocuments

_HASH: Final = re.compile(r"[0-9a-f]{64}")


@quickly_made
@dataclass(frozen=True, slots=True)
class Named:
    """The text that a request means. `keep_as` is the hash to keep it by once it was found valid."""

    text: str
    is_registered: bool = False
    keep_as: str | None = None


class DocumentNames:
    """What the names in requests to one schema mean; without stores, nothing."""

    def __init__(
        self,
        registered: RegisteredDocuments | None = None,
        automatic: AutomaticDocuments | None = None,
        *,
        registered_only: bool = False,
    ) -> None:
        self.registered = registered
        self.automatic = automatic
        self._registered_only = registered_only

    def resolve(self, request: GraphQLRequest) -> Named:
        """The text of the request's document. Raises BadRequest, RequestRefused and TooBusy."""
        if request.document_id is not None:
            return self._registered(request, request.document_id)
        if request.persisted_query is not None:
            return self._persisted(request, request.persisted_query)
        if not request.query:
            raise BadRequest(400, "BAD_REQUEST", "The request has no query.")
        if self._registered_only:
            raise _only_registered()
        return Named(request.query)

    def keep(self, named: Named) -> None:
        """Note a document that was found valid under the hash that it came with."""
        if named.keep_as is not None and self.automatic is not None:
            self.automatic.keep(named.keep_as, named.text)

    def _registered(self, request: GraphQLRequest, identifier: str) -> Named:
        if request.query:
            raise BadRequest(400, "BAD_REQUEST", "Send either a query or a documentId.")
        if not is_identifier(identifier):
            raise BadRequest(400, "BAD_REQUEST", "The documentId is not written like one.")
        text = self.registered.text_of(identifier) if self.registered is not None else None
        if text is None:
            raise _not_found()
        return Named(text, is_registered=True)

    def _persisted(self, request: GraphQLRequest, persisted: Any) -> Named:
        digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        if not isinstance(digest, str) or not _HASH.fullmatch(digest) or persisted.get("version") != 1:
            raise BadRequest(400, "BAD_REQUEST", "persistedQuery needs version 1 and a sha256Hash in lower case.")
        if request.query and hash_of(request.query) != digest:
            raise BadRequest(400, "PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
        registered = self.registered.text_of(digest) if self.registered is not None else None
        if registered is not None:
            return Named(registered, is_registered=True)
        if self._registered_only:
            raise _only_registered() if request.query else _not_found()
        if self.automatic is None:
            raise BadRequest(400, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        if request.query:
            return Named(request.query, keep_as=digest)
        text = self.automatic.text_of(digest)
        if text is None:
            # Apollo's clients look for this very message and code, and send the text then.
            raise _refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return Named(text)


def _not_found() -> RequestRefused:
    return _refusal("No document is registered under this id.", "PERSISTED_DOCUMENT_NOT_FOUND")


def _only_registered() -> RequestRefused:
    message = (
        "This shop answers registered documents only (PERSISTED_DOCUMENTS_ONLY=on):"
        " register yours with `manage.py register_documents`, or turn the setting off to try things out."
    )
    return _refusal(message, "PERSISTED_DOCUMENTS_ONLY")


def _refusal(message: str, code: str) -> RequestRefused:
    return RequestRefused(GraphQLError(message, extensions={"code": code}))
