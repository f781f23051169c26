"""What can be done with payments."""

from commerce.payments.services.attempts import (
    Opened,
    abandon,
    claim_for_processing,
    guard_cart_edit,
    live_attempt,
    lock_attempt,
    open_attempt,
    open_attempts,
    void_action_required,
    wait_for,
)
from commerce.payments.services.operations import capture_payment, refund_payment, run_due_operations
from commerce.payments.services.outcomes import record_outcome, record_unknown

__all__ = [
    "Opened",
    "abandon",
    "capture_payment",
    "claim_for_processing",
    "guard_cart_edit",
    "live_attempt",
    "lock_attempt",
    "open_attempt",
    "open_attempts",
    "record_outcome",
    "record_unknown",
    "refund_payment",
    "run_due_operations",
    "void_action_required",
    "wait_for",
]
