"""The merchant's screens of warehouses, and of who has the goods; that of stock is in `stock_screen`."""

from __future__ import annotations

from django.contrib import admin

from commerce.core.admin import ReadOnly
from commerce.inventory.models import Allocation, Reservation, Warehouse, WarehouseChannel
from commerce.inventory.stock_screen import StockAdmin

__all__ = ["AllocationAdmin", "ReservationAdmin", "StockAdmin", "WarehouseAdmin"]


class ChannelLinks(admin.TabularInline[WarehouseChannel, Warehouse]):
    """Who sells from the warehouse."""

    model = WarehouseChannel
    extra = 0
    autocomplete_fields = ["channel"]


@admin.register(Warehouse)
class WarehouseAdmin(admin.ModelAdmin[Warehouse]):
    """Warehouses, and the channels that sell from them."""

    list_display = ["slug", "name", "is_active", "country", "countries", "click_and_collect"]
    search_fields = ["slug", "name"]
    readonly_fields = ["address", "version", "created_at", "updated_at"]
    inlines = [ChannelLinks]


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, admin.ModelAdmin[Reservation]):
    """What is set aside for carts."""

    list_display = ["stock", "quantity", "checkout_id", "expires_at"]
    list_select_related = ["stock"]


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, admin.ModelAdmin[Allocation]):
    """What belongs to orders."""

    list_display = ["stock", "quantity", "order_id", "created_at"]
    list_select_related = ["stock"]
    search_fields = ["order_id"]
