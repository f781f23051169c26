"""The body of a webhook."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Final

from commerce.events.models import Event

MAX_BYTES: Final = 256 * 1024


def render(event: Event) -> str:
    """The default payload as JSON text, the same for every endpoint.

    `data` holds the fields of the event. If that makes more than 256 kB it holds only `id`, the aggregate's, and the
    payload says `"truncated": true`: the receiver then asks the API.
    """
    whole = _text(event, event.payload, truncated=False)
    if len(whole.encode()) <= MAX_BYTES:
        return whole
    return _text(event, {"id": str(event.aggregate_id)}, truncated=True)


def _text(event: Event, data: object, *, truncated: bool) -> str:
    payload = {
        "type": event.type,
        "timestamp": event.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "aggregate": {"type": event.aggregate_type, "id": str(event.aggregate_id)},
        "sequence": event.sequence,
        "channel": event.channel,
        "truncated": truncated,
        "data": data,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
