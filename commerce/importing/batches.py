"""A file in batches: each is one transaction, and its place in the file is known, so that reading can go on there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from django.conf import settings

from commerce.importing.report import ImportReport, Problem

R = TypeVar("R")

Save = Callable[[ImportReport], None]
"""Told what came of a batch, in its transaction (in a dry run: after it)."""


def keep_nothing(report: ImportReport) -> None:
    """For who is not going to go on with a file later."""


@dataclass(slots=True)
class Batch(Generic[R]):
    """Some records, and the problems of those that cannot even be tried."""

    records: list[R] = field(default_factory=list)
    refused: list[list[Problem]] = field(default_factory=list)
    position: int = 0
    """How many records of the file have been read, this batch included."""
    rows: int = 0
    """How many rows of the file those had."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that the file describes wrongly."""

    problems: list[Problem]


class FileJob(Protocol[R]):
    """Reads and writes one file."""

    @property
    def not_kept(self) -> dict[str, int]:
        """What the shop has no place for -> how much of it has been read."""

    def batches(self, done: int) -> Iterator[Batch[R]]:
        """What comes after the first `done` records, which are read but not tried again."""

    def write(self, batch: Batch[R], save: Save) -> ImportReport:
        """Bring a batch in, and tell `save` what came of it; also returned."""


def in_batches(
    records: Iterator[tuple[int, R | Refused | None]], *, rows_in_a_batch: int | None = None
) -> Iterator[Batch[R]]:
    """Pairs of rows and records as batches of about so many rows (settings.IMPORT_BATCH_ROWS).

    None stands for a record that was brought in before.
    """
    enough = min(rows_in_a_batch or settings.IMPORT_BATCH_ROWS, settings.IMPORT_BATCH_ROWS)
    batch: Batch[R] = Batch()
    position = rows = size = 0
    for count, record in records:
        position += 1
        rows += count
        if record is None:
            continue
        size += count
        if isinstance(record, Refused):
            batch.refused.append(record.problems)
        else:
            batch.records.append(record)
        if size >= enough:
            batch.position, batch.rows = position, rows
            yield batch
            batch, size = Batch(), 0
    batch.position, batch.rows = position, rows
    yield batch
