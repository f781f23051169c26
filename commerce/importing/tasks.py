"""Work for the dramatiq workers."""

from __future__ import annotations

from uuid import UUID

import dramatiq

from commerce.importing.fetching import fetch_picture
from commerce.importing.progress import workers_are_busy
from commerce.importing.running import run_import

_A_DAY_MS = 24 * 60 * 60 * 1000


# No retries here: the rows know what is still missing, and a regular job hints again.
@dramatiq.actor(queue_name="pictures", max_retries=0, time_limit=300_000)
def fetch_pictures(media_ids: list[str]) -> None:
    """Fetch some pictures, one after the other."""
    for media_id in media_ids:
        fetch_picture(UUID(media_id))


# No retries here either: who is killed leaves a lease that runs out, and a regular job hints again.
@dramatiq.actor(queue_name="imports", max_retries=0, time_limit=_A_DAY_MS)
def work_on_import(run_id: str) -> None:
    """Bring an import to its end, unless somebody else works on it; if others have to end first, it is hinted again."""
    if not workers_are_busy():
        run_import(UUID(run_id))
