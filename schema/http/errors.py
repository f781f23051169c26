"""What a caller is told when an operation did not go well, and what only the log is told.

Expected failures are values in a mutation's payload and never come here. What comes here is a refusal
(permission, sign-in, a limit, a document that is wrong), which is shown with its code, or a fault of ours,
which is logged and shown as nothing but a request id.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from graphql import GraphQLError

from commerce.core.errors import CommerceError, Rejected

logger = logging.getLogger("handcart.graphql")

INTERNAL_MESSAGE: Final = "Internal server error"


def internal_error(request_id: str) -> dict[str, Any]:
    """The only thing that a caller learns about a fault of ours."""
    return {"message": INTERNAL_MESSAGE, "extensions": {"code": "INTERNAL_ERROR", "requestId": request_id}}


def shown_error(code: str, message: str, request_id: str, **facts: object) -> dict[str, Any]:
    """An error about the HTTP request itself."""
    return {"message": message, "extensions": {"code": code, **facts, "requestId": request_id}}


def commerce_error(error: CommerceError, request_id: str) -> dict[str, Any]:
    """A refusal by the shop, such as PERMISSION_DENIED, with those of its facts that are plain values."""
    facts = {_camel(name): fact for name, fact in error.facts.items() if isinstance(fact, str | int | bool)}
    return shown_error(error.code, error.message, request_id, **facts)


def request_errors(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Errors from before anything ran: syntax, validation, limits, variables. All of them are the caller's to see."""
    return [_with(error, {"code": "BAD_REQUEST", **(error.extensions or {})}, request_id) for error in errors]


def field_errors(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Errors of single fields, faults masked and logged."""
    answers: list[dict[str, Any]] = []
    for error in errors:
        original = error.original_error
        if isinstance(original, CommerceError):
            answers.append(_placed(error, commerce_error(original, request_id)))
        elif isinstance(original, Rejected):
            answers += [_placed(error, commerce_error(each, request_id)) for each in original.errors]
        elif error.extensions and "code" in error.extensions:
            answers.append(_with(error, error.extensions, request_id))
        else:
            logger.error(
                "request %s: field %s failed",
                request_id,
                ".".join(map(str, error.path or ())),
                exc_info=original or error,
            )
            answers.append(_placed(error, internal_error(request_id)))
    return answers


def _with(error: GraphQLError, extensions: dict[str, Any], request_id: str) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    formatted["extensions"] = {**extensions, "requestId": request_id}
    return formatted


def _placed(error: GraphQLError, answer: dict[str, Any]) -> dict[str, Any]:
    """`answer` with the place in document and answer where `error` happened."""
    formatted = error.formatted
    place: dict[str, Any] = {key: value for key, value in formatted.items() if key in ("locations", "path")}
    return {"message": answer["message"], **place, "extensions": answer["extensions"]}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
