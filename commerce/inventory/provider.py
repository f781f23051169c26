"""What a plugin needs that says from which warehouses goods are taken: an allocation strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse that has a variant and may send it: `free` units, or any number if `endless`.

    `priority` is what it is to the channel, lower numbers first; `country` is where it is.
    """

    warehouse_id: UUID
    opened_at: datetime
    country: str
    priority: int
    free: int
    endless: bool


class AllocationStrategy(Protocol):
    """Puts the places of one variant into the order in which goods are taken from them.

    It looks at values only and is asked while a buyer waits. A place that it leaves out sells nothing to that buyer.
    """

    id: ClassVar[str]
    name: ClassVar[str]

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """The places for so many `units`, to be sent to the country `destination` if that is known."""
        ...
