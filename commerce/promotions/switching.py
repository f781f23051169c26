"""From a catalogue promotion to prices: at once for few variants, in portions with one moment of change for many.

Each version of a promotion is written out as rows of CatalogueRule: the old ones end at the moment at which the new
ones begin. Up to MOST_AT_ONCE variants that moment is the transaction itself, which makes their prices anew. Above, it
is a moment in the future: prices are intervals, so portions can be written before it, and all of them change at it,
without anything that runs then. Should the work not be done in time, the moment is put off (pace.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from commerce.promotions.models import CatalogueRule, DuePrice, PriceChange, Promotion, PromotionRule
from commerce.promotions.pace import Progress, better_moment, keep_pace, seconds_until_change
from commerce.promotions.predicates import is_one_question, must_have

MOST_AT_ONCE: Final = 1_000
PORTION: Final = 500
"""Products in a transaction of `keep_prices`."""

Scope = list[str] | None

_NOW: Final = "SELECT now(), pg_current_xact_id()::text"
_IS_OVER: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric > %s::numeric"
_COUNT: Final = """
SELECT count(*), count(DISTINCT variant.product_id) FROM catalog_productvariant AS variant
 WHERE %(all)s OR variant.product_id IN (SELECT product_id FROM promotions_in_scope(%(has)s::uuid[]))
"""
_LIST: Final = """
INSERT INTO promotions_dueprice (change_id, product_id)
SELECT %(change)s, product.id FROM catalog_product AS product
 WHERE %(all)s OR product.id IN (SELECT product_id FROM promotions_in_scope(%(has)s::uuid[]))
 ORDER BY product.id
    ON CONFLICT DO NOTHING
"""
_IN_SCOPE: Final = """
SELECT product.id::text FROM catalog_product AS product
 WHERE %(all)s OR product.id IN (SELECT product_id FROM promotions_in_scope(%(has)s::uuid[]))
 ORDER BY product.id
"""
_END: Final = """
UPDATE promotions_cataloguerule SET valid_until = %(moment)s
 WHERE promotion_id = %(promotion)s AND valid_until > %(moment)s
"""
_BEGIN: Final = """
INSERT INTO promotions_cataloguerule
       (promotion_id, rule_id, channel_id, priority, is_exclusive, has, predicate, reward_type, value,
        valid_from, valid_until)
VALUES (%s, %s, %s, %s, %s, %s::uuid[], %s::jsonb, %s, %s, %s, coalesce(%s, 'infinity'::timestamptz))
"""
_OPEN: Final = """
SELECT rule_id::text, channel_id::text, priority, is_exclusive, has::text[], predicate::text, reward_type, value,
       CASE WHEN valid_from > now() THEN valid_from END, CASE WHEN valid_until < 'infinity' THEN valid_until END
  FROM promotions_cataloguerule
 WHERE promotion_id = %s AND valid_until > now()
 ORDER BY id
"""
_TAKE: Final = """
DELETE FROM promotions_dueprice WHERE id IN (
    SELECT id FROM promotions_dueprice WHERE change_id = %s ORDER BY id LIMIT %s
)
RETURNING product_id::text
"""
_MOVE: Final = """
UPDATE promotions_cataloguerule
   SET valid_from = CASE WHEN valid_from = %(old)s THEN %(new)s ELSE valid_from END,
       valid_until = CASE WHEN valid_until = %(old)s THEN %(new)s ELSE greatest(valid_until, %(new)s) END
 WHERE promotion_id = %(promotion)s AND %(old)s IN (valid_from, valid_until)
"""
_PRICE: Final = "SELECT pricing_make_prices(%s::uuid[])"
_REFRESH: Final = "SELECT catalog_refresh_cards(%s::uuid[])"
# Rules that have ended by themselves leave intervals behind that nobody reads any more.
_ENDED: Final = """
SELECT promotion_id, array_agg(DISTINCT id)
  FROM promotions_cataloguerule AS rule
 WHERE valid_until <= now()
   AND NOT EXISTS (SELECT FROM promotions_pricechange AS change WHERE change.promotion_id = rule.promotion_id)
 GROUP BY promotion_id
"""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in a channel as it has to hold; `begins` and `ends` are None where it does so already, or never does."""

    rule_id: str
    channel_id: str
    priority: int
    is_exclusive: bool
    has: Scope
    predicate: str | None
    reward_type: str
    value: int
    begins: datetime | None
    ends: datetime | None


