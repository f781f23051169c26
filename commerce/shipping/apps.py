"""Django app of the shipping domain."""

from django.apps import AppConfig


class ShippingConfig(AppConfig):
    """Registers the shipping tables."""

    name = "commerce.shipping"
    label = "shipping"
