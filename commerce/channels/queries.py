"""Finding channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet
from django.db.models.base import ModelState

from commerce.channels.errors import ChannelInactive, ChannelNotFound, ChannelRequired
from commerce.channels.models import Channel
from commerce.core.instances import reading
from commerce.core.statements import Statement
from commerce.core.text import is_storable

# Every request of a shopper begins with this one, so it is a statement.
CHANNEL_COLUMNS: Final = tuple(field.attname for field in Channel._meta.concrete_fields)
_read: Final = reading(Channel)
_BY_SLUG_SQL: Final = "SELECT {columns} FROM channels_channel WHERE slug = $1"
BY_SLUG: Final[Statement[tuple[Any, ...]]] = Statement(
    "channel_by_slug", tuple, _BY_SLUG_SQL.format(columns=", ".join(CHANNEL_COLUMNS)), "text"
)


def channel_by_slug(slug: str | None) -> Channel:
    """The channel `slug`, active or not. Raises ChannelRequired without a slug and ChannelNotFound."""
    row = BY_SLUG.first(slug) if slug and is_storable(slug) else None
    if row is None:
        raise no_such_channel(slug)
    return channel_of(row)


def no_such_channel(slug: str | None) -> ChannelRequired | ChannelNotFound:
    """What to raise for a slug that no channel has."""
    if not slug:
        return ChannelRequired("Name a channel by its slug.", path=("channel",))
    return ChannelNotFound("There is no such channel.", path=("channel",))


def channel_of(row: Sequence[Any]) -> Channel:
    """The channel with these values of CHANNEL_COLUMNS."""
    return cast("Channel", _read(row))


def channel_of_json(values: Sequence[Any]) -> Channel:
    """The channel with these values of CHANNEL_COLUMNS as JSON has them: ids and moments are text."""
    columns = [field.to_python(value) for field, value in zip(Channel._meta.concrete_fields, values, strict=True)]
    return Channel.from_db(DEFAULT_DB_ALIAS, CHANNEL_COLUMNS, columns)


def same_channel(channel: Channel) -> Channel:
    """Another instance of the row, so that what one request does to its channel is nothing to the next one."""
    made = Channel.__new__(Channel)
    made.__dict__.update(channel.__dict__)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    return made


def active_channel(slug: str | None) -> Channel:
    """The channel `slug` as a shopper may use it. Raises ChannelRequired, ChannelNotFound or ChannelInactive."""
    channel = channel_by_slug(slug)
    require_open(channel)
    return channel


def require_open(channel: Channel) -> None:
    """Raise ChannelInactive for a channel that is closed to shoppers."""
    if not channel.is_active:
        raise ChannelInactive("This channel is closed.", path=("channel",))


def active_channels() -> QuerySet[Channel]:
    """Every channel that is open to shoppers, by slug."""
    return Channel.objects.filter(is_active=True)


def channels_visible_to(*, channel_ids: frozenset[UUID] | None) -> QuerySet[Channel]:
    """The channels that a caller works in: `channel_ids` of its actor, all of them for None."""
    return Channel.objects.filter(Q() if channel_ids is None else Q(id__in=channel_ids))


def channels_by_id(ids: Collection[UUID]) -> dict[UUID, Channel]:
    """The channels with these ids, for many parents at once."""
    return Channel.objects.in_bulk(list(ids))
