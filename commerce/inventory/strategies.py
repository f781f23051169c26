"""In which order the warehouses of a channel are emptied: its allocation strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import ClassVar, Final, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

GROUP: Final = "handcart.plugins"
PREFIX: Final = "allocation."
"""A package registers its strategy as the entry point `allocation.<anything>` of the group `handcart.plugins`."""


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

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """The places for so many `units`, to be sent to the country `destination` if that is known."""
        ...


class ByPriority:
    """The channel's first warehouse as long as it has something, then the second, and so on."""

    id: ClassVar[str] = "priority"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """See AllocationStrategy."""
        return sorted(places, key=lambda place: (place.priority, place.warehouse_id))


class ByHighestStock:
    """The warehouse with the most free units first."""

    id: ClassVar[str] = "highest_stock"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """See AllocationStrategy."""
        return sorted(places, key=lambda place: (-place.free, place.warehouse_id))


@cache
def strategies() -> dict[str, AllocationStrategy]:
    """Every strategy by its id: those that settings name, and those of installed packages.

    Raises ImproperlyConfigured if two share an id.
    """
    classes = [cast(type[AllocationStrategy], import_string(path)) for path in settings.ALLOCATION_STRATEGIES]
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    classes += [point.load() for point in found if point.name.startswith(PREFIX)]
    by_id: dict[str, AllocationStrategy] = {}
    for made in classes:
        if made.id in by_id:
            raise ImproperlyConfigured(f"Two allocation strategies have the id {made.id!r}.")
        by_id[made.id] = made()
    return by_id


def strategy_by_id(strategy_id: str) -> AllocationStrategy:
    """The strategy `strategy_id`; ImproperlyConfigured if a channel has one of a package that is no longer there."""
    found = strategies().get(strategy_id)
    if found is None:
        raise ImproperlyConfigured(f"There is no allocation strategy {strategy_id!r}.")
    return found
