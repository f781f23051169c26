"""Django app that writes the schemas down."""

from django.apps import AppConfig


class SdlConfig(AppConfig):
    """Registers export_schema."""

    name = "schema.sdl"
    label = "sdl"
