"""In which order the warehouses of a channel are emptied: its allocation strategy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Final

from django.conf import settings

from commerce.core.plugins import plugin_classes
from commerce.inventory.provider import AllocationStrategy, Place

PREFIX: Final = "allocation."
"""A package registers its strategy as the entry point `allocation.<anything>` of the group `handcart.plugins`."""

logger = logging.getLogger(__name__)


class ByPriority:
    """The channel's first warehouse as long as it has something, then the second, and so on."""

    id: ClassVar[str] = "priority"
    name: ClassVar[str] = "By warehouse priority"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """See AllocationStrategy."""
        return sorted(places, key=lambda place: (place.priority, place.warehouse_id))


class ByHighestStock:
    """The warehouse with the most free units first."""

    id: ClassVar[str] = "highest_stock"
    name: ClassVar[str] = "By highest stock"

    def order(self, places: Sequence[Place], units: int, destination: str | None) -> Sequence[Place]:
        """See AllocationStrategy."""
        return sorted(places, key=lambda place: (-place.free, place.warehouse_id))


@cache
def strategies() -> dict[str, AllocationStrategy]:
    """Every strategy by its id: those that settings name, and those of installed packages.

    Raises ImproperlyConfigured if two share an id.
    """
    found = plugin_classes(settings.ALLOCATION_STRATEGIES, prefix=PREFIX, kind="allocation strategies")
    return {strategy_id: made() for strategy_id, made in found.items()}


def strategy_names() -> dict[str, str]:
    """The name of every strategy by its id."""
    return {strategy_id: strategy.name for strategy_id, strategy in strategies().items()}


def in_order(strategy_id: str, places: Sequence[Place], units: int, destination: str | None) -> list[Place]:
    """The places as the strategy `strategy_id` puts them: each at most once, and none that was not given.

    Nobody's purchase fails because a plugin does: by priority if the package of the strategy is gone or it raises an
    error, which the log has.
    """
    strategy = strategies().get(strategy_id)
    if strategy is None:
        _report_missing(strategy_id)
        return list(_FALLBACK.order(places, units, destination))
    try:
        ordered = strategy.order(places, units, destination)
        return [place for place in dict.fromkeys(ordered) if place in places]
    except Exception:
        logger.exception("The allocation strategy %r has failed: warehouses are emptied by priority.", strategy_id)
        return list(_FALLBACK.order(places, units, destination))


_FALLBACK: Final = ByPriority()


@cache
def _report_missing(strategy_id: str) -> None:
    """Once in the life of a process: every buyer would repeat it."""
    logger.error("There is no allocation strategy %r: warehouses are emptied by priority.", strategy_id)
