"""Imports of files: what was asked for, how far it has come, and what was wrong."""

from __future__ import annotations

from django.db import models

from commerce.channels.models import Channel
from commerce.core.model import Row
from commerce.inventory.models import Warehouse


class ImportFormat(models.TextChoices):
    """What a file of the catalog can be."""

    SHOPIFY_CSV = "shopify_csv", "Shopify's product CSV"
    JSON_LINES = "json_lines", "JSON Lines"


class ImportStatus(models.TextChoices):
    """How far an import has come."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CatalogImport(Row):
    """One file on its way into the catalog.

    `position`, the counts and the problems are written in the transaction of each batch: whoever goes on after a crash
    goes on behind the last batch that is in the catalog. Who holds the lease works on it.
    """

    format = models.CharField(max_length=20, choices=ImportFormat.choices)
    status = models.CharField(max_length=20, choices=ImportStatus.choices, default=ImportStatus.PENDING)
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="imports")
    warehouse = models.ForeignKey(Warehouse, null=True, blank=True, on_delete=models.CASCADE, related_name="imports")
    file = models.CharField(max_length=500, help_text="Its name among the private files.")
    original_name = models.CharField(max_length=255)
    encoding = models.CharField(max_length=50, default="utf-8")
    options = models.JSONField(default=dict, help_text="What markets and locations mean, and what its starter may do.")
    is_dry_run = models.BooleanField(default=False, help_text="Everything is tried and then taken back.")
    is_background = models.BooleanField(default=True, help_text="The workers take it up, and up again after a crash.")
    started_by = models.UUIDField(null=True, blank=True)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0, help_text="How many records of the file are dealt with.")
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    not_kept = models.JSONField(default=dict, help_text="What the shop has no place for, and how often it came.")
    failure = models.TextField(blank=True, help_text="Why the file as a whole was given up.")
    report_file = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was taken up since it last came on.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="catalog_import_newest"),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(status__in=["pending", "running"]),
                name="catalog_import_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} ({self.status})"


class ImportProblem(models.Model):
    """Something wrong in a file: where, with which object, and why."""

    class Severity(models.TextChoices):
        FAILURE = "failure", "It kept the object out"
        WARNING = "warning", "The object came in all the same"

    catalog_import = models.ForeignKey(CatalogImport, on_delete=models.CASCADE, related_name="problems")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    line = models.IntegerField()
    column = models.TextField(blank=True)
    handle = models.TextField(blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["catalog_import", "id"], name="import_problem_of_import")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
