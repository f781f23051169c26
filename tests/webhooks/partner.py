"""A partner: an endpoint that points at a receiver, and ways to let time pass for it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from psycopg2.extensions import make_dsn
from standardwebhooks.webhooks import Webhook

from commerce.core.actor import SYSTEM
from commerce.events.relay import Relay
from tests.receiver import Received
from webhooks.deliver import deliver_due
from webhooks.fanout import consume
from webhooks.models import Delivery, Endpoint
from webhooks.services import create_endpoint


def make_endpoint(url: str, **fields: Any) -> Endpoint:
    """An endpoint at `url` for every event, unless `fields` say otherwise. The tests' own events may be named too."""
    event_types = fields.pop("event_types", ["*"])
    made = create_endpoint(**{"name": "Partner", **fields}, event_types=["*"], url=url, actor=SYSTEM).endpoint
    made.event_types = event_types
    made.save(update_fields=["event_types"])
    return made


def relay_events() -> None:
    """Hand every pending event to the webhooks."""
    relay = Relay([consume])
    while relay.work():
        pass


def deliver(endpoint: Endpoint) -> None:
    """Hand on what happened and send what is due."""
    relay_events()
    deliver_due(endpoint.id)


def pass_time(duration: timedelta) -> None:
    """Let `duration` pass for every delivery and endpoint: their moments move into the past."""
    moments = ("next_attempt_at", "failing_since", "leased_until")
    Delivery.objects.update(**{name: F(name) - duration for name in moments})
    moments = ("failing_since", "paused_until", "previous_secret_expires_at")
    Endpoint.objects.update(**{name: F(name) - duration for name in moments})


def delivery() -> Delivery:
    """The only delivery."""
    return Delivery.objects.get()


def wait_of(row: Delivery) -> timedelta:
    """How long from now until its next attempt."""
    waits = Delivery.objects.filter(id=row.id).values_list(F("next_attempt_at") - Now(), flat=True)
    return cast(timedelta, waits.get())


def verified(request: Received, secret: str) -> dict[str, Any]:
    """The payload, after the library of the standard has verified the signature."""
    payload: dict[str, Any] = Webhook(secret).verify(request.body, request.headers)
    return payload


def ids(requests: Sequence[Received]) -> list[UUID]:
    """The webhook-id of each request."""
    return [UUID(request.headers["webhook-id"]) for request in requests]


def sequences(requests: Sequence[Received]) -> list[int]:
    """The sequence of each request."""
    return [json.loads(request.body)["sequence"] for request in requests]


def database_url() -> str:
    """Where another process finds the database of this test."""
    known = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return str(make_dsn(**{key: str(known[name]) for key, name in parts.items() if known[name]}))


def environment() -> dict[str, str]:
    """The variables by which another process joins the shop of this test."""
    return {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "REDIS_BROKER_URL": settings.REDIS_BROKER_URL,
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
        "HANDCART_ENV": "local",
    }
