"""Django app of the attributes domain."""

from django.apps import AppConfig


class AttributesConfig(AppConfig):
    """Registers the attributes tables."""

    name = "commerce.attributes"
    label = "attributes"
