"""Django app of the idempotency domain."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """Registers the idempotency tables."""

    name = "commerce.idempotency"
    label = "idempotency"
