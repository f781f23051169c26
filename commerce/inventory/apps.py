"""Django app of the inventory domain."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers the inventory tables."""

    name = "commerce.inventory"
    label = "inventory"
