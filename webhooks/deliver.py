"""Sending to one endpoint, one delivery after another: claim, commit, send, record. No lock is held while sending."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from commerce.core.http import ConnectionFailed, DeadlineExceeded, Response, UnsafeAddress, send
from commerce.core.ids import uuid7
from commerce.core.signing import sign
from webhooks.models import Delivery, DeliveryStatus, Endpoint
from webhooks.record import Outcome, record
from webhooks.retries import BREAKER_FAILURES

MAX_IN_FLIGHT: Final = 5
DEADLINE_SECONDS: Final = 15.0
LEASE: Final = timedelta(seconds=DEADLINE_SECONDS + 10)
RELEASE_SUCCESSORS_AFTER: Final = timedelta(hours=1)
MAX_RESPONSE_BYTES: Final = 64 * 1024
_TURN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker alone may send until its lease runs out, and all that sending it needs."""

    delivery_id: UUID
    lease_id: UUID
    endpoint_id: UUID
    url: str
    headers: dict[str, str]
    body: bytes
    moment: datetime
    """The database's time of the claim: what is signed, whatever this machine's clock says."""


def deliver_due(endpoint_id: UUID, *, seconds: float = _TURN_SECONDS) -> bool:
    """Send what is due to one endpoint, for about `seconds`; whether its turn ended with more to do."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        claim = claim_next(endpoint_id)
        if claim is None:
            return False
        record(claim.delivery_id, claim.lease_id, attempt(claim))
    return True


def claim_next(endpoint_id: UUID) -> Claim | None:
    """The next delivery for the endpoint, leased to the caller; None if nothing is due, or enough is in flight.

    An endpoint that keeps failing rests, and is then probed with a single delivery.
    """
    with transaction.atomic(durable=True):
        open_now = Q(paused_until=None) | Q(paused_until__lte=Now())
        found = Endpoint.objects.filter(open_now, id=endpoint_id, is_active=True)
        # Claims of one endpoint wait for each other here, so that the number in flight is exact.
        endpoint = found.annotate(moment=Now()).select_for_update(no_key=True).first()
        if endpoint is None:
            return None
        pending = Delivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING)
        in_flight = pending.filter(leased_until__gt=Now()).count()
        if in_flight >= (1 if endpoint.failures_in_a_row >= BREAKER_FAILURES else MAX_IN_FLIGHT):
            return None
        delivery = claimable(endpoint_id).first()
        if delivery is None:
            return None
        lease_id = uuid7()
        pending.filter(id=delivery.id).update(leased_until=Now() + LEASE, lease_id=lease_id)
    body = delivery.body.encode()
    moment: datetime = endpoint.moment
    signature = sign(
        str(delivery.message_id),
        int(moment.timestamp()),
        body,
        secrets=endpoint.secrets_at(moment),
        private_key=endpoint.private_key or None,
    )
    headers = {**endpoint.custom_headers, "Content-Type": "application/json", **signature}
    return Claim(delivery.id, lease_id, endpoint_id, endpoint.url, headers, body, moment)


def claimable(endpoint_id: UUID) -> QuerySet[Delivery]:
    """Due and free deliveries of the endpoint, each the first of its aggregate, locked for the current transaction.

    A delivery that has failed for an hour no longer holds back its successors.
    """
    pending = Delivery.objects.filter(endpoint=endpoint_id, status=DeliveryStatus.PENDING)
    earlier = pending.filter(
        Q(sequence__lt=OuterRef("sequence")) | Q(sequence=OuterRef("sequence"), event__lt=OuterRef("event")),
        Q(failing_since=None) | Q(failing_since__gt=Now() - RELEASE_SUCCESSORS_AFTER),
        aggregate_id=OuterRef("aggregate_id"),
        aggregate_type=OuterRef("aggregate_type"),
    )
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    due = pending.filter(free, ~Exists(earlier), next_attempt_at__lte=Now())
    return due.order_by("next_attempt_at", "sequence", "event").select_for_update(skip_locked=True)


def attempt(claim: Claim) -> Outcome:
    """Send the claimed delivery once. Every failure is an outcome; nothing of our own is raised."""
    response: Response | None = None
    error = ""
    try:
        response = send(
            "POST",
            claim.url,
            headers=claim.headers,
            body=claim.body,
            max_bytes=MAX_RESPONSE_BYTES,
            deadline_seconds=DEADLINE_SECONDS,
            allow_http=settings.WEBHOOKS_ALLOW_HTTP,
            allow_private=settings.WEBHOOKS_ALLOW_PRIVATE,
        )
    except (UnsafeAddress, DeadlineExceeded, ConnectionFailed) as failure:
        error = f"{type(failure).__name__}: {failure}"
    return Outcome(claim.url, claim.moment, claim.headers, response, error)
