"""Keeping collections as their rules say: the membership of products, some hundreds in each transaction.

Triggers keep what a single product's change brings (migration 0007). What concerns all products at once is done here,
by a regular job: after a new rule or a moved category at once, for rules that time or stock changes every few minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from commerce.catalog.collection_rules import changes_by_itself
from commerce.catalog.events import CollectionUpdated
from commerce.catalog.models import Collection, CollectionProduct, CollectionRule, CollectionRuleChange, Product
from commerce.catalog.versions import changed_row
from commerce.events.emit import emit

CHUNK: Final = 500
AGAIN_AFTER: Final = timedelta(minutes=2)
"""How late a product may come into, or leave, a collection by its age or its stock."""
BY_RULE: Final = 1_000_000_000
"""The place of what a rule has found: behind everything that was picked by hand. Migration 0007 has it, too."""

# A lock that is not to be had in time, and a deadlock.
_IN_THE_WAY: Final = frozenset({"55P03", "40P01"})

_LEAVE = """
DELETE FROM catalog_collectionproduct AS place
 USING catalog_product AS product
 WHERE place.collection_id = %(collection)s AND place.by_rule AND place.product_id = ANY(%(products)s::uuid[])
   AND product.id = place.product_id AND NOT catalog_rule_matches(%(rule)s::jsonb, product)
"""
_ENTER = """
INSERT INTO catalog_collectionproduct (collection_id, product_id, sort_order, by_rule)
SELECT %(collection)s, product.id, %(place)s, true
  FROM catalog_product AS product
 WHERE product.id = ANY(%(products)s::uuid[]) AND catalog_rule_matches(%(rule)s::jsonb, product)
ON CONFLICT (collection_id, product_id) DO NOTHING
"""
_MISPLACED = """
SELECT product.id
  FROM catalog_product AS product
  LEFT JOIN catalog_collectionproduct AS place
         ON place.collection_id = %(collection)s AND place.product_id = product.id
 WHERE product.id = ANY(%(products)s::uuid[])
   AND CASE WHEN place.id IS NULL THEN catalog_rule_matches(%(rule)s::jsonb, product)
            ELSE place.by_rule AND NOT catalog_rule_matches(%(rule)s::jsonb, product)
       END
"""


def keep_collection_rules(limit: int = 10_000) -> int:
    """Weigh products against the rules that are due, `limit` products at most; how many. Run it every few seconds."""
    weighed = 0
    tell_of_changes()
    _begin_anew()
    while weighed < limit:
        number = _weigh_some()
        if number is None:
            break
        weighed += number
    return weighed


def keep_rules(product_ids: Iterable[UUID]) -> None:
    """Weigh these products against every rule, as the triggers do. Call it inside the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalog_keep_rules(%s::uuid[])", [[str(key) for key in product_ids]])


def tell_of_changes() -> int:
    """Emit `collection.updated` for collections whose rule took in or out what was written; how many."""
    with transaction.atomic():
        rows = list(_changes().filter(collection__isnull=False).order_by("id")[:1_000])
        collections = sorted({row.collection_id for row in rows if row.collection_id is not None})
        for collection_id in collections:
            _announce(collection_id)
        CollectionRuleChange.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(collections)


def _begin_anew() -> None:
    """All rules are due if so much was written that the triggers left it to this job."""
    with transaction.atomic():
        rows = list(_changes().filter(collection__isnull=True))
        if rows:
            ruled = CollectionRule.objects.filter(rule__isnull=False).order_by("collection").select_for_update()
            keys = list(ruled.values_list("collection", flat=True))
            CollectionRule.objects.filter(collection__in=keys).update(
                due_at=timezone.now(), cursor=None, is_settled=False
            )
            CollectionRuleChange.objects.filter(id__in=[row.id for row in rows]).delete()


def _changes() -> QuerySet[CollectionRuleChange]:
    return CollectionRuleChange.objects.select_for_update(skip_locked=True)


def _weigh_some() -> int | None:
    """The next chunk of the collection that has been due for longest; None if none is, or if somebody writes to it.

    Locks: the collection, its rule, then products by id. Whoever writes to products and meets this halfway is not kept
    waiting: this gives up and is done again.
    """
    try:
        with transaction.atomic(durable=True):
            return _weigh_next()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) not in _IN_THE_WAY:
            raise
        return None


def _weigh_next() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
    due = Collection.objects.filter(rule_link__due_at__lte=timezone.now()).order_by("rule_link__due_at", "id")
    collection = due.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    ruled = CollectionRule.objects.select_for_update().filter(collection=collection).first() if collection else None
    if ruled is None:
        return None
    ahead = Product.objects.order_by("id")
    if ruled.cursor is not None:
        ahead = ahead.filter(id__gt=ruled.cursor)
    if not ruled.is_settled:
        # Who writes while a rule is new may not know it yet. Nobody changes these until they are weighed.
        ahead = ahead.select_for_update(no_key=True)
    products = list(ahead.values_list("id", flat=True)[:CHUNK])
    wrong = _locked(_misplaced(ruled, products)) if ruled.is_settled else products
    if wrong and _keep(ruled, wrong):
        _announce(ruled.collection_id)
    _move_on(ruled, products)
    return len(products)


def _misplaced(ruled: CollectionRule, products: list[UUID]) -> list[UUID]:
    """Those of the products that are in the collection by its rule and should not be, or the other way round."""
    with connection.cursor() as cursor:
        cursor.execute(_MISPLACED, _parameters(ruled, products))
        return [key for (key,) in cursor.fetchall()]


def _locked(products: list[UUID]) -> list[UUID]:
    """The same products, which nobody changes until the transaction ends."""
    rows = Product.objects.filter(id__in=products).order_by("id").select_for_update(no_key=True)
    return list(rows.values_list("id", flat=True)) if products else []


def _keep(ruled: CollectionRule, products: list[UUID]) -> bool:
    """Whether any of these products came into the collection or left it."""
    if ruled.rule is None:
        places = CollectionProduct.objects.filter(collection=ruled.collection_id, by_rule=True)
        gone, _ = places.filter(product__in=products).delete()
        return gone > 0
    parameters = _parameters(ruled, products)
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, parameters)
        changed = cursor.rowcount
        cursor.execute(_ENTER, parameters)
        return bool(changed + cursor.rowcount > 0)


def _parameters(ruled: CollectionRule, products: list[UUID]) -> dict[str, Any]:
    return {
        "collection": ruled.collection_id,
        "products": [str(key) for key in products],
        "rule": json.dumps(ruled.rule),
        "place": BY_RULE,
    }


def _move_on(ruled: CollectionRule, products: list[UUID]) -> None:
    if len(products) == CHUNK:
        ruled.cursor = products[-1]
    elif ruled.rule is None:
        ruled.delete()
        return
    else:
        ruled.cursor, ruled.is_settled = None, True
        ruled.due_at = timezone.now() + AGAIN_AFTER if changes_by_itself(ruled.rule) else None
    ruled.save(update_fields=["cursor", "due_at", "is_settled"])


def _announce(collection_id: UUID) -> None:
    collection = changed_row(Collection, collection_id)
    if collection is not None:
        event = CollectionUpdated(collection_id=collection.id, slug=collection.slug)
        emit(event, aggregate=("collection", collection.id), sequence=collection.version)
