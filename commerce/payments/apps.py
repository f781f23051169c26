"""Django app of the payments domain."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the payments tables."""

    name = "commerce.payments"
    label = "payments"
