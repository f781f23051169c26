"""Django app of the orders domain."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Registers the orders tables."""

    name = "commerce.orders"
    label = "orders"
