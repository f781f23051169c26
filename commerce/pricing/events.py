"""What happens to price lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commerce.events.emit import emit
from commerce.pricing.models import PriceList


@dataclass(frozen=True, slots=True)
class _PriceListEvent:
    price_list_id: UUID
    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class PriceListCreated(_PriceListEvent):
    """A price list exists, still without prices."""

    type: ClassVar[str] = "price_list.created"


@dataclass(frozen=True, slots=True)
class PriceListUpdated(_PriceListEvent):
    """A price list, whom it is for or its prices changed."""

    type: ClassVar[str] = "price_list.updated"


@dataclass(frozen=True, slots=True)
class PriceListDeleted(_PriceListEvent):
    """A price list is gone."""

    type: ClassVar[str] = "price_list.deleted"


def announce(event: type[_PriceListEvent], price_list: PriceList) -> None:
    """Emit one of these in the transaction of the change; `price_list` has its channel loaded and its new version."""
    fact: PriceListCreated | PriceListUpdated | PriceListDeleted = event(  # type: ignore[assignment]
        price_list_id=price_list.id, name=price_list.name, channel=price_list.channel.slug
    )
    emit(fact, aggregate=("price_list", price_list.id), sequence=price_list.version, channel=price_list.channel.slug)
