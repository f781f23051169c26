"""Django app of the demo shop."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Brings the command `load_demo`; it has no tables."""

    name = "deploy.demo"
    label = "demo"
