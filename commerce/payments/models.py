"""Money that moves outside: one attempt per try to pay, a ledger of what became of it, and queued after-work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.core.model import MetadataMixin, Row, VersionedRow
from commerce.payments.states import LIVE_VALUES, AttemptState


class PaymentAttempt(MetadataMixin, VersionedRow):
    """One try to pay for a checkout. Key, amount and currency are committed before the gateway is called.

    `abandoned_at` is set when it can no longer become the payment of an order: whatever it moved is being given back.
    """

    class Action(models.TextChoices):
        AUTHORIZE = "authorize"
        CHARGE = "charge"

    checkout_id = models.UUIDField(db_index=True)
    order_id = models.UUIDField(null=True, blank=True, db_index=True)
    gateway = models.CharField(max_length=100)
    action = models.CharField(max_length=10, choices=Action.choices)
    state = models.CharField(max_length=20, choices=AttemptState.choices(), default=AttemptState.SUBMITTED.value)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=100, unique=True, help_text="Idempotency key that the gateway is given.")
    reference = models.CharField(max_length=250, blank=True, help_text="The gateway's own name for the payment.")
    client_data = models.JSONField(null=True, blank=True, help_text="What the browser needs for the next step.")
    message = models.CharField(max_length=500, blank=True)
    authorized_amount = models.BigIntegerField(default=0)
    charged_amount = models.BigIntegerField(default=0)
    refunded_amount = models.BigIntegerField(default=0)
    submitted_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Until then its claimant may be calling.")
    calls = models.PositiveIntegerField(default=1, help_text="How many requests its claimants have made.")
    abandoned_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=dict, blank=True, help_text="What the shopper was shown when they paid.")

    class Meta:
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="attempt_unsettled",
                condition=Q(order_id=None, state__in=LIVE_VALUES),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["checkout_id"],
                name="attempt_one_live_per_checkout",
                condition=Q(abandoned_at=None, state__in=LIVE_VALUES),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="attempt_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_amount__lte=models.F("charged_amount")), name="attempt_refund_not_above_charge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.amount} {self.currency} {self.state}"


class PaymentEvent(models.Model):
    """A line of the ledger: never changed, never removed; balances are sums over it."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="events")
    gateway = models.CharField(max_length=100)
    reference = models.CharField(max_length=250, blank=True)
    type = models.CharField(max_length=40)
    sequence = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "attempt", "reference", "type", "sequence"], name="payment_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.amount}"


class PaymentOperation(Row):
    """A capture, void or refund that still has to reach the gateway. Queued by the transaction that needs it."""

    class Kind(models.TextChoices):
        CAPTURE = "capture"
        VOID = "void"
        REFUND = "refund"

    class Status(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed"

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="operations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    key = models.CharField(max_length=100, unique=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="operation_pending", condition=Q(status="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.status}"
