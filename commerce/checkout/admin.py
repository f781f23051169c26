"""The merchant's screen of carts: to look at, not to edit. Changes go through the verbs, which keep the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CheckoutLineInline(_ReadOnly, admin.TabularInline[CheckoutLine, Checkout]):
    """What is in the cart."""

    model = CheckoutLine
    fields = ["variant", "quantity", "last_price_amount", "metadata"]
    readonly_fields = ["last_price_amount"]
    extra = 0


class CheckoutDeliveryInline(_ReadOnly, admin.TabularInline[CheckoutDelivery, Checkout]):
    """The ways to deliver that it was offered."""

    model = CheckoutDelivery
    fields = ["name", "price_amount", "method"]
    extra = 0


@admin.register(Checkout)
class CheckoutAdmin(_ReadOnly, admin.ModelAdmin[Checkout]):
    """Carts, the latest first."""

    list_display = ["id", "channel", "email", "user", "order", "updated_at", "expires_at"]
    list_filter = ["channel"]
    list_select_related = ["channel", "user", "order"]
    search_fields = ["id", "email"]
    ordering = ["-updated_at"]
    inlines = [CheckoutLineInline, CheckoutDeliveryInline]
