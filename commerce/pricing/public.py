"""How the price that everybody sees came about, for product pages; carts have it from their offers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.pricing.ladder import PublicPrice
from commerce.promotions.cut_steps import CUTS, cut_steps

K = TypeVar("K", UUID, str)


class _PublicRow(NamedTuple):
    number: int
    listed: int
    amount: int
    list_id: str | None
    list_name: str | None
    cuts: str | None


_PUBLIC_PRICES: Final = Statement(
    "origins_of_prices",
    _PublicRow,
    f"""
SELECT asked.number, entered.price_amount, price.amount, price.price_list_id::text, list.name, {CUTS}
  FROM unnest($1, $2) WITH ORDINALITY AS asked(variant_id, channel_id, number)
  JOIN catalog_effectiveprice AS price
    ON price.variant_id = asked.variant_id AND price.channel_id = asked.channel_id
   AND price.valid_from <= statement_timestamp() AND price.valid_until > statement_timestamp()
  JOIN catalog_variantchannellisting AS entered
    ON entered.variant_id = price.variant_id AND entered.channel_id = price.channel_id
  LEFT JOIN pricing_pricelist AS list ON list.id = price.price_list_id
""",  # noqa: S608 - our own text only
    "uuid[]",
    "uuid[]",
)


def public_prices(asked: Collection[tuple[UUID, K]]) -> dict[tuple[UUID, K], PublicPrice]:
    """By the channel's id and the variant's, as far as the channel has a price for it.

    One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _PUBLIC_PRICES.all(uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys))
    return {
        keys[row.number - 1]: PublicPrice(row.listed, row.amount, row.list_id, row.list_name, cut_steps(row.cuts))
        for row in rows
    }
