"""How the price that everybody sees came about, for product pages; carts have it from their offers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.pricing.ladder import PublicPrice


class _PublicRow(NamedTuple):
    variant_id: str
    listed: int
    amount: int
    list_id: str | None
    list_name: str | None


_PUBLIC_PRICES: Final = Statement(
    "origins_of_prices",
    _PublicRow,
    """
SELECT price.variant_id::text, entered.price_amount, price.amount, price.price_list_id::text, list.name
  FROM catalog_effectiveprice AS price
  JOIN catalog_variantchannellisting AS entered
    ON entered.variant_id = price.variant_id AND entered.channel_id = price.channel_id
  LEFT JOIN pricing_pricelist AS list ON list.id = price.price_list_id
 WHERE price.variant_id = ANY($1) AND price.channel_id = $2
   AND price.valid_from <= statement_timestamp() AND price.valid_until > statement_timestamp()
""",
    "uuid[]",
    "uuid",
)


def public_prices(variant_ids: Collection[UUID | str], channel_id: UUID) -> dict[str, PublicPrice]:
    """By variant, as far as the channel has a price for it."""
    rows = _PUBLIC_PRICES.all(uuid_array(variant_ids), str(channel_id))
    return {row.variant_id: PublicPrice(row.listed, row.amount, row.list_id, row.list_name) for row in rows}
