"""Channels as staff see them."""

from __future__ import annotations

from commerce.channels import models
from commerce.channels.queries import channels_visible_to
from commerce.core.permission import Permission
from schema.channels.types import Channel
from schema.context import Info
from schema.fields import STAFF, query


@query(STAFF, returns=list[Channel])
def channels(info: Info) -> list[models.Channel]:
    """The channels that the caller works in, active or not."""
    actor = info.context.actor
    seen = [actor.channels_with(permission) for permission in Permission if actor.has(permission)]
    everywhere = any(ids is None for ids in seen)
    ids = None if everywhere else frozenset().union(*(ids for ids in seen if ids is not None))
    return list(channels_visible_to(channel_ids=ids))
