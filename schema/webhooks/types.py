"""Webhook endpoints, deliveries and their attempts as the admin API shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import global_id, to_global_id
from schema.pagination import CountableConnection, Page, pages_of
from schema.scalars import JSON
from webhooks import models, queries

NEWEST_FIRST = ("-created_at", "-id")


@strawberry.enum(description="What became of a delivery.")
class WebhookDeliveryStatus(Enum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    EXHAUSTED = "EXHAUSTED"
    CANCELLED = "CANCELLED"


@strawberry.type(description="One request to a partner's server and its answer.")
class WebhookDeliveryAttempt:
    """Source: webhooks.models.DeliveryAttempt."""

    id: strawberry.ID = global_id("WebhookDeliveryAttempt")
    number: int = leaf("1 for the first try.")
    started_at: datetime = leaf("When the request began.")
    response_status: int | None = leaf("The HTTP status; null without an answer.")
    response_body: str = leaf("The beginning of the answer, at most 64 kB.")
    error: str = leaf("Why it failed; empty after a success.")
    timings: JSON = leaf("Milliseconds by phase.")


def _attempts(deliveries: Sequence[models.Delivery], context: RequestContext) -> list[list[models.DeliveryAttempt]]:
    found: dict[UUID, list[models.DeliveryAttempt]] = defaultdict(list)
    keys = [delivery.id for delivery in deliveries]
    for attempt in queries.attempts(actor=context.actor).filter(delivery_id__in=keys):
        found[attempt.delivery_id].append(attempt)
    return [found[key] for key in keys]


@strawberry.type(description="One event on its way to one endpoint.")
class WebhookDelivery:
    """Source: webhooks.models.Delivery."""

    id: strawberry.ID = global_id("WebhookDelivery")
    event_id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("Event", root.event_id)),
        description="The event; its UUID is the webhook-id header of every attempt.",
    )
    event_type: str = leaf("The wire name, e.g. order.placed.")
    status: WebhookDeliveryStatus = computed(lambda root: WebhookDeliveryStatus(root.status), "What became of it.")
    body: str = leaf("The exact bytes that are sent, as text.")
    created_at: datetime = leaf("When the event reached the endpoint's queue.")
    next_attempt_at: datetime = leaf("PENDING: when it is tried next.")
    attempt_count: int = leaf("How often it was tried.", source="attempts")
    attempts: list[WebhookDeliveryAttempt] = nested(_attempts, "Every try, in order.")


def _deliveries(
    endpoints: Sequence[models.Endpoint],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """What was or is to be sent, newest first."""
    rows = queries.deliveries(actor=context.actor)
    keys = [endpoint.id for endpoint in endpoints]
    return pages_of(rows, "endpoint_id", keys, NEWEST_FIRST, first=first, after=after, last=last, before=before)


@strawberry.type(description="A partner's server that is told of events.")
class WebhookEndpoint:
    """Source: webhooks.models.Endpoint. Secrets are shown once, by the mutation that makes them."""

    id: strawberry.ID = global_id("WebhookEndpoint")
    name: str = leaf("The name that staff read.")
    url: str = leaf("Where events are sent.")
    is_active: bool = leaf("Whether anything is sent.")
    event_types: list[str] = leaf('Wire names, or "*" for all.')
    channels: list[str] = leaf("Slugs of the channels it is told of; empty for all.")
    disabled_reason: str = leaf("Why the shop stopped sending.")
    created_at: datetime = leaf("When it was registered.")
    deliveries: CountableConnection[WebhookDelivery] = nested(_deliveries)
