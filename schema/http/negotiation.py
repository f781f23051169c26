"""Which of our media types a client wants, and whether it sent the one that we read."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.http import HttpRequest
from django.utils.http import parse_header_parameters

GRAPHQL_JSON: Final = "application/graphql-response+json"
PLAIN_JSON: Final = "application/json"
HTML: Final = "text/html"

# In the order in which they are served when a client likes several equally. Old clients that accept
# anything get plain JSON, whose meaning of the status they know.
ANSWERS: Final = (PLAIN_JSON, GRAPHQL_JSON)

# Clients send the same few headers over and over; a longer one than these is worked out each time.
_LONGEST_KEPT: Final = 200


def answer_type(accept: str) -> str | None:
    """The media type of the answer: the client's best of ours, None if it accepts neither."""
    return _best(accept, ANSWERS)


def wants_page(accept: str) -> bool:
    """Whether a browser asks to see a page rather than an answer."""
    return _best(accept, (PLAIN_JSON, GRAPHQL_JSON, HTML)) == HTML


def is_json(content_type: str) -> bool:
    """Whether this Content-Type is JSON in UTF-8."""
    return _is_json(content_type) if len(content_type) > _LONGEST_KEPT else _kept_is_json(content_type)


def _best(accept: str, offers: tuple[str, ...]) -> str | None:
    if not accept:
        return offers[0]
    return _preferred(accept, offers) if len(accept) > _LONGEST_KEPT else _kept_preferred(accept, offers)


def _preferred(accept: str, offers: tuple[str, ...]) -> str | None:
    """Django's own choice prefers the more specific of equal offers in the client's order, as RFC 9110 allows."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept
    return request.get_preferred_type(list(offers))


def _is_json(content_type: str) -> bool:
    try:
        media_type, parameters = parse_header_parameters(content_type)
    except ValueError:
        return False
    return media_type == PLAIN_JSON and parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")


_kept_preferred = lru_cache(maxsize=256)(_preferred)
_kept_is_json = lru_cache(maxsize=256)(_is_json)
