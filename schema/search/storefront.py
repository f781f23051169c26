"""Root fields about searching, for shoppers."""

from __future__ import annotations

from typing import Any

from commerce.search.engines import suggest
from schema.channels.scope import chosen_channel
from schema.context import Info
from schema.enums import LanguageCodeEnum
from schema.fields import ANYONE, query
from schema.pagination import page_size
from schema.search.types import SearchSuggestion, seen_suggestions


@query(allow=ANYONE, returns=list[SearchSuggestion])
def search_suggestions(
    info: Info,
    query: str,
    channel: str | None = None,
    language_code: LanguageCodeEnum | None = None,
    first: int = 10,
) -> Any:
    """What `query`, which may be just begun, may become: words, categories, collections and products of the channel.

    At most `first`, and 10 if it is left out. `languageCode` says in which language categories, collections and
    products are named, and whose synonyms count. Words come in small letters without accents.
    """
    where = chosen_channel(info.context, channel)
    if where is None:
        return []
    size, _ = page_size(first, None)
    language = language_code.value if language_code is not None else None
    suggested = suggest(channel_id=where.id, text=query, language=language, limit=size)
    found = seen_suggestions(suggested, where, info.context.actor)
    info.context.enter_each(found, [where] * len(found))
    return found
