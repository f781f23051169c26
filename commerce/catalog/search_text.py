"""Names in the form in which they are sorted and searched: lower case, without accents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

# SKUs follow the name, so that one index answers for both. A product with hundreds of variants is found by its first.
_REFRESH: Final = """
UPDATE catalog_product AS product
   SET sort_name = folded.name, search_text = folded.text
  FROM (
        SELECT mine.id,
               lower(unaccent(mine.name)) AS name,
               lower(unaccent(left(
                   concat_ws(' ', mine.name, string_agg(variant.sku, ' ' ORDER BY variant.sku)), 4000
               ))) AS text
          FROM catalog_product AS mine
          LEFT JOIN catalog_productvariant AS variant ON variant.product_id = mine.id
         WHERE mine.id = ANY(%s::uuid[])
         GROUP BY mine.id
       ) AS folded
 WHERE product.id = folded.id
   AND (product.sort_name, product.search_text) IS DISTINCT FROM (folded.name, folded.text)
"""


def refresh_search_text(product_ids: Collection[UUID]) -> None:
    """Bring sort_name and search_text of these products up to date with their names and SKUs, in one statement."""
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [[str(product_id) for product_id in product_ids]])
