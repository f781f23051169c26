"""Answers that are kept so that a repeated request gets the same one."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from commerce.core.ids import uuid7


class IdempotencyKey(models.Model):
    """One key of one caller for one root field. The lease frees it when the process that held it died.

    Times are the database's, so that machines whose clocks differ agree on who holds the lease.
    """

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(max_length=300, help_text="Schema, actor or checkout, and root field.")
    key = models.CharField(max_length=255)
    input_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    answer = models.JSONField(null=True, blank=True, help_text="Ids of the objects and values of the errors.")
    lease_owner = models.UUIDField()
    lease_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_unique")]

    def __str__(self) -> str:
        return self.key
