"""Django app of the checkout domain."""

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    """Registers the checkout tables."""

    name = "commerce.checkout"
    label = "checkout"
