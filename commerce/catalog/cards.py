"""Keeping product cards: by PostgreSQL for everybody, by hand for those who write many products at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.models import Product

PORTION: Final = 500
"""How many products one transaction of `refresh_due_cards` brings up to date."""

_REFRESH: Final = "SELECT catalog_refresh_cards(%s::uuid[])"
# A part that is shown from a moment on brings its bundles along, whose cards nobody writes then.
_SHOWN_LATELY: Final = """
INSERT INTO catalog_duecard (product_id)
SELECT DISTINCT card.product_id
  FROM catalog_bundlecomponent AS part
  JOIN catalog_productvariant AS bundle ON bundle.id = part.bundle_id
  JOIN catalog_productvariant AS variant ON variant.id = part.component_id
  JOIN catalog_productchannellisting AS listing
    ON listing.product_id = variant.product_id AND listing.is_published
   AND listing.published_at BETWEEN now() - interval '1 hour' AND statement_timestamp()
  JOIN catalog_productcard AS card ON card.product_id = bundle.product_id AND card.channel_id = listing.channel_id
 WHERE card.in_stock <> catalog_in_stock(card.product_id, card.channel_id)
    ON CONFLICT DO NOTHING
"""
_DUE: Final = """
DELETE FROM catalog_duecard
 WHERE product_id IN (SELECT product_id FROM catalog_duecard ORDER BY product_id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING product_id::text
"""
_FORGET: Final = "DELETE FROM catalog_productcard WHERE valid_until <= now() - interval '1 hour'"


@contextmanager
def cards_later() -> Iterator[None]:
    """Inside, in this transaction, nobody refreshes cards: whoever writes there calls `refresh_cards` in the end."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL handcart.read_rows = 'later'")
        yield
        # After an error the transaction or its savepoint is rolled back, and the setting with it.
        cursor.execute("SET LOCAL handcart.read_rows = ''")


def refresh_cards(product_ids: Collection[UUID | str]) -> None:
    """Bring the cards of these products up to date in all channels. Locks the products until the transaction ends."""
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [[str(product_id) for product_id in product_ids]])


def refresh_due_cards() -> int:
    """Bring up to date what single writes were too large for, in transactions of PORTION products. Returns how many.

    Those of bundles whose parts have just begun to be shown are found here. Cards whose prices have run out go, too:
    nobody reads them any more.
    """
    done = 0
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN_LATELY)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DUE, [PORTION])
            due = [row[0] for row in cursor.fetchall()]
            refresh_cards(due)
        done += len(due)
        if len(due) < PORTION:
            break
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
    return done


def refresh_all_cards() -> int:
    """Bring the cards of all products up to date, in transactions of PORTION products. Returns how many products.

    For a database that was filled past the triggers; otherwise it finds nothing to change.
    """
    done, last = 0, UUID(int=0)
    while True:
        with transaction.atomic():
            ids = list(Product.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:PORTION])
            refresh_cards(ids)
        done += len(ids)
        if len(ids) < PORTION:
            return done
        last = ids[-1]
