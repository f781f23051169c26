"""The merchant's screens of shipping."""

from __future__ import annotations

from django.contrib import admin

from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone


class ShippingMethodInline(admin.TabularInline[ShippingMethod, ShippingZone]):
    """The methods of a zone."""

    model = ShippingMethod
    fields = ["name", "kind", "is_active", "sort_order"]
    show_change_link = True
    extra = 0


class ListingInline(admin.TabularInline[ShippingMethodChannelListing, ShippingMethod]):
    """What a method costs, channel by channel."""

    model = ShippingMethodChannelListing
    extra = 0


@admin.register(ShippingZone)
class ShippingZoneAdmin(admin.ModelAdmin[ShippingZone]):
    """Zones with their methods."""

    list_display = ["name", "countries"]
    search_fields = ["name"]
    filter_horizontal = ["channels"]
    inlines = [ShippingMethodInline]


@admin.register(ShippingMethod)
class ShippingMethodAdmin(admin.ModelAdmin[ShippingMethod]):
    """Methods with their prices."""

    list_display = ["name", "zone", "kind", "is_active", "sort_order"]
    list_filter = ["zone", "kind", "is_active"]
    list_select_related = ["zone"]
    search_fields = ["name"]
    inlines = [ListingInline]
