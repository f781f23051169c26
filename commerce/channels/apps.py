"""Django app of the channels domain."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Registers the channels tables."""

    name = "commerce.channels"
    label = "channels"
