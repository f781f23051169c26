"""What every table of the shop has in common."""

from __future__ import annotations

from django.db import models

from commerce.core.ids import uuid7


class Row(models.Model):
    """A row with a UUIDv7 key and the two times that everybody asks for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class VersionedRow(Row):
    """A row that partners follow through events: `version` grows with every change and is the event's sequence."""

    version = models.BigIntegerField(default=1)

    class Meta:
        abstract = True


class MetadataMixin(models.Model):
    """Free key-value data of integrations: `metadata` is public, `private_metadata` only for staff and apps."""

    metadata = models.JSONField(default=dict, blank=True)
    private_metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
