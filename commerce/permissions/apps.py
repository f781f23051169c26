"""Django app of the permissions domain."""

from django.apps import AppConfig


class PermissionsConfig(AppConfig):
    """Registers the permissions tables."""

    name = "commerce.permissions"
    label = "permissions"
