"""By which names channels choose how their warehouses are emptied. The inventory, which stands above, tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_sources: list[Callable[[], Mapping[str, str]]] = []


def strategies_come_from(names: Callable[[], Mapping[str, str]]) -> None:
    """Say who knows the allocation strategies: their names by their ids."""
    _sources[:] = [names]


def known_strategies() -> dict[str, str]:
    """The name of every allocation strategy that the shop has, by its id."""
    return {strategy_id: name for names in _sources for strategy_id, name in names().items()}


def strategy_choices() -> list[tuple[str, str]]:
    """The same for a form."""
    return list(known_strategies().items())
