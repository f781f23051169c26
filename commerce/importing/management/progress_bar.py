"""An import that a person waits for: the bar, the report, and the way to go on after a crash."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from commerce.importing.models import CatalogImport, ImportStatus
from commerce.importing.progress import LEASE
from commerce.importing.running import OnProgress, run_import
from commerce.importing.runs import report_of

_LOOK_AGAIN_SECONDS: Final = 0.5


def import_and_report(command: BaseCommand, run: CatalogImport) -> None:
    """Bring `run` to its end before the eyes of who called `command`, and print the report.

    Raises CommandError: code 1 if some objects did not come in, 2 if the file is none or somebody else works on it.
    """
    command.stderr.write(f"Import {run.id}: after a crash go on with --resume {run.id}", command.style.NOTICE)
    with tqdm(
        total=run.bytes_total,
        initial=run.bytes_read,
        unit="B",
        unit_scale=True,
        disable=None,
        desc=run.original_name,
    ) as bar:

        def show(*, bytes_read: int, rows: int) -> None:
            bar.set_postfix(rows=rows, refresh=False)
            bar.update(bytes_read - bar.n)

        was_free = run_import(run.id, on_progress=show) or _when_free(command, run, show)
    run.refresh_from_db()
    if run.status == ImportStatus.FAILED:
        raise CommandError(run.failure, returncode=2)
    if run.status in (ImportStatus.PENDING, ImportStatus.RUNNING):
        raise CommandError("Another process works on this import.", returncode=2)
    if not was_free:
        command.stderr.write(f"It was {run.status} already.", command.style.NOTICE)
    for line in report_of(run).lines():
        command.stdout.write(line)
    if run.is_dry_run:
        command.stdout.write("Dry run: nothing was changed.")
    if run.failed:
        raise CommandError(f"{run.failed} objects could not be imported.", returncode=1)


def _when_free(command: BaseCommand, run: CatalogImport, show: OnProgress) -> bool:
    """Go on as soon as the lease of the one that was killed has run out; whether there was anything left to do."""
    end = time.monotonic() + LEASE.total_seconds() + 1
    run.refresh_from_db()
    if run.status == ImportStatus.RUNNING:
        command.stderr.write("Somebody works on it, or was killed a moment ago; waiting for a minute at most.")
    while run.status == ImportStatus.RUNNING and time.monotonic() < end:
        time.sleep(_LOOK_AGAIN_SECONDS)
        if run_import(run.id, on_progress=show):
            return True
        run.refresh_from_db()
    return False


def known_import(text: str) -> CatalogImport:
    """The import with this id. Raises CommandError (code 2)."""
    try:
        found: Any = CatalogImport.objects.filter(id=UUID(text)).first()
    except ValueError:
        found = None
    if not isinstance(found, CatalogImport):
        raise CommandError(f"There is no import {text}.", returncode=2)
    return found
