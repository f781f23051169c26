"""Which of our media types a client wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest

GRAPHQL_JSON: Final = "application/graphql-response+json"
PLAIN_JSON: Final = "application/json"
HTML: Final = "text/html"

# In the order in which they are served when a client likes several equally. Old clients that accept
# anything get plain JSON, whose meaning of the status they know.
ANSWERS: Final = (PLAIN_JSON, GRAPHQL_JSON)


def answer_type(request: HttpRequest) -> str | None:
    """The media type of the answer: the client's best of ours, None if it accepts neither."""
    return _best(request, ANSWERS)


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asks to see a page rather than an answer."""
    return _best(request, (PLAIN_JSON, GRAPHQL_JSON, HTML)) == HTML


def _best(request: HttpRequest, offers: Sequence[str]) -> str | None:
    """Django's own choice prefers the more specific of equal offers in the client's order, as RFC 9110 allows."""
    if not request.headers.get("Accept"):
        return offers[0]
    return request.get_preferred_type(list(offers))
