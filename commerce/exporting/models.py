"""Exports that staff ordered: what is wanted, and the file when it is there."""

from __future__ import annotations

from django.db import models

from commerce.channels.models import Channel
from commerce.core.model import Row
from commerce.importing.models import ImportFormat, ImportStatus
from commerce.inventory.models import Warehouse


class CatalogExport(Row):
    """One file of the catalog, made in the background. It is the catalog of one moment, so a killed one begins anew."""

    format = models.CharField(max_length=20, choices=ImportFormat.choices)
    status = models.CharField(max_length=20, choices=ImportStatus.choices, default=ImportStatus.PENDING)
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="exports")
    warehouse = models.ForeignKey(Warehouse, null=True, blank=True, on_delete=models.CASCADE, related_name="exports")
    options = models.JSONField(default=dict, help_text="Slugs of other markets and locations.")
    objects_written = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list, help_text="What is not in the file, line by line.")
    failure = models.TextField(blank=True)
    file = models.CharField(max_length=500, blank=True, help_text="Its name among the private files.")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_by = models.UUIDField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="catalog_export_newest"),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(status__in=["pending", "running"]),
                name="catalog_export_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} ({self.status})"
