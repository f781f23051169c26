"""The superuser's screen for registered documents: to look at, not to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from schema.persisted.models import PersistedDocument

if TYPE_CHECKING:
    DocumentAdmin = admin.ModelAdmin[PersistedDocument]
else:
    DocumentAdmin = admin.ModelAdmin


@admin.register(PersistedDocument)
class PersistedDocumentAdmin(DocumentAdmin):
    """Documents come from `manage.py register_documents`; a text that changed under its id would break frontends."""

    list_display = ("operations", "frontend", "registered_at", "id")
    list_filter = ("frontend",)
    search_fields = ("id", "operations", "text")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a frontend in some browser may still ask for it."""
        return False
