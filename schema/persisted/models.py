"""What frontends registered."""

from __future__ import annotations

from django.db import models


class PersistedDocument(models.Model):
    """A document that the storefront answers to by its id. The text of an id never changes."""

    id = models.CharField(primary_key=True, max_length=200)
    text = models.TextField()
    operations = models.CharField(max_length=1_000, help_text="The names of its operations.")
    frontend = models.CharField(max_length=100, blank=True, help_text="Who registered it first.")
    registered_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        """The newest first."""

        ordering = ("-registered_at", "id")

    def __str__(self) -> str:
        return f"{self.operations or 'unnamed'} ({self.id})"
