"""The merchant's screens of orders: to look at. Sending, cancelling and refunding are verbs of the API."""

from __future__ import annotations

from django.contrib import admin

from commerce.core.admin import ReadOnly, money_column
from commerce.orders.models import Fulfillment, FulfillmentLine, Order, OrderDiscount, OrderLine, PurchaseLimit


class Lines(ReadOnly, admin.TabularInline[OrderLine, Order]):
    """What was bought."""

    model = OrderLine
    fields = [
        "sku",
        "product_name",
        "variant_name",
        "quantity",
        "quantity_fulfilled",
        "is_gift",
        "unit_price",
        "total_price",
    ]
    readonly_fields = ["unit_price", "total_price"]
    unit_price = staticmethod(money_column("unit_gross", "unit price", currency="order.currency"))
    total_price = staticmethod(money_column("total_gross", "total", currency="order.currency"))
    extra = 0


class Discounts(ReadOnly, admin.TabularInline[OrderDiscount, Order]):
    """What was taken off."""

    model = OrderDiscount
    fields = ["kind", "name", "code", "taken_off"]
    readonly_fields = ["taken_off"]
    taken_off = staticmethod(money_column("amount", "amount", currency="order.currency"))
    extra = 0


class Parcels(ReadOnly, admin.TabularInline[Fulfillment, Order]):
    """What was sent."""

    model = Fulfillment
    fields = ["created_at", "status", "tracking_number"]
    readonly_fields = ["created_at"]
    show_change_link = True
    extra = 0


@admin.register(PurchaseLimit)
class PurchaseLimitAdmin(admin.ModelAdmin[PurchaseLimit]):
    """How many units one customer may buy in some time: of a variant, or of a product."""

    list_display = ["__str__", "variant", "product", "quantity", "days"]
    list_select_related = ["variant", "product"]
    search_fields = ["variant__sku", "product__name"]
    raw_id_fields = ["variant", "product"]


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin[Order]):
    """Orders, the newest first."""

    list_display = [
        "number",
        "created_at",
        "channel",
        "email",
        "status",
        money_column("total_gross", "total"),
        money_column("charged_amount", "charged"),
    ]
    list_filter = ["status", "channel"]
    list_select_related = ["channel"]
    search_fields = ["number", "email"]
    ordering = ["-created_at"]
    show_full_result_count = False
    inlines = [Lines, Discounts, Parcels]


class ParcelLines(ReadOnly, admin.TabularInline[FulfillmentLine, Fulfillment]):
    """What is in the parcel."""

    model = FulfillmentLine
    extra = 0


@admin.register(Fulfillment)
class FulfillmentAdmin(ReadOnly, admin.ModelAdmin[Fulfillment]):
    """Parcels."""

    list_display = ["order", "created_at", "status", "tracking_number"]
    list_select_related = ["order"]
    inlines = [ParcelLines]
