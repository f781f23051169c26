"""Reading about searches, for staff and apps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.search import models
from commerce.search.insights import search_insights as insights_of
from schema.catalog.filters import DateRangeInput
from schema.channels.scope import chosen_channel
from schema.context import Info
from schema.fields import computed, leaf, nested, query
from schema.pagination import CountableConnection, page_of
from schema.search.words import SearchStopWord, SearchSynonym

MANAGE = Permission.MANAGE_PRODUCTS
_DAYS = 30


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


@strawberry.type(description="A text that shoppers searched for, in small letters.")
class SearchedText:
    """Source: commerce.search.insights.AskedText."""

    text: str = leaf("What was searched for.")
    searches: int = leaf("How often.")
    without_results: int = leaf("How often nothing was found.")
    zero_result_rate: float = computed(
        lambda row: _rate(row.without_results, row.searches), "Which part of the searches found nothing, from 0 to 1."
    )
    average_results: float = computed(
        lambda row: round(row.results / row.searches, 2), "How many products were found on average."
    )
    last_searched_at: datetime = leaf("When it was last searched for.")


@strawberry.type(description="What shoppers searched for in a time.")
class SearchInsights:
    """Source: commerce.search.insights.Insights."""

    searches: int = leaf("How many searches reached the shop; answers that a cache repeats are not counted.")
    without_results: int = leaf("How many of them found nothing.")
    zero_result_rate: float = computed(
        lambda row: _rate(row.without_results, row.searches), "Which part of the searches found nothing, from 0 to 1."
    )
    top_queries: list[SearchedText] = nested("top", "What was searched for most.")
    zero_result_queries: list[SearchedText] = nested(
        "top_without_results", "What was searched for most without finding anything."
    )


@query(allow=MANAGE, returns=SearchInsights)
def search_insights(
    info: Info, period: DateRangeInput | None = None, channel: str | None = None, first: int = 20
) -> Any:
    """What shoppers searched for, in one channel or in all that the caller works on.

    `first` texts at most (100); without `period` the last 30 days.
    """
    where = chosen_channel(info.context, channel)
    until = (period.lte if period else None) or datetime.now(UTC).date()
    since = (period.gte if period else None) or until - timedelta(days=min(_DAYS, until.toordinal() - 1))
    return insights_of(
        since=since,
        until=until,
        channel_id=where.id if where is not None else None,
        first=first,
        actor=info.context.actor,
    )


@query(allow=MANAGE, returns=CountableConnection[SearchSynonym])
def search_synonyms(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All groups of words that mean the same, oldest first."""
    rows = models.Synonym.objects.all()
    return page_of(rows, ("created_at", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=CountableConnection[SearchStopWord])
def search_stop_words(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All words on which the shop has decided, by the word."""
    rows = models.StopWord.objects.all()
    return page_of(rows, ("word", "id"), first=first, after=after, last=last, before=before)
