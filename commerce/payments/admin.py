"""The merchant's screen of payments: to look at. Money moves through verbs alone, which keep the ledger."""

from __future__ import annotations

from django.contrib import admin

from commerce.core.admin import ReadOnly, money_column
from commerce.payments.models import PaymentAttempt, PaymentEvent, PaymentOperation


class Ledger(ReadOnly, admin.TabularInline[PaymentEvent, PaymentAttempt]):
    """What the gateway said, line by line."""

    model = PaymentEvent
    extra = 0


class Operations(ReadOnly, admin.TabularInline[PaymentOperation, PaymentAttempt]):
    """What is still to reach the gateway, and what has."""

    model = PaymentOperation
    extra = 0


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnly, admin.ModelAdmin[PaymentAttempt]):
    """Tries to pay, the newest first."""

    list_display = [
        "created_at",
        "gateway",
        "state",
        money_column("amount", "amount"),
        money_column("charged_amount", "charged"),
        money_column("refunded_amount", "refunded"),
    ]
    list_filter = ["state", "gateway"]
    search_fields = ["reference", "key", "order_id", "checkout_id"]
    ordering = ["-created_at"]
    show_full_result_count = False
    inlines = [Ledger, Operations]


@admin.register(PaymentOperation)
class PaymentOperationAdmin(ReadOnly, admin.ModelAdmin[PaymentOperation]):
    """Captures, voids and refunds; those that failed need somebody to look at them."""

    list_display = ["created_at", "kind", "amount", "status", "tries", "next_try_at", "message"]
    list_filter = ["status", "kind"]
    ordering = ["-created_at"]
