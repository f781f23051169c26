"""Work for the dramatiq workers."""

from __future__ import annotations

from uuid import UUID

import dramatiq

from commerce.exporting.runs import run_export

_A_DAY_MS = 24 * 60 * 60 * 1000


# No retries here: who is killed leaves a lease that runs out, and a regular job hints again.
@dramatiq.actor(queue_name="exports", max_retries=0, time_limit=_A_DAY_MS)
def work_on_export(run_id: str) -> None:
    """Make the file of an export, unless somebody else works on it."""
    run_export(UUID(run_id))
