"""The engine of this shop, and what is done while it does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from commerce.core.outside import Outside
from commerce.core.plugins import plugin_classes
from commerce.search.postgres import PostgresSearch
from commerce.search.provider import (
    MOST_FOUND,
    NOTHING,
    Found,
    SearchEngine,
    SearchUnavailable,
    Suggestion,
)
from commerce.search.reading import readable

PREFIX: Final = "search."
"""A package registers its engine as the entry point `search.<anything>` of the group `handcart.plugins`."""


def engine_classes() -> dict[str, type[SearchEngine]]:
    """The class of every engine by its id. Raises ImproperlyConfigured if two share one."""
    return plugin_classes(settings.SEARCH_ENGINES, prefix=PREFIX, kind="search engines")


@cache
def outside_engine() -> Outside[SearchEngine] | None:
    """The engine that settings choose instead of PostgreSQL; None without. Raises ImproperlyConfigured."""
    if PostgresSearch.id == settings.SEARCH_ENGINE:
        return None
    made = engine_classes().get(settings.SEARCH_ENGINE)
    if made is None:
        raise ImproperlyConfigured(f"There is no search engine {settings.SEARCH_ENGINE!r}.")
    options = settings.SEARCH_ENGINE_OPTIONS.get(made.id, {})
    return Outside(
        made(options),
        what=f"the search engine {made.id}",
        refusal=SearchUnavailable,
        timeout_seconds=settings.SEARCH_TIMEOUT_MS / 1000,
    )


def find_products(
    *, channel_id: UUID, text: str, language: str | None, limit: int = MOST_FOUND, hidden_too: bool = False
) -> Found:
    """The products of the channel that match, best first. Raises InvalidInput for a text that is too long.

    What staff see beyond shoppers (`hidden_too`) only PostgreSQL knows. Whoever lists the products looks at their
    listings once more, since another engine may not have heard of a change yet.
    """
    outside = outside_engine()
    if outside is not None and not hidden_too:
        answer = outside.ask(lambda engine: engine.find(channel_id, readable(text), language, limit))
        if answer is not None:
            return answer
        if settings.SEARCH_WITHOUT_ENGINE == "empty":
            return NOTHING
    return PostgresSearch({}).find(channel_id, text, language, limit, hidden_too=hidden_too)


def suggest(*, channel_id: UUID, text: str, language: str | None, limit: int) -> Sequence[Suggestion]:
    """What `text` may become. Raises InvalidInput for a text that is too long."""
    outside = outside_engine()
    if outside is not None:
        answer = outside.ask(lambda engine: engine.suggest(channel_id, readable(text), language, limit))
        if answer is not None:
            return list(answer)[:limit]
        if settings.SEARCH_WITHOUT_ENGINE == "empty":
            return []
    return PostgresSearch({}).suggest(channel_id, text, language, limit)
