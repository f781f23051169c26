"""Django app of the pricing domain."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """Registers the pricing tables."""

    name = "commerce.pricing"
    label = "pricing"
