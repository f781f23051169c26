"""Finding channels."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from commerce.channels.errors import ChannelInactive, ChannelNotFound, ChannelRequired
from commerce.channels.models import Channel
from commerce.core.text import is_storable


def channel_by_slug(slug: str | None) -> Channel:
    """The channel `slug`, active or not. Raises ChannelRequired without a slug and ChannelNotFound."""
    if not slug:
        raise ChannelRequired("Name a channel by its slug.", path=("channel",))
    channel = Channel.objects.filter(slug=slug).first() if is_storable(slug) else None
    if channel is None:
        raise ChannelNotFound("There is no such channel.", path=("channel",))
    return channel


def active_channel(slug: str | None) -> Channel:
    """The channel `slug` as a shopper may use it. Raises ChannelRequired, ChannelNotFound or ChannelInactive."""
    channel = channel_by_slug(slug)
    if not channel.is_active:
        raise ChannelInactive("This channel is closed.", path=("channel",))
    return channel


def active_channels() -> QuerySet[Channel]:
    """Every channel that is open to shoppers, by slug."""
    return Channel.objects.filter(is_active=True)


def channels_visible_to(*, channel_ids: frozenset[UUID] | None) -> QuerySet[Channel]:
    """The channels that a caller works in: `channel_ids` of its actor, all of them for None."""
    return Channel.objects.filter(Q() if channel_ids is None else Q(id__in=channel_ids))


def channels_by_id(ids: Collection[UUID]) -> dict[UUID, Channel]:
    """The channels with these ids, for many parents at once."""
    return Channel.objects.in_bulk(list(ids))
