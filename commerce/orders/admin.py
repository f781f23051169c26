"""The merchant's screens of orders: to look at. Sending, cancelling and refunding are verbs of the API."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commerce.orders.models import Fulfillment, FulfillmentLine, Order, OrderLine


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Lines(_ReadOnly, admin.TabularInline[OrderLine, Order]):
    """What was bought."""

    model = OrderLine
    fields = ["sku", "product_name", "variant_name", "quantity", "quantity_fulfilled", "unit_gross", "total_gross"]
    extra = 0


class Parcels(_ReadOnly, admin.TabularInline[Fulfillment, Order]):
    """What was sent."""

    model = Fulfillment
    fields = ["created_at", "status", "tracking_number"]
    readonly_fields = ["created_at"]
    show_change_link = True
    extra = 0


@admin.register(Order)
class OrderAdmin(_ReadOnly, admin.ModelAdmin[Order]):
    """Orders, the newest first."""

    list_display = ["number", "created_at", "channel", "email", "status", "total_gross", "charged_amount", "currency"]
    list_filter = ["status", "channel"]
    list_select_related = ["channel"]
    search_fields = ["number", "email"]
    ordering = ["-created_at"]
    show_full_result_count = False
    inlines = [Lines, Parcels]


class ParcelLines(_ReadOnly, admin.TabularInline[FulfillmentLine, Fulfillment]):
    """What is in the parcel."""

    model = FulfillmentLine
    extra = 0


@admin.register(Fulfillment)
class FulfillmentAdmin(_ReadOnly, admin.ModelAdmin[Fulfillment]):
    """Parcels."""

    list_display = ["order", "created_at", "status", "tracking_number"]
    list_select_related = ["order"]
    inlines = [ParcelLines]
