"""`manage.py export_schema`: write schema/storefront.graphql and schema/admin.graphql."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from schema.sdl.files import files


class Command(BaseCommand):
    """Writes the SDL of both schemas."""

    help = "Write the SDL of both schemas."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and name them."""
        for path, text in files().items():
            path.write_text(text)
            self.stdout.write(path.name)
