"""Where the columns of a file go: the channel and the warehouse of its own, and those of markets and locations.

Shopify's markets become channels and its locations warehouses: by what the caller says, else by slug or by name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import NotFound
from commerce.core.permission import Permission
from commerce.importing.columns import canonical
from commerce.inventory.models import Warehouse

P = TypeVar("P", Channel, Warehouse)

INCLUDED: Final = "Included"
PRICE: Final = "Price"
COMPARE_AT: Final = "Compare At Price"
COST: Final = "Cost per item"
QUANTITY: Final = "Inventory quantity"

_OF_MARKET: Final = re.compile(
    r"(?P<what>included|price|compare[- ]at price|cost per item)\s*/\s*(?P<name>.+)", re.IGNORECASE | re.DOTALL
)
_OF_LOCATION: Final = re.compile(
    r"(?:(?:variant )?inventory (?:qty|quantity)\s*/|inventory on hand:)\s*(?P<name>.+)", re.IGNORECASE | re.DOTALL
)
_FACTS: Final = {"included": INCLUDED, "price": PRICE, "compare at price": COMPARE_AT, "cost per item": COST}


def column_of(fact: str, slug: str) -> str:
    """The column of one fact of a market or a location: what we call it, and its header in our exports."""
    return f"{fact} / {slug}"


class Names(Generic[P]):
    """Channels or warehouses by what files may call them."""

    def __init__(self, rows: Iterable[P], told: Mapping[str, P] | None = None) -> None:
        """`rows` go by slug and name; what is `told` goes before that. A name that two of them have is nobody's."""
        self.told: dict[str, P] = {name.strip().casefold(): row for name, row in (told or {}).items()}
        self._by_slug: dict[str, P] = {row.slug: row for row in rows}
        self._folded: dict[str, P | None] = {}
        for row in self._by_slug.values():
            for name in {row.slug.casefold(), row.name.strip().casefold()}:
                self._folded[name] = None if name in self._folded else row

    def find(self, name: str) -> P | None:
        """The row that a file means by `name`."""
        folded = name.strip().casefold()
        return self.told.get(folded) or self._by_slug.get(name.strip()) or self._folded.get(folded)


@dataclass(frozen=True, slots=True)
class Targets:
    """The channel of the plain prices, the warehouse of the plain quantities, and what markets and locations mean."""

    channel: Channel
    warehouse: Warehouse
    markets: Names[Channel] = field(default_factory=lambda: Names[Channel](()))
    locations: Names[Warehouse] = field(default_factory=lambda: Names[Warehouse](()))

    def canonical(self, header: str) -> str:
        """The name that we use for the column with this header; empty for one that is not kept."""
        known = canonical(header)
        if known:
            return known
        header = header.strip()
        if found := _OF_MARKET.fullmatch(header):
            market = self.markets.find(found["name"])
            fact = _FACTS[found["what"].casefold().replace("-", " ")]
            return column_of(fact, market.slug) if market else ""
        if found := _OF_LOCATION.fullmatch(header):
            location = self.locations.find(found["name"])
        else:
            # Shopify's inventory files have the bare names of locations; only who maps one says that it is one.
            location = self.locations.told.get(header.casefold())
        return column_of(QUANTITY, location.slug) if location else ""

    def channels_in(self, columns: Collection[str]) -> list[Channel]:
        """The channels that a file with these columns (by our names) speaks of, its own one first."""
        named = _slugs(columns, (INCLUDED, PRICE, COMPARE_AT, COST)) - {self.channel.slug}
        return [self.channel, *(Channel.objects.filter(slug__in=named).order_by("slug") if named else ())]

    def warehouses_in(self, columns: Collection[str]) -> list[Warehouse]:
        """The warehouses that a file with these columns (by our names) speaks of, its own one first."""
        named = _slugs(columns, (QUANTITY,)) - {self.warehouse.slug}
        return [self.warehouse, *(Warehouse.objects.filter(slug__in=named).order_by("slug") if named else ())]


def _slugs(columns: Collection[str], facts: Collection[str]) -> set[str]:
    parted = (column.partition(" / ") for column in columns)
    return {slug for fact, slash, slug in parted if slash and fact in facts}


def targets_of(
    *,
    channel: Channel,
    warehouse: Warehouse,
    markets: Mapping[str, str] | None = None,
    locations: Mapping[str, str] | None = None,
    actor: Actor,
) -> Targets:
    """The targets of a file for `channel` and `warehouse`; the mappings say which slug is meant by which name.

    Raises NotFound for a slug that is none, and PermissionDenied for a channel that is not the actor's. Markets that
    nobody mapped are looked for among the channels of the actor only.
    """
    channels = {row.slug: row for row in Channel.objects.all()}
    warehouses = {row.slug: row for row in Warehouse.objects.all()}
    told = _told(markets or {}, channels, "channel", "markets")
    for row in told.values():
        actor.require(Permission.MANAGE_PRODUCTS, row.id)
    mine = [row for row in channels.values() if actor.has(Permission.MANAGE_PRODUCTS, row.id)]
    return Targets(
        channel=channel,
        warehouse=warehouse,
        markets=Names(mine, told),
        locations=Names(warehouses.values(), _told(locations or {}, warehouses, "warehouse", "locations")),
    )


def _told(mapping: Mapping[str, str], known: Mapping[str, P], what: str, argument: str) -> dict[str, P]:
    for slug in mapping.values():
        if slug not in known:
            raise NotFound(f"There is no {what} {slug}.", path=(argument,))
    return {name: known[slug] for name, slug in mapping.items()}
