"""In which order the warehouses of a channel are emptied, for staff and apps with MANAGE_CHANNELS."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import strawberry

from commerce.channels.models import Channel as ChannelRow
from commerce.channels.services import update_channel
from commerce.channels.strategies import known_strategies
from commerce.core.permission import Permission
from commerce.core.text import is_storable
from schema.catalog.errors import StockError, StockErrorCode
from schema.channels.scope import named_channel
from schema.channels.types import Channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import renamed
from schema.fields import leaf, query
from schema.payloads import row_payload

MANAGE = Permission.MANAGE_CHANNELS
change = partial(mutation, MANAGE, error=StockError, codes=StockErrorCode)


class NamedStrategy(NamedTuple):
    """Source of AllocationStrategy."""

    key: str
    name: str


@strawberry.type(description="A way to choose the warehouses that goods are taken from.")
class AllocationStrategy:
    """Source: NamedStrategy."""

    key: str = leaf("What a channel names it by.")
    name: str = leaf("The name that people read.")


@query(allow=MANAGE, returns=list[AllocationStrategy])
def allocation_strategies(info: Info) -> list[NamedStrategy]:
    """The shop's own strategies and those of installed plugins."""
    return [NamedStrategy(key, name) for key, name in known_strategies().items()]


def _channel_now(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    slug = arguments["channel"]
    return {"channel": ChannelRow.objects.filter(slug=slug).first() if is_storable(slug) else None}


chosen = row_payload("ChannelAllocationStrategySet", "channel", Channel | None, StockError)


@change(payload=chosen, current=_channel_now)
def channel_allocation_strategy_set(info: Info, channel: str, strategy: str, version: int | None = None) -> Any:
    """Say in which order a channel's warehouses are emptied; NOT_FOUND for a strategy that the shop has not got.

    Goods that are set aside already stay where they are.
    """
    with renamed(allocationStrategy=("strategy",)):
        return update_channel(
            channel_id=named_channel(info.context, channel).id,
            changes={"allocation_strategy": strategy},
            version=version,
            actor=info.context.actor,
        )
