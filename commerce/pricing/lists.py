"""Which price list counts for whom and from how many units on. Who keeps lists is in services.py.

A buyer pays the price that everybody sees or the one of their price list, whichever is lower: nobody pays more for
having signed in, and a promotion does not come on top of a list for some customers. Of the lists that hold for the
buyer the one with the highest priority counts that has a price for so many units, and of those with the same priority
the lowest price. Units of a variant in several lines of a cart count together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from commerce.core.statements import Statement, uuid_array
from commerce.core.values import quickly_made

K = TypeVar("K", UUID, str)


@quickly_made
@dataclass(frozen=True, slots=True)
class ListPrice:
    """What a unit costs by a list from `minimum_quantity` units on, in minor units as the channel enters prices."""

    list_id: str
    name: str
    priority: int
    minimum_quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Tier:
    """What each unit costs from so many units on."""

    minimum_quantity: int
    amount: int


def best_price(prices: Iterable[ListPrice], quantity: int) -> ListPrice | None:
    """The one that counts for so many units; None if none of them holds for so few."""
    held = sorted((each for each in prices if each.minimum_quantity <= quantity), key=_of_list)
    largest = [max(own, key=lambda each: each.minimum_quantity) for _, own in groupby(held, key=_of_list)]
    return min(largest, key=lambda each: (-each.priority, each.amount, each.list_id), default=None)


def _of_list(price: ListPrice) -> str:
    return price.list_id


def own_price(public: int, prices: Iterable[ListPrice], quantity: int) -> ListPrice | None:
    """The list price that is paid instead of the one that everybody sees; None if that is not higher."""
    best = best_price(prices, quantity)
    return best if best is not None and best.amount < public else None


def tiers(public: int, prices: Sequence[ListPrice]) -> list[Tier]:
    """From how many units on (more than one) a unit costs something else, in the order of quantities."""
    found: list[Tier] = []
    before = _paid(public, prices, 1)
    for quantity in sorted({each.minimum_quantity for each in prices if each.minimum_quantity > 1}):
        amount = _paid(public, prices, quantity)
        if amount != before:
            found.append(Tier(quantity, amount))
            before = amount
    return found


def _paid(public: int, prices: Sequence[ListPrice], quantity: int) -> int:
    own = own_price(public, prices, quantity)
    return public if own is None else own.amount


class EntryRow(NamedTuple):
    """A price of a list that holds now. `customers` are those asked about that it is for, None for everybody."""

    variant_id: str
    channel_id: str
    list_id: str
    name: str
    priority: int
    minimum_quantity: int
    amount: int
    customers: Sequence[str] | None


_HOLDS_NOW: Final = """
   list.is_active AND (list.starts_at IS NULL OR list.starts_at <= statement_timestamp())
   AND (list.ends_at IS NULL OR list.ends_at > statement_timestamp())
"""
_ENTRY: Final = """
SELECT entry.variant_id::text, list.channel_id::text, list.id::text, list.name, list.priority,
       entry.minimum_quantity, entry.amount, {customers}
  FROM pricing_pricelistentry AS entry
  JOIN pricing_pricelist AS list ON list.id = entry.price_list_id
"""
_OF_GROUPS: Final = """
        SELECT array_agg(DISTINCT member.customer_id::text) AS ids
          FROM pricing_pricelist_customer_groups AS chosen
          JOIN accounts_customergroupmember AS member ON member.group_id = chosen.customergroup_id
         WHERE chosen.pricelist_id = list.id AND member.customer_id = ANY({customers})
