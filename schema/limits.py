"""How much one GraphQL request may ask for. Every refusal names the limit, its figure and what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures. Override single ones with the setting `GRAPHQL_LIMITS = {"depth": 15}`."""

    body_bytes: int = 1_000_000
    document_length: int = 100_000  # characters: lexing blanks, comments and long strings takes time too
    tokens: int = 5_000
    comments: int = 500
    depth: int = 12
    introspection_depth: int = 20  # GraphiQL's own query has 15
    aliases: int = 30
    root_fields: int = 20
    mutations: int = 4
    directives: int = 50
    repeats: int = 30  # of one path of response names: validation compares each of them with each other
    validation_errors: int = 5
    page_size: int = 100
    default_page_size: int = 20
    list_items: int = 250
    input_depth: int = 20
    cost: int = 50_000
    batch: int = 0  # operations in one request, each within the other limits; 0: no batches


@cache
def configured_limits() -> Limits:
    """The limits of this shop: the defaults with the setting `GRAPHQL_LIMITS` on top."""
    return Limits(**getattr(settings, "GRAPHQL_LIMITS", {}))


class LimitExceeded(GraphQLError):
    """A request that asks for more than a limit allows. `extensions` carry its name, maximum and the figure asked for.

    `requested` is None where counting stopped at the limit.
    """

    def __init__(self, limit: str, *, maximum: int, requested: int | None = None, message: str) -> None:
        extensions: dict[str, object] = {"code": "LIMIT_EXCEEDED", "limit": limit, "maximum": maximum}
        if requested is not None:
            extensions["requested"] = requested
        super().__init__(message, extensions=extensions)


def require_at_most(limit: str, maximum: int, requested: int, what: str) -> None:
    """Raise LimitExceeded if `requested` is above `maximum`. `what` ends the sentence: "levels of fields"."""
    if requested > maximum:
        raise LimitExceeded(
            limit,
            maximum=maximum,
            requested=requested,
            message=f"The limit {limit} is {maximum} {what}; this operation has {requested}.",
        )
