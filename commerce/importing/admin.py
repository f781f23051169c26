"""What the merchant sees of imports; they are started with a file, by the API or by a command."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join

from commerce.importing.models import CatalogImport

_SHOWN = 100


@admin.register(CatalogImport)
class CatalogImportAdmin(admin.ModelAdmin[CatalogImport]):
    """Imports, newest first. Nothing here can be changed."""

    list_display = ["original_name", "format", "channel", "status", "rows", "created", "updated", "failed"]
    list_filter = ["status", "format", "channel", "created_at"]
    list_select_related = ["channel"]
    search_fields = ["original_name"]
    exclude = ["file", "report_file", "lease_owner", "leased_until", "attempts", "options", "position"]
    readonly_fields = ["created_at", "first_problems"]

    @admin.display(description=f"First {_SHOWN} problems")
    def first_problems(self, run: CatalogImport) -> str:
        """One on each line; the report has all of them."""
        rows = ((problem.severity, str(problem)) for problem in run.problems.order_by("id")[:_SHOWN])
        return format_html_join("\n", "{}: {}<br>", rows)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A file comes by the API or by a command."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: CatalogImport | None = None) -> bool:
        """It is a record of what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CatalogImport | None = None) -> bool:
        """It is forgotten after its time, with its files."""
        return False
