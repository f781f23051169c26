"""The explorer as a Django application, so that its template and static files are found."""

from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    """No models: a page, its script and its examples."""

    name = "schema.explorer"
    label = "explorer"
