"""Events for tests to emit."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from commerce.core.ids import uuid7
from commerce.events.emit import emit


@dataclass(frozen=True)
class MugPainted:
    """A mug got another colour."""

    type: ClassVar[str] = "mug.painted"

    colour: str


@dataclass(frozen=True)
class MugBroken:
    """A mug is no more."""

    type: ClassVar[str] = "mug.broken"

    pieces: int


def paint(mug: UUID | None = None, *, sequence: int = 1, colour: str = "blue", channel: str | None = None) -> UUID:
    """Commit one `mug.painted` of `mug` (a new one by default); the event's id."""
    with transaction.atomic():
        return emit(MugPainted(colour), aggregate=("mug", mug or uuid7()), sequence=sequence, channel=channel)
