"""`manage.py sweep`: run the regular jobs when they are due."""

from __future__ import annotations

import logging

from django.core.management.base import BaseCommand

from commerce.events.schedule import Sweeper, registered_jobs
from commerce.events.until_stopped import on_stop_signal

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs until SIGTERM. Several may run at once."""

    help = "Run the regular jobs of settings.SWEEPERS when they are due, until SIGTERM."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        """Run the sweeper."""
        sweeper = Sweeper(registered_jobs())
        on_stop_signal(sweeper.stop)
        logger.info("sweeping")
        sweeper.run()
        logger.info("stopped")
