"""`manage.py export_catalog [--format jsonl] [--output FILE.jsonl]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commerce.core.actor import SYSTEM
from commerce.exporting.lines import export_catalog_lines
from commerce.exporting.services import TextSink


class Command(BaseCommand):
    """Exit code 0 if everything is in the file, 2 if it cannot be written."""

    help = "Export the whole catalog, pages and menus as JSON Lines, which import_catalog reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--format", choices=["jsonl"], default="jsonl")
        parser.add_argument("--output", type=Path, help="The file to write; standard output otherwise.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, and the counts to standard error."""
        path: Path | None = options["output"]
        try:
            if path is None:
                written = _export(self.stdout)
            else:
                # Half a file is worse than none: it gets its name when it is whole.
                half = path.with_name(f"{path.name}.part")
                with half.open("w", encoding="utf-8", newline="\n") as file:
                    written = _export(file)
                half.replace(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}", returncode=2) from error
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(written.items()))
        self.stderr.write(counts or "nothing", self.style.NOTICE)


def _export(file: TextSink) -> Counter[str]:
    with tqdm(unit=" lines", disable=None, file=sys.stderr) as bar:
        return export_catalog_lines(file=_Plain(file), progress=lambda lines: _advance(bar, lines), actor=SYSTEM)


class _Plain:
    """Django's standard output adds a line's end of its own where there is none; a line has one already."""

    def __init__(self, file: TextSink) -> None:
        self._file = file

    def write(self, text: str, /) -> object:
        """Pass it on."""
        return self._file.write(text)


def _advance(bar: Any, lines: int) -> None:
    bar.update(lines)
