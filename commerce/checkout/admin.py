"""The merchant's screen of carts: to look at, not to edit. Changes go through the verbs, which keep the rules."""

from __future__ import annotations

from django.contrib import admin

from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.core.admin import ReadOnly


class CheckoutLineInline(ReadOnly, admin.TabularInline[CheckoutLine, Checkout]):
    """What is in the cart."""

    model = CheckoutLine
    fields = ["variant", "quantity", "last_price_amount", "metadata"]
    readonly_fields = ["last_price_amount"]
    extra = 0


class CheckoutDeliveryInline(ReadOnly, admin.TabularInline[CheckoutDelivery, Checkout]):
    """The ways to deliver that it was offered."""

    model = CheckoutDelivery
    fields = ["name", "price_amount", "method"]
    extra = 0


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, admin.ModelAdmin[Checkout]):
    """Carts, the latest first."""

    list_display = ["id", "channel", "email", "user", "order", "updated_at", "expires_at"]
    list_filter = ["channel"]
    list_select_related = ["channel", "user", "order"]
    search_fields = ["id", "email"]
    ordering = ["-updated_at"]
    inlines = [CheckoutLineInline, CheckoutDeliveryInline]
