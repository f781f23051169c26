"""Django app of the exporting domain."""

from django.apps import AppConfig


class ExportingConfig(AppConfig):
    """Registers the exporting tables."""

    name = "commerce.exporting"
    label = "exporting"
