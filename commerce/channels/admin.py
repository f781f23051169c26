"""The merchant's screen of channels."""

from __future__ import annotations

from django.contrib import admin

from commerce.channels.models import Channel


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin[Channel]):
    """Channels, with the rules that hold in each."""

    list_display = ["slug", "name", "is_active", "currency_code", "default_country", "prices_include_tax"]
    list_filter = ["is_active", "currency_code"]
    search_fields = ["slug", "name"]
    readonly_fields = ["version", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["slug", "name", "is_active"]}),
        ("Market", {"fields": ["currency_code", "default_country", "countries"]}),
        ("Prices", {"fields": ["prices_include_tax", "display_gross_prices"]}),
        (
            "Carts and stock",
            {
                "fields": [
                    "quantity_limit_per_line",
                    "reservation_seconds",
                    "checkout_days",
                    "abandoned_after_minutes",
                    "allocation_strategy",
                    "allow_unpaid_orders",
                ]
            },
        ),
        ("Data of integrations", {"classes": ["collapse"], "fields": ["metadata", "private_metadata"]}),
        ("History", {"classes": ["collapse"], "fields": ["version", "created_at", "updated_at"]}),
    ]
