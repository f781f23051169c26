"""From one event to one delivery for each endpoint that wants it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction

from commerce.events.models import Event
from webhooks.deliver import MAX_IN_FLIGHT
from webhooks.hints import hint
from webhooks.models import Delivery, Endpoint
from webhooks.payloads import render


def consume(events: Sequence[Event]) -> None:
    """The relay's consumer: write the deliveries in its transaction, and hint at them once it has committed."""
    endpoints = list(Endpoint.objects.filter(is_active=True))
    if not endpoints:
        return
    deliveries: list[Delivery] = []
    for event in events:
        wanted_by = [endpoint for endpoint in endpoints if endpoint.wants(event)]
        if wanted_by:
            deliveries += deliveries_of(event, wanted_by)
    create_deliveries(deliveries)


def deliveries_of(event: Event, endpoints: Iterable[Endpoint]) -> list[Delivery]:
    """Unsaved deliveries of `event`, one for each of `endpoints`, all with the same body."""
    body = render(event)
    return [
        Delivery(
            endpoint=endpoint,
            event=event,
            event_type=event.type,
            aggregate_type=event.aggregate_type,
            aggregate_id=event.aggregate_id,
            sequence=event.sequence,
            body=body,
        )
        for endpoint in endpoints
    ]


def create_deliveries(deliveries: Sequence[Delivery]) -> None:
    """Save what is not there yet, in the current transaction, and let a worker know after it."""
    if not deliveries:
        return
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=500)
    counts = Counter(delivery.endpoint_id for delivery in deliveries)
    hints = [endpoint_id for endpoint_id, count in counts.items() for _ in range(min(count, MAX_IN_FLIGHT))]
    transaction.on_commit(partial(hint, hints), robust=True)
