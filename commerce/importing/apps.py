"""Django app of the importing domain."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Registers the importing tables."""

    name = "commerce.importing"
    label = "importing"
