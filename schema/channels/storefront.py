"""Root fields about channels."""

from __future__ import annotations

from commerce.channels import models, queries
from commerce.core.text import is_storable
from schema.channels.types import Channel
from schema.context import Info
from schema.fields import ANYONE, query


@query(allow=ANYONE, returns=Channel | None)
def channel(info: Info, slug: str | None = None) -> models.Channel | None:
    """An active channel by its slug; null if there is none."""
    return queries.active_channels().filter(slug=slug).first() if slug and is_storable(slug) else None


@query(allow=ANYONE, returns=list[Channel] | None)
def channels(info: Info) -> list[models.Channel]:
    """All active channels."""
    return list(queries.active_channels())
