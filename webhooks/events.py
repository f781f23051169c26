"""What the webhooks themselves have to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from webhooks.models import PING


@dataclass(frozen=True)
class EndpointPinged:
    """Somebody wants to see whether this endpoint answers. Only that endpoint is told."""

    type: ClassVar[str] = PING

    endpoint_id: UUID
    name: str
