"""Writing down what came of an attempt, and what follows from it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Now

from commerce.core.http import Response
from webhooks.models import Delivery, DeliveryAttempt, DeliveryStatus, Endpoint
from webhooks.retries import THROTTLING, breaker_pause, delay_after, retry_after

DISABLED_AFTER: Final = timedelta(days=5)
GONE: Final = 410
HIDDEN: Final = "(hidden)"
_SHOWN_HEADERS: Final = frozenset({"webhook-id", "webhook-timestamp", "content-type"})
_HEADER_CHARACTERS: Final = 1000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: what was sent where and when, and either an answer or an error."""

    url: str
    moment: datetime
    headers: Mapping[str, str]
    response: Response | None
    error: str = ""

    @property
    def delivered(self) -> bool:
        """Any 2xx. A redirect is none: it is never followed."""
        return self.response is not None and 200 <= self.response.status < 300

    @property
    def status(self) -> int | None:
        """The status of the answer, if there was one."""
        return self.response.status if self.response else None

    @property
    def asked_to_wait(self) -> timedelta | None:
        """What the answer's Retry-After asks for."""
        return retry_after(self.response.headers.get("retry-after"), now=self.moment) if self.response else None


def record(delivery_id: UUID, lease_id: UUID, outcome: Outcome) -> None:
    """Log the attempt and move the delivery on. An endpoint that was deleted meanwhile leaves nothing to record.

    A success counts whoever holds the lease by now. A failure only does for the holder: if the lease was lost, the
    delivery is somebody else's to put off.
    """
    with transaction.atomic(durable=True):
        found = Delivery.objects.filter(id=delivery_id).values_list("endpoint_id", flat=True).first()
        # Endpoint before delivery, as in claiming.
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(id=found).first() if found else None
        delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first() if endpoint else None
        if endpoint is None or delivery is None:
            return
        log_attempt(delivery, outcome)
        if outcome.delivered:
            _succeed(delivery, endpoint)
            return
        if delivery.status == DeliveryStatus.PENDING and delivery.lease_id == lease_id:
            _put_off(delivery, outcome)
        _count_failure(endpoint, outcome)


def _succeed(delivery: Delivery, endpoint: Endpoint) -> None:
    Delivery.objects.filter(id=delivery.id).exclude(status=DeliveryStatus.DELIVERED).update(
        status=DeliveryStatus.DELIVERED,
        attempts=F("attempts") + 1,
        finished_at=Now(),
        leased_until=None,
        lease_id=None,
    )
    if endpoint.failures_in_a_row:
        Endpoint.objects.filter(id=endpoint.id).update(failures_in_a_row=0, failing_since=None, paused_until=None)


def _put_off(delivery: Delivery, outcome: Outcome) -> None:
    """Schedule the next attempt, or give up."""
    attempts = delivery.attempts + 1
    delay = delay_after(attempts)
    over = delay is None or outcome.status == GONE
    wait = max(delay or timedelta(), outcome.asked_to_wait or timedelta())
    Delivery.objects.filter(id=delivery.id).update(
        status=DeliveryStatus.EXHAUSTED if over else DeliveryStatus.PENDING,
        attempts=attempts,
        next_attempt_at=Now() + wait,
        failing_since=Coalesce("failing_since", Now()),
        finished_at=Now() if over else None,
        leased_until=None,
        lease_id=None,
    )


def _count_failure(endpoint: Endpoint, outcome: Outcome) -> None:
    """Let an endpoint that fails rest, and in the end switch it off. Its deliveries stay pending."""
    failures = endpoint.failures_in_a_row + 1
    pauses = [breaker_pause(failures), outcome.asked_to_wait if outcome.status in THROTTLING else None]
    pause = max((pause for pause in pauses if pause is not None), default=None)
    Endpoint.objects.filter(id=endpoint.id).update(
        failures_in_a_row=failures,
        failing_since=Coalesce("failing_since", Now()),
        paused_until=Greatest("paused_until", Now() + pause) if pause else F("paused_until"),
    )
    if outcome.status == GONE:
        _disable(endpoint, "The server answered 410 Gone.")
    elif endpoint.failing_since is not None and outcome.moment - endpoint.failing_since > DISABLED_AFTER:
        _disable(endpoint, "Every delivery has failed for five days.")


def _disable(endpoint: Endpoint, reason: str) -> None:
    Endpoint.objects.filter(id=endpoint.id, is_active=True).update(
        is_active=False, disabled_reason=reason, version=F("version") + 1
    )
    logger.warning("webhook endpoint %s is disabled: %s", endpoint.id, reason)


def log_attempt(delivery: Delivery, outcome: Outcome) -> None:
    """Keep the request and the answer, without anything secret."""
    response = outcome.response
    DeliveryAttempt.objects.create(
        delivery=delivery,
        number=delivery.log.count() + 1,
        url=outcome.url,
        started_at=outcome.moment,
        request_headers={
            name: value if name.lower() in _SHOWN_HEADERS else HIDDEN for name, value in outcome.headers.items()
        },
        response_status=response.status if response else None,
        response_headers=_storable_headers(response) if response else {},
        response_body=_storable(response.body.decode(errors="replace")) if response else "",
        error=_storable(outcome.error)[:_HEADER_CHARACTERS],
        timings=dict(response.timings) if response else {},
    )


def _storable_headers(response: Response) -> dict[str, str]:
    return {
        _storable(name)[:_HEADER_CHARACTERS]: _storable(value)[:_HEADER_CHARACTERS]
        for name, value in response.headers.items()
    }


def _storable(text: str) -> str:
    """PostgreSQL's text cannot hold NUL."""
    return text.replace("\x00", "\ufffd")
