"""Django app of the taxes domain."""

from django.apps import AppConfig


class TaxesConfig(AppConfig):
    """Registers the taxes tables."""

    name = "commerce.taxes"
    label = "taxes"
