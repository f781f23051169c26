"""`manage.py refresh_cards`: make the read rows of all products anew, after a restore past the triggers."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from commerce.catalog.cards import refresh_all_cards


class Command(BaseCommand):
    """Shoppers are served meanwhile; nothing changes but what was wrong. May be stopped and begun again."""

    help = "Bring the product cards of all channels up to date, 500 products to a transaction."

    def handle(self, *args: object, **options: object) -> None:
        """Refresh and say how many."""
        self.stdout.write(f"Products: {refresh_all_cards()}")
