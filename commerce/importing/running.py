"""Working on an import, from where it stands to its end."""

from __future__ import annotations

import csv
import logging
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import RawIOBase, TextIOWrapper
from typing import Any, BinaryIO, Final, Protocol
from uuid import UUID

from django.core.files.base import File

from commerce.core.actor import SYSTEM, Actor, ActorKind
from commerce.core.errors import CommerceError, Required
from commerce.core.permission import Permission
from commerce.core.private_files import private_files
from commerce.importing.batches import FileJob
from commerce.importing.cells import escaped
from commerce.importing.lines.job import LinesJob
from commerce.importing.models import CatalogImport, ImportFormat, ImportProblem, ImportStatus
from commerce.importing.progress import MAX_ATTEMPTS, LeaseLost, Progress
from commerce.importing.report import ImportReport
from commerce.importing.services import ShopifyJob
from commerce.importing.targets import targets_of

_RENEW_SECONDS: Final = 10.0
_FIELDS: Final = ("severity", "line", "column", "handle", "reason")

logger = logging.getLogger(__name__)


class OnProgress(Protocol):
    """Told after each batch where the import stands."""

    def __call__(self, *, bytes_read: int, rows: int) -> None:
        """Show it."""


def _show_nothing(*, bytes_read: int, rows: int) -> None:
    pass


def run_import(run_id: UUID, *, on_progress: OnProgress = _show_nothing) -> bool:
    """Take up an import that nobody works on and bring it to its end; whether there was anything to do.

    It goes on behind the last batch that was committed, whoever committed it. A process may be killed at any moment.
    Whatever goes wrong with the file as a whole ends the import as FAILED with the reason; a fault of ours is logged
    and raised, and the import waits to be taken up again, MAX_ATTEMPTS times at most.
    """
    progress = Progress(run_id)
    run = progress.claim()
    if run is None:
        return False
    try:
        if run.attempts > MAX_ATTEMPTS:
            progress.finish(ImportStatus.FAILED, failure="It was taken up several times and never came on.")
        else:
            _work(run, progress, on_progress)
    except LeaseLost:
        logger.info("the import %s was cancelled or is somebody else's", run_id)
    finally:
        progress.release()
    return True


def _work(run: CatalogImport, progress: Progress, on_progress: OnProgress) -> None:
    with private_files().open(run.file) as stored:
        source = CountedFile(stored)
        try:
            _bring_in(run, job_of(run, source), source, progress, on_progress)  # type: ignore[arg-type]
        except (CommerceError, UnicodeError) as error:
            reason = error.message if isinstance(error, CommerceError) else str(error)
            progress.finish(ImportStatus.FAILED, failure=reason, report_file=_write_report(run.id))
            return
    progress.finish(ImportStatus.SUCCEEDED, report_file=_write_report(run.id))


def _bring_in(
    run: CatalogImport, job: FileJob[Any], source: CountedFile, progress: Progress, on_progress: OnProgress
) -> None:
    source.on_read = _now_and_then(progress.renew)
    for batch in job.batches(run.position):
        rows, bytes_read = batch.rows, source.bytes_read
        job.write(batch, partial(_save, progress, job, position=batch.position, rows=rows, bytes_read=bytes_read))
        on_progress(bytes_read=bytes_read, rows=rows)


def _save(progress: Progress, job: FileJob[Any], report: ImportReport, **standing: int) -> None:
    progress.save(report, not_kept=job.not_kept, **standing)


def job_of(run: CatalogImport, file: BinaryIO) -> FileJob[Any]:
    """What reads and writes the file of `run`. Raises CommerceError if the file cannot be what it is said to be."""
    if run.format == ImportFormat.JSON_LINES:
        return LinesJob(file, actor=starter_of(run), is_dry_run=run.is_dry_run, not_kept=run.not_kept)
    if run.channel is None or run.warehouse is None:
        raise Required("A CSV needs a channel and a warehouse.", path=("channel",))
    targets = targets_of(
        channel=run.channel,
        warehouse=run.warehouse,
        markets=run.options.get("markets"),
        locations=run.options.get("locations"),
        actor=starter_of(run),
    )
    return ShopifyJob(file, targets, encoding=run.encoding, is_dry_run=run.is_dry_run)


def starter_of(run: CatalogImport) -> Actor:
    """Who started `run`, with the permissions that counted then."""
    if run.started_by is None:
        return SYSTEM
    granted = run.options["granted"]
    grants = [
        ((Permission(name),), None if channels is None else frozenset(map(UUID, channels)))
        for name, channels in granted.items()
    ]
    return Actor.granted(ActorKind(run.options["kind"]), run.started_by, grants)


class CountedFile(RawIOBase):
    """A file that counts what is read from it."""

    def __init__(self, file: File[bytes]) -> None:
        super().__init__()
        self._file = file
        self.bytes_read = 0
        self.on_read: Callable[[], None] = lambda: None

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data: bytes = self._file.read(size)
        self.bytes_read += len(data)
        self.on_read()
        return data

    read1 = read

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as there is something."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seekable(self) -> bool:
        """It is, to its beginning."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; what is read from there counts anew."""
        self.bytes_read = self._file.seek(offset, whence)
        return self.bytes_read


def _now_and_then(act: Callable[[], None]) -> Callable[[], None]:
    last = time.monotonic()

    def maybe() -> None:
        nonlocal last
        if time.monotonic() - last > _RENEW_SECONDS:
            last = time.monotonic()
            act()

    return maybe


def _write_report(run_id: UUID) -> str:
    """All problems of an import as CSV among the private files; its name there."""
    rows: Iterable[tuple[Any, ...]] = (
        ImportProblem.objects.filter(catalog_import=run_id).order_by("id").values_list(*_FIELDS).iterator()
    )
    with tempfile.TemporaryFile() as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(_FIELDS)
        writer.writerows([escaped(str(cell)) for cell in row] for row in rows)
        file.seek(0)
        name = private_files().save(f"imports/{run_id.hex}-report.csv", File(file))
        text.detach()
    return name
