"""The merchant's screens of warehouses, and of who has the goods; that of stock is in `stock_screen`."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest

from commerce.core.admin import INTEGRATIONS, ReadOnly
from commerce.inventory.models import Allocation, Reservation, Warehouse, WarehouseChannel
from commerce.inventory.stock_screen import StockAdmin

__all__ = ["AllocationAdmin", "ReservationAdmin", "StockAdmin", "WarehouseAdmin"]

COUNTRIES_HELP: Final = "Country codes with commas between them, e.g. DE,AT; empty: wherever its channels sell."


class ChannelLinks(admin.TabularInline[WarehouseChannel, Warehouse]):
    """Who sells from the warehouse."""

    model = WarehouseChannel
    extra = 0
    autocomplete_fields = ["channel"]


@admin.register(Warehouse)
class WarehouseAdmin(admin.ModelAdmin[Warehouse]):
    """Warehouses, and the channels that sell from them."""

    list_display = ["name", "slug", "is_active", "country", "ships_to", "click_and_collect"]
    list_filter = ["is_active", "click_and_collect", "channels"]
    search_fields = ["slug", "name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["address", "version", "created_at", "updated_at"]
    inlines = [ChannelLinks]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Where it is, and where it ships to", {"fields": ["country", "countries", "click_and_collect", "address"]}),
        INTEGRATIONS,
        ("History", {"classes": ["collapse"], "fields": ["version", "created_at", "updated_at"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Warehouse | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With words that merchants know."""
        return super().get_form(
            request,
            obj,
            change,
            labels={"countries": "Ships to"},
            help_texts={"country": "Where it is, e.g. DE.", "countries": COUNTRIES_HELP},
            **kwargs,
        )

    @admin.display(description="Ships to")
    def ships_to(self, warehouse: Warehouse) -> str:
        """Countries, or wherever its channels sell."""
        return ", ".join(warehouse.countries) or "wherever its channels sell"


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, admin.ModelAdmin[Reservation]):
    """What is set aside for carts."""

    list_display = ["stock", "quantity", "checkout_id", "expires_at"]
    list_select_related = ["stock__variant__product", "stock__warehouse"]
    search_fields = ["stock__variant__sku", "checkout_id"]
    show_full_result_count = False


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, admin.ModelAdmin[Allocation]):
    """What belongs to orders."""

    list_display = ["stock", "quantity", "order_id", "created_at"]
    list_select_related = ["stock__variant__product", "stock__warehouse"]
    search_fields = ["stock__variant__sku", "order_id"]
    show_full_result_count = False
