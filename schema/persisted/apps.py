"""Django app of the persisted documents."""

from __future__ import annotations

from django.apps import AppConfig


class PersistedConfig(AppConfig):
    """One table: the documents that frontends registered."""

    name = "schema.persisted"
    label = "persisted"
    verbose_name = "Persisted documents"
