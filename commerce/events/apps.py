"""Django app of the events domain."""

from __future__ import annotations

import dramatiq
from django.apps import AppConfig
from django.conf import settings

from commerce.events.broker import make_broker


class EventsConfig(AppConfig):
    """Registers the outbox, and the broker that every process puts its background work on."""

    name = "commerce.events"
    label = "events"

    def import_models(self) -> None:
        """Set the broker as well, before any application is ready.

        An actor belongs to the broker of the moment in which its tasks.py is imported, and the admin's own `ready`
        already imports every admin.py and all that hangs on it.
        """
        dramatiq.set_broker(make_broker(settings.REDIS_BROKER_URL))
        super().import_models()
