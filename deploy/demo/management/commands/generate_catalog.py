"""`manage.py generate_catalog --products 100000 --variants 300000`: a large catalog to measure with."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy.demo.generated.catalog import AlreadyThere, Size, generate_catalog


class Command(BaseCommand):
    """The same numbers and seed make the same catalog. No event is sent, no picture drawn."""

    help = "Fill a shop without products with a generated catalog."

    def add_arguments(self, parser: CommandParser) -> None:
        """The size, the seed and where it is listed."""
        parser.add_argument("--products", type=int, default=5_000)
        parser.add_argument("--variants", type=int, default=15_000)
        parser.add_argument("--seed", type=int, default=1, help="Another seed makes another catalog.")
        parser.add_argument("--channel", default="default-channel", help="Its slug; made if there is none.")
        parser.add_argument("--add", action="store_true", help="Also into a shop that has products.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate it and say how long that took."""
        began = time.monotonic()
        size = Size(products=options["products"], variants=options["variants"])
        try:
            generate_catalog(size, seed=options["seed"], channel=options["channel"], add=options["add"])
        except (AlreadyThere, ValueError) as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - began
        self.stdout.write(f"{size.products} products with {size.variants} variants in {seconds:.1f} s.")
