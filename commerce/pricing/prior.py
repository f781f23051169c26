"""The lowest price before a reduction, which has to be shown beside it (EU directive 98/6/EC, article 6a)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)


class _PriorRow(NamedTuple):
    number: int
    amount: int | None
    is_reduced: bool | None


# A reduction that grows, or that is followed by another, has begun with its first step.
_LOWEST: Final = Statement(
    "lowest_prior_prices",
    _PriorRow,
    """
SELECT wanted.number, lowest.amount,
       (SELECT price.undiscounted > price.amount
          FROM catalog_effectiveprice AS price
         WHERE price.variant_id = wanted.variant_id AND price.channel_id = wanted.channel_id
           AND price.valid_from <= statement_timestamp() AND price.valid_until > statement_timestamp())
  FROM unnest($1, $2) WITH ORDINALITY AS wanted(variant_id, channel_id, number)
 CROSS JOIN LATERAL (
        SELECT max(noted.valid_until) AS at
          FROM pricing_publicprice AS noted
         WHERE noted.variant_id = wanted.variant_id AND noted.channel_id = wanted.channel_id
           AND noted.valid_until <= statement_timestamp() AND noted.undiscounted = noted.amount
       ) AS began
 CROSS JOIN LATERAL (
        SELECT min(noted.amount) AS amount
          FROM pricing_publicprice AS noted
         WHERE noted.variant_id = wanted.variant_id AND noted.channel_id = wanted.channel_id
           AND noted.valid_from < began.at AND noted.valid_until > began.at - interval '30 days'
       ) AS lowest
""",
    "uuid[]",
    "uuid[]",
)


def lowest_prior_prices(asked: Collection[tuple[UUID, K]]) -> dict[tuple[UUID, K], int]:
    """The lowest price of everybody in the 30 days before the present reduction began, in minor units.

    By the channel's id and the variant's, without variants that are not reduced there, and those that were never sold
    unreduced. One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _LOWEST.all(uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys))
    return {keys[row.number - 1]: row.amount for row in rows if row.is_reduced and row.amount is not None}
