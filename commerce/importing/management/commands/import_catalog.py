"""`manage.py import_catalog FILE.jsonl [--dry-run]`, and `--resume ID`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError
from commerce.importing.management.progress_bar import import_and_report, known_import
from commerce.importing.models import CatalogImport, ImportFormat
from commerce.importing.runs import start_import


class Command(BaseCommand):
    """Exit code 0 if every object came in, 1 if some did not (the report says why), 2 for a file that is none."""

    help = "Import a catalog from JSON Lines (commerce/importing/README.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--resume", metavar="ID", help="Go on with an import that was killed.")
        parser.add_argument("--dry-run", action="store_true", help="Try everything, report it, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print the report."""
        path: Path | None = options["file"]
        if bool(path) == bool(options["resume"]):
            raise CommandError("Name a file, or an import to go on with by --resume.", returncode=2)
        run = _started(path, is_dry_run=options["dry_run"]) if path else known_import(options["resume"])
        import_and_report(self, run)


def _started(path: Path, *, is_dry_run: bool) -> CatalogImport:
    try:
        with path.open("rb") as file:
            return start_import(
                file=file,
                name=path.name,
                format=ImportFormat.JSON_LINES,
                channel=None,
                warehouse=None,
                is_dry_run=is_dry_run,
                is_background=False,
                actor=SYSTEM,
            )
    except CommerceError as error:
        raise CommandError(error.message, returncode=2) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error
