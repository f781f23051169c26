"""What was written, until the cache has been told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Touch(models.Model):
    """The tags of rows that one statement wrote: there if and only if its transaction committed.

    Triggers write these rows (migration 0001), so that nobody who changes the catalog has to think of the cache.
    """

    id = models.BigAutoField(primary_key=True)
    tags = ArrayField(models.CharField(max_length=60))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "touches"

    def __str__(self) -> str:
        return " ".join(self.tags)
