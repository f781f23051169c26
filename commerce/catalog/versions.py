"""Writing to a row that partners follow: the change, its lock and its next version in one UPDATE."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from commerce.core.errors import Conflict
from commerce.core.model import VersionedRow

R = TypeVar("R", bound=VersionedRow)


def changed_row(model: type[R], row_id: UUID, *, expected_version: int | None = None, **changes: object) -> R | None:
    """Apply `changes` to the row, count its version up and return it as it is now; None if there is no such row.

    The UPDATE locks the row until the end of the transaction, so the returned version belongs to this change alone.
    Raises Conflict if the row is no longer at `expected_version`, the one that the caller has read.
    """
    rows = model._default_manager.filter(id=row_id)
    same = rows if expected_version is None else rows.filter(version=expected_version)
    if same.update(version=F("version") + 1, updated_at=timezone.now(), **changes):
        return rows.get()
    if rows.exists():
        raise Conflict("Somebody else has changed it since you read it.", path=("version",))
    return None
