"""The lowest price before a reduction, which has to be shown beside it (EU directive 98/6/EC, article 6a)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from commerce.core.statements import Statement, uuid_array


class _PriorRow(NamedTuple):
    variant_id: str
    amount: int


# A reduction that grows, or that is followed by another, has begun with its first step.
_LOWEST: Final = Statement(
    "lowest_prior_prices",
    _PriorRow,
    """
SELECT wanted.variant_id::text, lowest.amount
  FROM unnest($1) AS wanted(variant_id)
 CROSS JOIN LATERAL (
        SELECT max(noted.valid_until) AS at
          FROM pricing_publicprice AS noted
         WHERE noted.variant_id = wanted.variant_id AND noted.channel_id = $2
           AND noted.valid_until <= statement_timestamp() AND noted.undiscounted = noted.amount
       ) AS began
 CROSS JOIN LATERAL (
        SELECT min(noted.amount) AS amount
          FROM pricing_publicprice AS noted
         WHERE noted.variant_id = wanted.variant_id AND noted.channel_id = $2
           AND noted.valid_from < began.at AND noted.valid_until > began.at - interval '30 days'
       ) AS lowest
 WHERE lowest.amount IS NOT NULL
   AND EXISTS (
        SELECT FROM catalog_effectiveprice AS price
         WHERE price.variant_id = wanted.variant_id AND price.channel_id = $2 AND price.undiscounted > price.amount
           AND price.valid_from <= statement_timestamp() AND price.valid_until > statement_timestamp()
       )
""",
    "uuid[]",
    "uuid",
)


def lowest_prior_prices(variant_ids: Collection[UUID | str], channel_id: UUID) -> dict[str, int]:
    """The lowest price of everybody in the 30 days before the present reduction began, by variant, in minor units.

    Without variants that are not reduced, and those that were never sold unreduced.
    """
    return {row.variant_id: row.amount for row in _LOWEST.all(uuid_array(variant_ids), str(channel_id))}
