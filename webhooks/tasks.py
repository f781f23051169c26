"""Work for the dramatiq workers."""

from __future__ import annotations

from uuid import UUID

import dramatiq

from webhooks.deliver import deliver_due


# No retries and no results here: the deliveries table knows what is still due.
@dramatiq.actor(queue_name="webhooks", max_retries=0, time_limit=120_000)
def deliver_to_endpoint(endpoint_id: str) -> None:
    """Send what is due to one endpoint for a while, then queue up again behind the others."""
    if deliver_due(UUID(endpoint_id)):
        deliver_to_endpoint.send(endpoint_id)