"""

_PUBLIC: Final = Statement(
    "public_list_prices",
    EntryRow,
    f"{_ENTRY.format(customers='NULL::text[]')}"
    f" WHERE entry.variant_id = ANY($1) AND list.channel_id = ANY($2) AND list.is_public AND {_HOLDS_NOW}",
    "uuid[]",
    "uuid[]",
)
_OF_CUSTOMERS: Final = Statement(
    "list_prices_of_customers",
    EntryRow,
    f"{_ENTRY.format(customers='buyers.ids')}"
    f"  LEFT JOIN LATERAL ({_OF_GROUPS.format(customers='$3')}) AS buyers ON NOT list.is_public"
    f" WHERE entry.variant_id = ANY($1) AND list.channel_id = ANY($2) AND {_HOLDS_NOW}"
    "   AND (list.is_public OR buyers.ids IS NOT NULL)",
    "uuid[]",
    "uuid[]",
    "uuid[]",
)


@dataclass(frozen=True, slots=True)
class ListPrices:
    """What was found about some variants in some channels, for everybody and for some customers."""

    _prices: dict[tuple[str, str], list[tuple[ListPrice, Sequence[str] | None]]] = field(default_factory=dict)

    def of(self, variant_id: UUID | str, channel_id: UUID | str, customer_id: UUID | str | None) -> list[ListPrice]:
        """The prices that hold for this buyer; None is somebody who is not signed in."""
        if not self._prices:
            return []
        found = self._prices.get((str(variant_id), str(channel_id)), ())
        customer = None if customer_id is None else str(customer_id)
        return [price for price, customers in found if customers is None or customer in customers]


NO_LIST_PRICES: Final = ListPrices()


def list_prices(
    variant_ids: Collection[UUID | str], channel_ids: Collection[UUID | str], customer_ids: Collection[UUID | str] = ()
) -> ListPrices:
    """Prices of the lists that hold now, for everybody and for these customers, in one statement."""
    if not variant_ids or not channel_ids:
        return NO_LIST_PRICES
    asked = (uuid_array(variant_ids), uuid_array(channel_ids))
    rows = _OF_CUSTOMERS.all(*asked, uuid_array(customer_ids)) if customer_ids else _PUBLIC.all(*asked)
    found: dict[tuple[str, str], list[tuple[ListPrice, Sequence[str] | None]]] = defaultdict(list)
    for row in rows:
        price = ListPrice(row.list_id, row.name, row.priority, row.minimum_quantity, row.amount)
        found[row.variant_id, row.channel_id].append((price, row.customers))
    return ListPrices(dict(found))


class OwnProductPrices(NamedTuple):
    """What a customer pays for one unit of a product's variants; `is_own` if a list undercuts one of the prices."""

    low: int
    high: int
    low_before: int
    high_before: int
    on_sale: bool
    is_own: bool | None


# The first column says which of the asked it is.
_OWN_OF_PRODUCTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "own_prices_of_products",
    tuple,
    f"""
SELECT asked.number, min(least(price.amount, own.amount)), max(least(price.amount, own.amount)),
       min(price.undiscounted), max(price.undiscounted), bool_or(price.undiscounted > least(price.amount, own.amount)),
       bool_or(own.amount < price.amount)
  FROM unnest($1, $2) WITH ORDINALITY AS asked(product_id, channel_id, number)
  JOIN catalog_productvariant AS variant ON variant.product_id = asked.product_id
  JOIN catalog_effectiveprice AS price
    ON price.variant_id = variant.id AND price.channel_id = asked.channel_id
   AND price.valid_from <= statement_timestamp() AND price.valid_until > statement_timestamp()
  LEFT JOIN LATERAL (
        SELECT entry.amount
          FROM pricing_pricelistentry AS entry
          JOIN pricing_pricelist AS list ON list.id = entry.price_list_id
         WHERE entry.variant_id = variant.id AND entry.minimum_quantity = 1 AND list.channel_id = asked.channel_id
           AND {_HOLDS_NOW}
           AND (list.is_public OR EXISTS (
                SELECT FROM pricing_pricelist_customer_groups AS chosen
                  JOIN accounts_customergroupmember AS member ON member.group_id = chosen.customergroup_id
                 WHERE chosen.pricelist_id = list.id AND member.customer_id = $3
               ))
         ORDER BY list.priority DESC, entry.amount, list.id
         LIMIT 1
       ) AS own ON true
 GROUP BY asked.number
""",  # noqa: S608 - our own text only
    "uuid[]",
    "uuid[]",
    "uuid",
)


def own_prices_of_products(
    asked: Collection[tuple[UUID, K]], customer_id: UUID
) -> dict[tuple[UUID, K], OwnProductPrices]:
    """By the channel's id and the product's, as far as this customer pays less for one unit of one of its variants.

    One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _OWN_OF_PRODUCTS.all(
        uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys), str(customer_id)
    )
    found = {keys[number - 1]: OwnProductPrices(*columns) for number, *columns in rows}
    return {key: own for key, own in found.items() if own.is_own}
