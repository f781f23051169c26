"""Django app of the content domain."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Registers the tables of pages and menus."""

    name = "commerce.content"
    label = "content"
