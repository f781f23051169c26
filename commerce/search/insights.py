"""What merchants learn from what shoppers search for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import F, Max, QuerySet, Sum

from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.search.models import SearchedText

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class AskedText:
    """A text, how often it was searched for, how often in vain, and how many products it found together."""

    text: str
    searches: int
    without_results: int
    results: int
    last_searched_at: datetime


@dataclass(frozen=True, slots=True)
class Insights:
    """Totals of a time, and the texts that were searched for most."""

    searches: int
    without_results: int
    top: list[AskedText]
    top_without_results: list[AskedText]


def search_insights(*, since: date, until: date, channel_id: UUID | None, first: int, actor: Actor) -> Insights:
    """What was searched for from `since` to `until` (days in UTC, both included), in one channel or in all the actor's.

    Raises InvalidInput for days in the wrong order and for more than MOST texts, PermissionDenied without
    MANAGE_PRODUCTS in the channel.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel_id)
    if since > until:
        raise InvalidInput("The first day is after the last.", path=("period", "gte"))
    if not 0 <= first <= MOST:
        raise InvalidInput(f"Between 0 and {MOST} texts.", path=("first",))
    rows = SearchedText.objects.filter(day__gte=since, day__lte=until)
    channel_ids = actor.channels_with(Permission.MANAGE_PRODUCTS)
    if channel_id is not None:
        rows = rows.filter(channel=channel_id)
    elif channel_ids is not None:
        rows = rows.filter(channel__in=channel_ids)
    totals = rows.aggregate(searches=Sum("searches"), without_results=Sum("without_results"))
    in_vain = rows.filter(without_results__gt=0)
    return Insights(
        searches=totals["searches"] or 0,
        without_results=totals["without_results"] or 0,
        top=_asked(rows, "searches", first),
        top_without_results=_asked(in_vain, "without_results", first),
    )


def _asked(rows: QuerySet[SearchedText], by: str, first: int) -> list[AskedText]:
    by_text = rows.values("text").annotate(
        asked=Sum("searches"), vain=Sum("without_results"), found=Sum("results"), last=Max("last_searched_at")
    )
    order = "vain" if by == "without_results" else "asked"
    return [
        AskedText(row["text"], row["asked"], row["vain"], row["found"], row["last"])
        for row in by_text.order_by(F(order).desc(), "text")[:first]
    ]
