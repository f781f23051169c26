"""The searches of one list of products: each text is looked for once in each channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from commerce.catalog.queries import sees_unpublished
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.search.engines import find_products
from commerce.search.provider import Found


@dataclass(slots=True)
class Searches:
    """What was found so far."""

    known: dict[tuple[UUID, str], Found] = field(default_factory=dict)

    def found(self, text: str, channel: Channel, actor: Actor) -> Found:
        """What `text` finds in the channel for the actor. Raises InvalidInput for a text that is too long."""
        key = (channel.id, text)
        if key not in self.known:
            hidden_too = sees_unpublished(channel=channel, actor=actor)
            self.known[key] = find_products(channel_id=channel.id, text=text, language=None, hidden_too=hidden_too)
        return self.known[key]
