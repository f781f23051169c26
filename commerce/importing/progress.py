"""Who works on an import, and how far it has come: every step is one statement that only the lease's owner can make."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from commerce.core.ids import uuid7
from commerce.importing.models import CatalogImport, ImportProblem, ImportStatus
from commerce.importing.report import ImportReport, Outcome, Problem

LEASE: Final = timedelta(seconds=60)
MAX_ATTEMPTS: Final = 5
"""How often an import is taken up without coming on before it is given up: its file kills whoever reads it."""

AT_ONCE: Final = 2
"""How many imports the workers work on at a time, so that webhooks and pictures have workers, too."""

KEPT_PROBLEMS: Final = 100_000
"""How many problems of one file are kept; the rest are only counted."""

_OPEN: Final = (ImportStatus.PENDING, ImportStatus.RUNNING)


class LeaseLost(Exception):
    """Somebody else works on the import now, or it was cancelled: what was not committed must be taken back."""


def workers_are_busy() -> bool:
    """Whether AT_ONCE imports are being worked on in the background."""
    running = CatalogImport.objects.filter(status=ImportStatus.RUNNING, is_background=True, leased_until__gt=Now())
    return running.count() >= AT_ONCE


class Progress:
    """The hold that one worker has on one import."""

    def __init__(self, run_id: UUID) -> None:
        self.owner = uuid7()
        self._id = run_id

    def claim(self) -> CatalogImport | None:
        """Take the import up; None if somebody works on it, or if it is finished."""
        free = Q(leased_until=None) | Q(leased_until__lte=Now())
        taken = CatalogImport.objects.filter(free, id=self._id, status__in=_OPEN).update(
            status=ImportStatus.RUNNING,
            lease_owner=self.owner,
            leased_until=Now() + LEASE,
            started_at=Coalesce("started_at", Now()),
            attempts=F("attempts") + 1,
            updated_at=Now(),
        )
        return CatalogImport.objects.get(id=self._id) if taken else None

    def renew(self) -> None:
        """Keep the lease while nothing can be committed. Raises LeaseLost."""
        self._write(leased_until=Now() + LEASE)

    def save(
        self, report: ImportReport, *, position: int, rows: int, bytes_read: int, not_kept: dict[str, int]
    ) -> None:
        """Write down that everything up to `position` is in the catalog. Raises LeaseLost.

        Call it in the transaction of the batch: then neither can be without the other.
        """
        counts = {outcome.value: F(outcome.value) + report.outcomes[outcome] for outcome in Outcome}
        self._write(
            **counts,
            position=position,
            rows=rows,
            bytes_read=bytes_read,
            not_kept={_storable(name): count for name, count in not_kept.items()},
            problem_count=F("problem_count") + len(report.failures) + report.more_failures,
            warning_count=F("warning_count") + len(report.warnings) + report.more_warnings,
            attempts=0,
            leased_until=Now() + LEASE,
        )
        if report.failures or report.warnings:
            self._keep(report)

    def finish(self, status: ImportStatus, *, failure: str = "", report_file: str = "") -> None:
        """Nothing more is to be done. Raises LeaseLost."""
        self._write(
            status=status,
            failure=failure,
            report_file=report_file,
            finished_at=Now(),
            lease_owner=None,
            leased_until=None,
        )

    def release(self) -> None:
        """Let somebody else go on at once."""
        CatalogImport.objects.filter(id=self._id, lease_owner=self.owner).update(lease_owner=None, leased_until=None)

    def _write(self, **values: Any) -> None:
        mine = CatalogImport.objects.filter(id=self._id, lease_owner=self.owner, status=ImportStatus.RUNNING)
        if not mine.update(**values, updated_at=Now()):
            raise LeaseLost

    def _keep(self, report: ImportReport) -> None:
        room = KEPT_PROBLEMS - ImportProblem.objects.filter(catalog_import=self._id).count()
        severities = ImportProblem.Severity
        found = [(severities.FAILURE, problem) for problem in report.failures]
        found += [(severities.WARNING, problem) for problem in report.warnings]
        ImportProblem.objects.bulk_create(self._row(severity, problem) for severity, problem in found[: max(0, room)])

    def _row(self, severity: str, problem: Problem) -> ImportProblem:
        return ImportProblem(
            catalog_import_id=self._id,
            severity=severity,
            line=problem.line,
            column=_storable(problem.column),
            handle=_storable(problem.handle),
            reason=_storable(problem.reason),
        )


def _storable(text: str) -> str:
    return text[:2_000].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
