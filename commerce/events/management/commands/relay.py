"""`manage.py relay`: hand committed events to their consumers."""

from __future__ import annotations

import logging

from django.core.management.base import BaseCommand

from commerce.events.relay import Relay, consumers
from commerce.events.until_stopped import on_stop_signal

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs until SIGTERM. Several may run at once."""

    help = "Hand committed events to their consumers, until SIGTERM."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        """Run the relay."""
        relay = Relay(consumers())
        on_stop_signal(relay.stop)
        logger.info("relaying events")
        relay.run()
        logger.info("stopped")
