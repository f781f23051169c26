"""Django app of the search domain."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the tables by which products are found."""

    name = "commerce.search"
    label = "search"
