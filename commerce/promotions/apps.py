"""Django app of the promotions domain."""

from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    """Registers the promotions tables."""

    name = "commerce.promotions"
    label = "promotions"
