"""What was asked with which key: to look at, never to edit."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from commerce.idempotency.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(admin.ModelAdmin[IdempotencyKey]):
    """The newest keys first."""

    list_display = ("key", "scope", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("key",)
    ordering = ("-created_at",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody makes one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: IdempotencyKey | None = None) -> bool:
        """An answer that was given stays as it was given."""
        return False
