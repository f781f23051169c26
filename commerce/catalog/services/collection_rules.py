"""Giving a collection a rule, and looking at what it would find."""

from __future__ import annotations

import json
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from commerce.catalog.collection_rules import MOST_RULES, checked_rule
from commerce.catalog.errors import CollectionNotFound
from commerce.catalog.events import CollectionUpdated
from commerce.catalog.models import Collection, CollectionRule, Product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.events.emit import emit

MOST_SHOWN: Final = 100

_MATCHING = """
SELECT product.id, count(*) OVER ()
  FROM catalog_product AS product
 WHERE catalog_rule_matches(%s::jsonb, product)
 ORDER BY product.sort_name, product.id
 LIMIT %s
"""


class Preview(NamedTuple):
    """What a rule would find: how many products, and the first of them by name."""

    total: int
    products: list[Product]


def set_collection_rule(*, collection_id: UUID, rule: object | None, actor: Actor) -> Collection:
    """Let a rule decide which products are in a collection besides those picked by hand; None takes it away.

    Products come and go within seconds, by a regular job (rule_keeping). Raises CollectionNotFound, Required,
    InvalidInput, NotFound (something that the rule names) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    checked = None if rule is None else checked_rule(rule)
    with transaction.atomic():
        collection = changed_row(Collection, collection_id)
        if collection is None:
            raise CollectionNotFound("There is no such collection.", path=("id",))
        ruled = CollectionRule.objects.filter(rule__isnull=False).exclude(collection=collection).count()
        if checked is not None and ruled >= MOST_RULES:
            raise InvalidInput(f"A shop has {MOST_RULES} collections with rules at most.", path=("rule",))
        CollectionRule.objects.update_or_create(
            collection=collection,
            defaults={"rule": checked, "due_at": timezone.now(), "cursor": None, "is_settled": False},
        )
        event = CollectionUpdated(collection_id=collection.id, slug=collection.slug)
        emit(event, aggregate=("collection", collection.id), sequence=collection.version)
    return collection


def preview_collection_rule(*, rule: object, number: int, actor: Actor) -> Preview:
    """What `rule` would find now, with its first `number` products; nothing is changed.

    Raises Required, InvalidInput, NotFound or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    if not 1 <= number <= MOST_SHOWN:
        raise InvalidInput(f"Between 1 and {MOST_SHOWN} products.", path=("first",))
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING, [json.dumps(checked_rule(rule)), number])
        rows = cursor.fetchall()
    found = Product.objects.in_bulk([key for key, _ in rows])
    return Preview(rows[0][1] if rows else 0, [found[key] for key, _ in rows if key in found])
