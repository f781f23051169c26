"""Django app of the webhooks."""

from __future__ import annotations

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Registers endpoints, deliveries and their log."""

    name = "webhooks"
    label = "webhooks"
