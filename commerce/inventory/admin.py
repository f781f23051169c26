"""The merchant's screens of warehouses and stock. Figures are changed through the API, which keeps account of them."""

from __future__ import annotations

from django.contrib import admin

from commerce.core.admin import ReadOnly
from commerce.inventory.models import Allocation, Reservation, Stock, StockMovement, Warehouse, WarehouseChannel


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


class Movements(ReadOnly, admin.TabularInline[StockMovement, Stock]):
    """Why the figure changed."""

    model = StockMovement
    extra = 0
    ordering = ["-id"]


@admin.register(Stock)
class StockAdmin(ReadOnly, admin.ModelAdmin[Stock]):
    """What lies where, and how much of it is promised."""

    list_display = ["variant", "warehouse", "on_hand", "reserved", "oversellable", "updated_at"]
    list_filter = ["warehouse", "oversellable"]
    list_select_related = ["variant", "warehouse"]
    search_fields = ["variant__sku", "variant__product__name"]
    inlines = [Movements]


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
