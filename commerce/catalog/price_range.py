"""The lowest and highest price of a product in each channel, kept beside its listing for filters and sorting."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

_REFRESH: Final = """
UPDATE catalog_productchannellisting AS listing
   SET min_price_amount = priced.low, max_price_amount = priced.high
  FROM (
        SELECT mine.id, min(price.price_amount) AS low, max(price.price_amount) AS high
          FROM catalog_productchannellisting AS mine
          LEFT JOIN catalog_productvariant AS variant ON variant.product_id = mine.product_id
          LEFT JOIN catalog_variantchannellisting AS price
                 ON price.variant_id = variant.id AND price.channel_id = mine.channel_id
         WHERE mine.product_id = ANY(%s::uuid[])
         GROUP BY mine.id
       ) AS priced
 WHERE listing.id = priced.id
   AND (listing.min_price_amount, listing.max_price_amount) IS DISTINCT FROM (priced.low, priced.high)
"""


def refresh_price_ranges(product_ids: Collection[UUID]) -> None:
    """Bring min_price_amount and max_price_amount of all listings of these products up to date, in one statement.

    Call it in the transaction that changed a price, a variant or a listing. Null means: no variant has a price there.
    """
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [[str(product_id) for product_id in product_ids]])
