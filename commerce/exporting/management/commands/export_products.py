"""`manage.py export_products --channel SLUG [--warehouse SLUG] [--market SLUG ...] [--output FILE.csv]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commerce.channels.queries import channel_by_slug
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError
from commerce.exporting.report import ExportReport
from commerce.exporting.services import TextSink, export_shopify_products
from commerce.importing.services import named_warehouse, warehouse_of_channel


class Command(BaseCommand):
    """Exit code 0 if every product is in the file, 1 if some are not (the report says why), 2 for a wrong call."""

    help = "Export the products of a channel as Shopify's product CSV, which import_products reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--channel", required=True, help="The slug of the channel whose products and prices.")
        parser.add_argument("--warehouse", help="The slug of the warehouse of the quantities; the channel's first one.")
        parser.add_argument(
            "--market", action="append", default=[], help="The slug of another channel whose prices have columns, too."
        )
        parser.add_argument(
            "--location", action="append", default=[], help="The slug of another warehouse whose quantities do."
        )
        parser.add_argument("--output", type=Path, help="The file to write; standard output otherwise.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, and the report to standard error."""
        path: Path | None = options["output"]
        try:
            if path is None:
                report = self._export(self.stdout, options)
            else:
                # Half a file is worse than none: it gets its name when it is whole.
                half = path.with_name(f"{path.name}.part")
                with half.open("w", encoding="utf-8", newline="") as file:
                    report = self._export(file, options)
                half.replace(path)
        except CommerceError as error:
            raise CommandError(error.message, returncode=2) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}", returncode=2) from error
        for line in report.lines():
            self.stderr.write(line, self.style.NOTICE)
        if report.missing:
            raise CommandError(f"{report.missing} products are not in the file.", returncode=1)

    def _export(self, file: TextSink, options: dict[str, Any]) -> ExportReport:
        channel = channel_by_slug(options["channel"])
        warehouse = named_warehouse(options["warehouse"]) or warehouse_of_channel(channel)
        markets = [channel_by_slug(slug) for slug in options["market"]]
        locations = [found for slug in options["location"] if (found := named_warehouse(slug))]
        with tqdm(unit=" products", disable=None, desc=channel.slug, file=sys.stderr) as bar:
            return export_shopify_products(
                file=file,
                channel=channel,
                warehouse=warehouse,
                markets=markets,
                locations=locations,
                progress=lambda products: _advance(bar, products),
                actor=SYSTEM,
            )


def _advance(bar: Any, products: int) -> None:
    bar.update(products)
