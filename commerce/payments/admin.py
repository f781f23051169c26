"""The merchant's screen of payments: to look at. Money moves through verbs alone, which keep the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commerce.payments.models import PaymentAttempt, PaymentEvent, PaymentOperation


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Ledger(_ReadOnly, admin.TabularInline[PaymentEvent, PaymentAttempt]):
    """What the gateway said, line by line."""

    model = PaymentEvent
    extra = 0


class Operations(_ReadOnly, admin.TabularInline[PaymentOperation, PaymentAttempt]):
    """What is still to reach the gateway, and what has."""

    model = PaymentOperation
    extra = 0


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(_ReadOnly, admin.ModelAdmin[PaymentAttempt]):
    """Tries to pay, the newest first."""

    list_display = ["created_at", "gateway", "state", "amount", "currency", "charged_amount", "refunded_amount"]
    list_filter = ["state", "gateway"]
    search_fields = ["reference", "key", "order_id", "checkout_id"]
    ordering = ["-created_at"]
    show_full_result_count = False
    inlines = [Ledger, Operations]


@admin.register(PaymentOperation)
class PaymentOperationAdmin(_ReadOnly, admin.ModelAdmin[PaymentOperation]):
    """Captures, voids and refunds; those that failed need somebody to look at them."""

    list_display = ["created_at", "kind", "amount", "status", "tries", "next_try_at", "message"]
    list_filter = ["status", "kind"]
    ordering = ["-created_at"]
