"""The closed list of what staff and apps can be allowed to do."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Deny by default: a field or mutation names the permission that it needs."""

    MANAGE_CHANNELS = "manage_channels"
    MANAGE_PRODUCTS = "manage_products"
    MANAGE_TRANSLATIONS = "manage_translations"
    MANAGE_PAGES = "manage_pages"
    MANAGE_MENUS = "manage_menus"
    MANAGE_STOCK = "manage_stock"
    MANAGE_ORDERS = "manage_orders"
    MANAGE_CHECKOUTS = "manage_checkouts"
    MANAGE_CUSTOMERS = "manage_customers"
    MANAGE_STAFF = "manage_staff"
    MANAGE_APPS = "manage_apps"
    MANAGE_SHIPPING = "manage_shipping"
    MANAGE_TAXES = "manage_taxes"
    MANAGE_PAYMENTS = "manage_payments"
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_DISCOUNTS = "manage_discounts"
    MANAGE_GIFT_CARDS = "manage_gift_cards"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs of value and label for Django forms."""
        return [(member.value, member.value.replace("_", " ").capitalize()) for member in cls]
