"""Django app of the catalog domain."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the catalog tables."""

    name = "commerce.catalog"
    label = "catalog"
