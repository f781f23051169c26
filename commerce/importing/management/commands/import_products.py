"""`manage.py import_products FILE.csv --format shopify --channel SLUG [--warehouse SLUG] [--dry-run]`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commerce.channels.queries import channel_by_slug
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError
from commerce.importing.services import import_shopify_products, named_warehouse, warehouse_of_channel


class Command(BaseCommand):
    """Exit code 0 if every product came in, 1 if some did not (the report says why), 2 for a file that is none."""

    help = "Import products from a CSV file that another shop system exported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["shopify"], default="shopify")
        parser.add_argument("--channel", required=True, help="The slug of the channel whose prices these are.")
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
        path: Path = options["file"]
        try:
            channel = channel_by_slug(options["channel"])
            warehouse = named_warehouse(options["warehouse"]) or warehouse_of_channel(channel)
            with path.open("rb") as file, tqdm(unit=" rows", disable=None, desc=path.name) as bar:
                report = import_shopify_products(
                    file=file,
                    channel=channel,
                    warehouse=warehouse,
                    encoding=options["encoding"],
                    markets=dict(options["market"]),
                    locations=dict(options["location"]),
                    is_dry_run=options["dry_run"],
                    progress=lambda rows: _advance(bar, rows),
                    actor=SYSTEM,
                )
        except CommerceError as error:
            raise CommandError(error.message, returncode=2) from error
        except (OSError, LookupError) as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error
        for line in report.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")
        if report.failed:
            raise CommandError(f"{report.failed} products could not be imported.", returncode=1)


def _pair(text: str) -> tuple[str, str]:
    name, equals, slug = text.rpartition("=")
    if not (name.strip() and equals and slug.strip()):
        raise ArgumentTypeError(f"{text!r} is not NAME=SLUG.")
    return name.strip(), slug.strip()


def _advance(bar: Any, rows: int) -> None:
    bar.update(rows)
