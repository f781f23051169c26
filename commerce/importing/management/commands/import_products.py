"""`manage.py import_products FILE.csv --channel SLUG [--warehouse SLUG] [--dry-run]`, and `--resume ID`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commerce.channels.queries import channel_by_slug
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError
from commerce.importing.management.progress_bar import import_and_report, known_import
from commerce.importing.models import CatalogImport
from commerce.importing.runs import start_import
from commerce.importing.services import named_warehouse, warehouse_of_channel


class Command(BaseCommand):
    """Exit code 0 if every product came in, 1 if some did not (the report says why), 2 for a file that is none.

    A copy of the file is kept, so that an import that was killed goes on with `--resume` where it stood.
    """

    help = "Import products from a CSV file that another shop system exported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--resume", metavar="ID", help="Go on with an import that was killed.")
        parser.add_argument("--format", choices=["shopify"], default="shopify")
        parser.add_argument("--channel", help="The slug of the channel whose prices these are.")
        parser.add_argument("--warehouse", help="The slug of the warehouse of the quantities; the channel's first one.")
        for option, what in (("--market", "channel"), ("--location", "warehouse")):
            parser.add_argument(
                option,
                action="append",
                default=[],
                type=_pair,
                metavar="NAME=SLUG",
                help=f"The {what} that the file means by a name; others are looked for by slug and name.",
            )
        parser.add_argument("--encoding", default="utf-8", help="For files that are not UTF-8, for example cp1252.")
        parser.add_argument("--dry-run", action="store_true", help="Try everything, report it, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print the report."""
        path: Path | None = options["file"]
        if bool(path) == bool(options["resume"]):
            raise CommandError("Name a file, or an import to go on with by --resume.", returncode=2)
        run = self._started(path, options) if path else known_import(options["resume"])
        import_and_report(self, run)

    def _started(self, path: Path, options: dict[str, Any]) -> CatalogImport:
        try:
            channel = channel_by_slug(options["channel"])
            warehouse = named_warehouse(options["warehouse"]) or warehouse_of_channel(channel)
            with path.open("rb") as file:
                return start_import(
                    file=file,
                    name=path.name,
                    channel=channel,
                    warehouse=warehouse,
                    encoding=options["encoding"],
                    markets=dict(options["market"]),
                    locations=dict(options["location"]),
                    is_dry_run=options["dry_run"],
                    is_background=False,
                    actor=SYSTEM,
                )
        except CommerceError as error:
            raise CommandError(error.message, returncode=2) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error


def _pair(text: str) -> tuple[str, str]:
    name, equals, slug = text.rpartition("=")
    if not (name.strip() and equals and slug.strip()):
        raise ArgumentTypeError(f"{text!r} is not NAME=SLUG.")
    return name.strip(), slug.strip()
