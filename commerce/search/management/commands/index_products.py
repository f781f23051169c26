"""`manage.py index_products`: make every product's document anew, and send all to another engine if there is one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from commerce.search.documents import count_words, learn_words, refresh_all_documents
from commerce.search.postgres import PostgresSearch
from commerce.search.telling import tell_engine, tell_engine_everything


class Command(BaseCommand):
    """Nothing of this is needed in daily life: for an engine that is new, or has lost what it knew."""

    help = "Make every product's search document anew, and send all products to the engine that settings choose."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many were sent."""
        refresh_all_documents()
        learn_words()
        count_words()
        if PostgresSearch.id == settings.SEARCH_ENGINE:
            self.stdout.write("Every product's document is up to date.")
            return
        tell_engine_everything()
        self.stdout.write(f"{tell_engine()} products were sent to {settings.SEARCH_ENGINE}.")
