"""The superuser's screens for the outbox and the regular jobs. They are looked at, not edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from commerce.events.models import Event, Schedule

if TYPE_CHECKING:
    EventModelAdmin = admin.ModelAdmin[Event]
    ScheduleModelAdmin = admin.ModelAdmin[Schedule]
else:
    EventModelAdmin = ScheduleModelAdmin = admin.ModelAdmin


class ReadOnly:
    """Nothing here is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


@admin.register(Event)
class EventAdmin(ReadOnly, EventModelAdmin):
    """What happened, and whether it was handed on."""

    list_display = ("type", "aggregate_type", "aggregate_id", "sequence", "channel", "status", "attempts", "created_at")
    list_filter = ("status", "type")
    search_fields = ("=id", "=aggregate_id")
    ordering = ("-created_at", "-id")
    show_full_result_count = False


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly, ScheduleModelAdmin):
    """Regular jobs, when they are due, and how the last run ended."""

    list_display = ("name", "every_seconds", "next_run_at", "last_started_at", "last_error")