def switch(promotion: Promotion) -> None:
    """Make prices follow a catalogue promotion as it is now, in the transaction that has changed it and locks its row.

    Does nothing unless what prices are made from has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        now, xid = cursor.fetchone()
        cursor.execute(_OPEN, [str(promotion.id)])
        known = [_known(row) for row in cursor.fetchall()]
    wanted = _wanted(promotion, now)
    if sorted(map(repr, known)) == sorted(map(repr, wanted)):
        return
    scopes = _distinct([row.has for row in (*known, *wanted)])
    variants, products = _count(scopes)
    at_once = variants <= MOST_AT_ONCE
    moment = now if at_once else now + timedelta(seconds=seconds_until_change(products))
    _write(promotion.id, wanted, moment)
    PriceChange.objects.create(
        promotion_id=promotion.id,
        scopes=scopes,
        switches_at=moment,
        transaction=xid,
        is_second_look=at_once,
    )
    if at_once:
        _make_anew(_products(scopes))


def withdraw(promotion_id: UUID) -> None:
    """Make prices forget a promotion that is about to be deleted, in that transaction."""
    gone = Promotion(id=promotion_id, kind=Promotion.Kind.CATALOGUE, is_active=False)
    switch(gone)


def keep_prices() -> int:
    """Make anew what promotions have left to do, in transactions of PORTION products. Returns how many products.

    Every change is looked at a second time once its moment is past and all transactions that have not seen it are over;
    then what has ended is cleared away.
    """
    done = 0
    _look_at_what_has_ended()
    for change_id in list(PriceChange.objects.values_list("id", flat=True)):
        while (portion := _portion(change_id)) is not None:
            done += portion
    return done


def _wanted(promotion: Promotion, now: datetime) -> list[RuleRow]:
    if not promotion.is_active or (promotion.ends_at is not None and promotion.ends_at <= now):
        return []
    channels = {str(key) for key in promotion.channels.values_list("id", flat=True)}
    rows: list[RuleRow] = []
    for rule in PromotionRule.objects.filter(promotion=promotion):
        has = must_have(rule.goods)
        predicate = None if is_one_question(rule.goods) else _json(rule.goods)
        for channel_id, value in sorted(_values(rule, channels).items()):
            rows.append(
                RuleRow(
                    rule_id=str(rule.id),
                    channel_id=channel_id,
                    priority=promotion.priority,
                    is_exclusive=promotion.stacking == Promotion.Stacking.EXCLUSIVE,
                    has=has,
                    predicate=predicate,
                    reward_type=rule.reward_type,
                    value=value,
                    begins=promotion.starts_at if promotion.starts_at > now else None,
                    ends=promotion.ends_at,
                )
            )
    return rows


def _values(rule: PromotionRule, channels: set[str]) -> dict[str, int]:
    if rule.reward_type == PromotionRule.RewardType.PERCENTAGE:
        return dict.fromkeys(channels, rule.reward["basis_points"])
    return {channel: amount for channel, amount in rule.reward["amounts"].items() if channel in channels}


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _known(row: Sequence[Any]) -> RuleRow:
    rule = RuleRow(*row)
    return rule if rule.predicate is None else replace(rule, predicate=_json(json.loads(rule.predicate)))


def _distinct(scopes: Sequence[Scope]) -> list[Scope]:
    """One scope for everything that is named; with everything among them, that alone."""
    if any(scope is None for scope in scopes):
        return [None]
    named = sorted({key for scope in scopes for key in scope or ()})
    return [named] if named else []


def _asked(scopes: Sequence[Scope]) -> dict[str, Any]:
    return {
        "all": None in scopes,
        "has": [key for scope in scopes if scope is not None for key in scope],
    }


def _count(scopes: Sequence[Scope]) -> tuple[int, int]:
    """How many variants, and how many products they are of."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _asked(scopes))
        variants, products = cursor.fetchone()
        return variants, products


def _products(scopes: Sequence[Scope]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_IN_SCOPE, _asked(scopes))
        return [row[0] for row in cursor.fetchall()]


