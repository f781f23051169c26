"""Django app of the exporting domain."""

from django.apps import AppConfig


class ExportingConfig(AppConfig):
    """Makes the command known; there are no tables."""

    name = "commerce.exporting"
    label = "exporting"
