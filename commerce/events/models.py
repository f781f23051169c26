"""The outbox, and the table of what has to run regularly."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from commerce.core.ids import uuid7


class EventStatus(models.TextChoices):
    """Whether the relay has handed an event to every consumer."""

    PENDING = "PENDING"
    DONE = "DONE"


class Event(models.Model):
    """One fact, written by the transaction that made it true. The row is there if and only if that committed.

    Times are the database's, so that one machine with a wrong clock cannot hold back or bring forward an event.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=100)
    aggregate_type = models.CharField(max_length=50)
    aggregate_id = models.UUIDField()
    sequence = models.BigIntegerField()
    channel = models.SlugField(max_length=255, null=True, db_index=False)
    payload = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=10, choices=EventStatus.choices, default=EventStatus.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    failing_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    lease_owner = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(status="PENDING"), name="events_event_due"),
            models.Index(
                fields=["aggregate_id", "sequence", "id"],
                condition=models.Q(status="PENDING"),
                name="events_event_order",
            ),
            models.Index(fields=["created_at"], name="events_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.aggregate_id} #{self.sequence}"


class Schedule(models.Model):
    """When a regular job is due next. Any number of sweep processes share the table; a lease keeps a job single."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_run_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    lease_owner = models.UUIDField(null=True)
    last_started_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} every {self.every_seconds} s"
