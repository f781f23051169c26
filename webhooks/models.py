"""Partners' servers, what they are to be told, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.model import VersionedRow
from commerce.events.models import Event

EVERY_TYPE: Final = "*"
PING: Final = "webhook.ping"


class Endpoint(VersionedRow):
    """A partner's server, and which events it is told of. An empty `channels` means every channel."""

    name = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    is_active = models.BooleanField(default=True)
    event_types = ArrayField(models.CharField(max_length=100), default=list)
    channels = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    app_id = models.UUIDField(null=True, blank=True, db_index=True)
    custom_headers = models.JSONField(default=dict, blank=True)
    secret = models.CharField(max_length=200)
    previous_secret = models.CharField(max_length=200, blank=True, default="")
    previous_secret_expires_at = models.DateTimeField(null=True, blank=True)
    private_key = models.CharField(max_length=200, blank=True, default="")
    disabled_reason = models.CharField(max_length=500, blank=True, default="")
    failures_in_a_row = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def wants(self, event: Event) -> bool:
        """Whether this endpoint is told of `event`. A ping goes to the endpoint that it is about."""
        if not self.is_active:
            return False
        if event.type == PING:
            return event.aggregate_id == self.id
        if self.channels and event.channel is not None and event.channel not in self.channels:
            return False
        return EVERY_TYPE in self.event_types or event.type in self.event_types

    def secrets_at(self, moment: datetime) -> list[str]:
        """The secrets to sign with: the current one, and for a day after a rotation the one before."""
        expires = self.previous_secret_expires_at
        if self.previous_secret and expires is not None and moment < expires:
            return [self.secret, self.previous_secret]
        return [self.secret]


class DeliveryStatus(models.TextChoices):
    """What became of a delivery."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    EXHAUSTED = "EXHAUSTED"
    CANCELLED = "CANCELLED"


class Delivery(models.Model):
    """One event on its way to one endpoint. `body` is rendered once: every attempt sends the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    event_type = models.CharField(max_length=100)
    aggregate_type = models.CharField(max_length=50)
    aggregate_id = models.UUIDField()
    sequence = models.BigIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    failing_since = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="webhooks_delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                condition=models.Q(status="PENDING"),
                name="webhooks_delivery_due",
            ),
            models.Index(
                fields=["endpoint", "aggregate_id", "sequence", "event"],
                condition=models.Q(status="PENDING"),
                name="webhooks_delivery_order",
            ),
            models.Index(
                fields=["endpoint", "leased_until"],
                condition=models.Q(status="PENDING", leased_until__isnull=False),
                name="webhooks_delivery_in_flight",
            ),
            models.Index(fields=["endpoint", "-created_at"], name="webhooks_delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"

    @property
    def message_id(self) -> UUID:
        """The webhook-id: the event's, so that it is the same on every attempt and every replay."""
        return self.event_id


class DeliveryAttempt(models.Model):
    """One request and its answer, as far as they are worth keeping. Times are milliseconds by phase."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    number = models.PositiveIntegerField()
    url = models.CharField(max_length=2000)
    started_at = models.DateTimeField()
    request_headers = models.JSONField(default=dict)
    response_status = models.PositiveIntegerField(null=True)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(blank=True, default="")
    error = models.CharField(max_length=1000, blank=True, default="")
    timings = models.JSONField(default=dict)

    class Meta:
        ordering = ["number", "id"]
        indexes = [models.Index(fields=["started_at"], name="webhooks_attempt_age")]

    def __str__(self) -> str:
        return f"attempt {self.number}: {self.response_status or self.error}"