def _write(promotion_id: UUID, wanted: Sequence[RuleRow], moment: datetime) -> None:
    """End what holds at `moment`, and let `wanted` begin at it. What would have begun later never does."""
    CatalogueRule.objects.filter(promotion_id=promotion_id, valid_from__gte=moment).delete()
    with connection.cursor() as cursor:
        cursor.execute(_END, {"promotion": str(promotion_id), "moment": moment})
        for row in wanted:
            begins = max(row.begins or moment, moment)
            if row.ends is not None and row.ends <= begins:
                continue
            cursor.execute(
                _BEGIN,
                [
                    str(promotion_id), row.rule_id, row.channel_id, row.priority, row.is_exclusive, row.has,
                    row.predicate, row.reward_type, row.value, begins, row.ends,
                ],
            )  # fmt: skip


def _make_anew(product_ids: list[str]) -> None:
    if not product_ids:
        return
    with connection.cursor() as cursor:
        if not CatalogueRule.objects.exists():
            cursor.execute(_PRICE, [product_ids])
        # Where there are rules, it has the prices made first.
        cursor.execute(_REFRESH, [product_ids])


def _portion(change_id: UUID) -> int | None:
    """One transaction of a change: how many products it has made anew, or None for nothing more to do now."""
    with transaction.atomic():
        change = PriceChange.objects.select_for_update(skip_locked=True).filter(id=change_id).first()
        if change is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(_NOW)
            now = cursor.fetchone()[0]
            if change.listed_at is None:
                if change.is_second_look and not _may_look_again(change, now):
                    return None
                _list(change, now)
            elif not change.is_second_look:
                _move_if_better(change, now)
            cursor.execute(_TAKE, [str(change.id), PORTION])
            product_ids = [row[0] for row in cursor.fetchall()]
        _make_anew(product_ids)
        if len(product_ids) < PORTION:
            _finish(change, now, len(product_ids))
        else:
            change.products_done += len(product_ids)
            change.save(update_fields=["products_done", "updated_at"])
        return len(product_ids)


def _may_look_again(change: PriceChange, now: datetime) -> bool:
    if change.switches_at is not None and change.switches_at > now:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_IS_OVER, [change.transaction])
        return bool(cursor.fetchone()[0])


def _list(change: PriceChange, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {"change": str(change.id), **_asked(change.scopes)})
        change.products_listed = cursor.rowcount
    change.listed_at, change.products_done = now, 0
    change.save(update_fields=["listed_at", "products_listed", "products_done", "updated_at"])


def _move_if_better(change: PriceChange, now: datetime) -> None:
    """Move the moment of change while there is still time to write what has been written once more."""
    if change.listed_at is None or change.switches_at is None:
        return
    progress = Progress(
        listed=change.products_listed,
        done=change.products_done,
        spent=(now - change.listed_at).total_seconds(),
        left=(change.switches_at - now).total_seconds(),
    )
    seconds = better_moment(progress)
    if seconds is None:
        return
    moment = _not_before_its_start(change, now + timedelta(seconds=seconds))
    if moment == change.switches_at:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"promotion": str(change.promotion_id), "old": change.switches_at, "new": moment})
    change.switches_at = moment
    change.save(update_fields=["switches_at", "updated_at"])
    DuePrice.objects.filter(change=change).delete()
    _list(change, now)


def _not_before_its_start(change: PriceChange, moment: datetime) -> datetime:
    """`moment`, unless a promotion that may not begin yet would: then its start, or the moment as it is set."""
    starts_at = Promotion.objects.filter(id=change.promotion_id).values_list("starts_at", flat=True).first()
    if change.switches_at is None or starts_at is None or starts_at <= moment:
        return moment
    return min(starts_at, change.switches_at) if moment < change.switches_at else moment


def _finish(change: PriceChange, now: datetime, last: int) -> None:
    if not change.is_second_look:
        if change.listed_at is not None:
            keep_pace(change.products_done + last, now - change.listed_at)
        change.is_second_look, change.listed_at = True, None
        change.save(update_fields=["is_second_look", "listed_at", "updated_at"])
        return
    CatalogueRule.objects.filter(promotion_id=change.promotion_id, valid_until__lte=change.listed_at).delete()
    change.delete()


def _look_at_what_has_ended() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOW)
        xid = cursor.fetchone()[1]
        cursor.execute(_ENDED)
        for promotion_id, rule_ids in cursor.fetchall():
            known = CatalogueRule.objects.filter(id__in=rule_ids).values_list("has", flat=True)
            scopes = _distinct([None if has is None else [str(key) for key in has] for has in known])
            PriceChange.objects.create(promotion_id=promotion_id, scopes=scopes, transaction=xid, is_second_look=True)
