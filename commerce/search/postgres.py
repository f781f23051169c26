"""The search engine that every shop has: PostgreSQL, with no other server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final
from uuid import UUID

from commerce.core.statements import uuid_array
from commerce.search.expressions import (
    NO_MATCH,
    all_words,
    any_word,
    is_code,
    most_words,
    starts_with,
    words_before,
)
from commerce.search.provider import (
    MOST_FOUND,
    NOTHING,
    Found,
    Options,
    ProductText,
    Suggestion,
    SuggestionKind,
)
from commerce.search.reading import Group, Query, Words, read_query
from commerce.search.spelling import Channel, corrections, unknown_words
from commerce.search.statements import (
    ANYWHERE,
    CATEGORIES,
    COLLECTIONS,
    COMPLETIONS,
    FIRST_IN_NAMES,
    IN_NAMES,
    LONGER_WORDS,
    MOST_WEIGHED,
    PRODUCT_NAMES,
    HitRow,
    NamedRow,
)

SHORTEST_INSIDE: Final = 3
"""Words of fewer letters are looked for as whole words, or beginnings, only."""
INSIDE_COUNTS: Final = 100
"""By what the rank is divided of products that have a word only as part of a longer one."""
_MOST_PLACES: Final = 2
"""How many categories, and how many collections, are suggested at most."""


class PostgresSearch:
    """See SearchEngine. Its documents are written by triggers, so it need not be told of changes."""

    id: ClassVar[str] = "postgres"

    def __init__(self, options: Options) -> None:
        """It has no options."""

    def find(
        self,
        channel_id: UUID,
        text: str,
        language: str | None,
        limit: int = MOST_FOUND,
        *,
        hidden_too: bool = False,
    ) -> Found:
        """All words as they are written; else corrected; else most of them; else any of them.

        `hidden_too`: as staff search, what the channel lists but does not show. Raises InvalidInput for a text that is
        too long.
        """
        query = read_query(text, language)
        if not query.groups:
            return NOTHING
        shop: Channel = (str(channel_id), hidden_too)
        found = _with_all_words(query, shop, limit)
        if found.product_ids:
            return found
        meant = _corrected(query, shop)
        if meant is not None:
            found = _with_all_words(meant, shop, limit)
            if found.product_ids:
                return replace(found, corrected=meant.phrase)
        return _with_some_words(meant or query, meant is not None, shop, limit)

    def suggest(self, channel_id: UUID, text: str, language: str | None, limit: int) -> Sequence[Suggestion]:
        """Words that go on as the last one, products, categories and collections whose names have them all."""
        query = read_query(text, language)
        if not query.groups or limit <= 0:
            return []
        tag, shop = language or "", (str(channel_id), False)
        pattern = f"% {query.phrase}%"
        places = min(_MOST_PLACES, limit)
        suggested = [
            *_completions(query, shop, max(1, limit // 2)),
            *_places(SuggestionKind.CATEGORY, CATEGORIES.all(tag, pattern, places)),
            *_places(SuggestionKind.COLLECTION, COLLECTIONS.all(tag, pattern, places, str(channel_id))),
        ]
        return [*suggested[:limit], *_products(query, shop, tag, limit - len(suggested))]

    def index(self, products: Sequence[ProductText]) -> None:
        """Nothing to do."""

    def delete(self, product_ids: Sequence[UUID]) -> None:
        """Nothing to do."""


def _with_all_words(query: Query, shop: Channel, limit: int) -> Found:
    words = all_words(query)
    hits = IN_NAMES.all(*shop, is_code(query), starts_with(query), words, query.phrase)
    if len(hits) < limit:
        hits += ANYWHERE.all(*shop, words, words)
    if len(hits) < limit:
        hits += _inside_words(query, shop)
    return _found(hits, limit)


def _inside_words(query: Query, shop: Channel) -> list[HitRow]:
    """Products in which words are parts of longer ones (`becher` in `kaffeebecher`), below all others."""
    asked = [word for word in query.words if len(word) >= SHORTEST_INSIDE and word.isalpha()]
    longer: dict[str, list[Words]] = {}
    for row in LONGER_WORDS.all(asked) if asked else ():
        longer.setdefault(row.asked, []).append((row.word,))
    if not longer:
        return []
    groups = tuple(
        replace(group, others=(*group.others, *longer.get(group.own[0], ()))) if len(group.own) == 1 else group
        for group in query.groups
    )
    hits = ANYWHERE.all(*shop, all_words(replace(query, groups=groups)), NO_MATCH)
    return [HitRow(hit.product_id, hit.rank // INSIDE_COUNTS) for hit in hits]


def _with_some_words(query: Query, is_corrected: bool, shop: Channel, limit: int) -> Found:
    hits: list[HitRow] = []
    if len(query.groups) > 1:
        hits = ANYWHERE.all(*shop, most_words(query), NO_MATCH)
        hits = hits or ANYWHERE.all(*shop, any_word(query), NO_MATCH)
    if not hits:
        return NOTHING
    return replace(_found(hits, limit), corrected=query.phrase if is_corrected else None, partial=True)


def _found(hits: Sequence[HitRow], limit: int) -> Found:
    best: dict[str, int] = {}
    for hit in hits:
        best.setdefault(hit.product_id, hit.rank)
    taken = list(best.items())[:limit]
    return Found(
        product_ids=[product_id for product_id, _ in taken],
        ranks=[rank for _, rank in taken],
        capped=len(best) > limit or len(hits) >= MOST_WEIGHED,
    )


def _corrected(query: Query, shop: Channel) -> Query | None:
    """The query with its unknown words corrected; None if that changes nothing."""
    meant = corrections(unknown_words(query.words, shop), shop)
    if not meant:
        return None
    groups = tuple(
        Group(tuple(meant.get(word, word) for word in group.own), group.others) if meant.keys() & group.own else group
        for group in query.groups
    )
    phrase = " ".join(meant.get(word, word) for word in query.phrase.split())
    return Query(phrase, groups)


def _completions(query: Query, shop: Channel, limit: int) -> list[Suggestion]:
    begun = query.phrase.rpartition(" ")
    before = words_before(query)
    rows = COMPLETIONS.all(*shop, begun[2], f"{before} & " if before else "", limit)
    return [Suggestion(SuggestionKind.QUERY, f"{begun[0]} {row.word}".strip()) for row in rows]


def _places(kind: SuggestionKind, rows: Sequence[NamedRow]) -> list[Suggestion]:
    return [Suggestion(kind, row.name, UUID(row.id)) for row in rows]


def _products(query: Query, shop: Channel, tag: str, limit: int) -> list[Suggestion]:
    if limit <= 0:
        return []
    words = all_words(query)
    found = _found(FIRST_IN_NAMES.all(*shop, is_code(query), starts_with(query), words, query.phrase), limit)
    names = {row.id: row.name for row in PRODUCT_NAMES.all(tag, uuid_array(found.product_ids))}
    return [Suggestion(SuggestionKind.PRODUCT, names[key], UUID(key)) for key in found.product_ids if key in names]
