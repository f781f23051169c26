"""The searches of one list of products: each text is looked for once in each channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from commerce.catalog.queries import sees_unpublished
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.keyset import Slice
from commerce.search.engines import find_products
from commerce.search.provider import Found
from commerce.search.query_log import query_log
from schema.context import Audience, RequestContext


@dataclass(slots=True)
class Searches:
    """What was found so far, with the synonyms and stop words of `language` (the shop's own for None)."""

    language: str | None = None
    known: dict[tuple[UUID, str], Found] = field(default_factory=dict)

    def found(self, text: str, channel: Channel, actor: Actor) -> Found:
        """What `text` finds in the channel for the actor. Raises InvalidInput for a text that is too long."""
        key = (channel.id, text)
        if key not in self.known:
            hidden_too = sees_unpublished(channel=channel, actor=actor)
            self.known[key] = find_products(
                channel_id=channel.id, text=text, language=self.language, hidden_too=hidden_too
            )
        return self.known[key]


def note_search(
    context: RequestContext, channel: Channel | None, text: str | None, found: Found | None, window: Slice
) -> None:
    """Count the search of a shopper's list, once however many of its pages are turned.

    Products that have only some of the words are no results: the report is about what the shop lacks.
    """
    is_first_page = window.after is None and window.before is None
    if context.audience is Audience.STOREFRONT and channel is not None and text and found is not None and is_first_page:
        results = 0 if found.partial else len(found.product_ids)
        query_log.note(channel_id=channel.id, language=None, text=text, results=results)
