"""Work for the dramatiq workers."""

from __future__ import annotations

from uuid import UUID

import dramatiq

from commerce.importing.fetching import fetch_picture


# No retries here: the rows know what is still missing, and a regular job hints again.
@dramatiq.actor(queue_name="pictures", max_retries=0, time_limit=300_000)
def fetch_pictures(media_ids: list[str]) -> None:
    """Fetch some pictures, one after the other."""
    for media_id in media_ids:
        fetch_picture(UUID(media_id))
