"""Batches of records into the database: one transaction each, and one bad product spoils only itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from commerce.channels.models import Channel
from commerce.core.errors import CommerceError
from commerce.core.transactions import retry_on_deadlock
from commerce.importing.batches import Save, keep_nothing
from commerce.importing.compare import Comparison
from commerce.importing.fetching import fetch_soon
from commerce.importing.pictures import LocalPictures, Pictures
from commerce.importing.present import load_present
from commerce.importing.records import ProductRecord
from commerce.importing.references import References
from commerce.importing.report import ImportReport, Outcome, Problem
from commerce.inventory.models import Warehouse

Results = list[tuple[ProductRecord, Outcome | list[Problem]]]


class CatalogWriter:
    """Writes records into the channels and warehouses that a file speaks of,  batch by batch."""

    def __init__(
        self,
        *,
        channels: Sequence[Channel],
        warehouses: Sequence[Warehouse],
        local_pictures: LocalPictures | None = None,
        is_dry_run: bool = False,
    ) -> None:
        self._channels = channels
        self._warehouses = warehouses
        self._local_pictures = None if is_dry_run else local_pictures
        self._is_dry_run = is_dry_run
        self._categories: dict[tuple[str, ...], UUID] = {}

    def write(
        self, records: Sequence[ProductRecord], refused: Sequence[list[Problem]] = (), save: Save = keep_nothing
    ) -> ImportReport:
        """Import `records` in one transaction, in which `save` is told what came of them and of those `refused`.

        In a dry run everything is tried and then taken back.
        """
        pictures = Pictures(records, self._local_pictures)
        report = retry_on_deadlock(lambda: self._transaction(records, refused, pictures, save))
        if self._is_dry_run:
            save(report)
        return report

    def _transaction(
        self, records: Sequence[ProductRecord], refused: Sequence[list[Problem]], pictures: Pictures, save: Save
    ) -> ImportReport:
        pictures.to_fetch.clear()
        known = dict(self._categories)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    results = self._together(records, pictures)
            except (IntegrityError, DataError, CommerceError):
                # Somebody in the batch is refused by the database: find out who, and let the others in.
                pictures.to_fetch.clear()
                self._categories.clear()
                results = [self._alone(record, pictures) for record in records]
            if self._is_dry_run:
                transaction.set_rollback(True)
                self._categories = known
            else:
                waiting = list(pictures.to_fetch)
                transaction.on_commit(lambda: fetch_soon(waiting))
                report = _report(refused, results)
                save(report)
                return report
        return _report(refused, results)

    def _together(self, records: Sequence[ProductRecord], pictures: Pictures) -> Results:
        comparison = Comparison(
            channels=self._channels,
            references=References(records, self._categories),
            present=load_present(records, channels=self._channels, warehouses=self._warehouses),
            pictures=pictures,
        )
        results = [(record, comparison.add(record)) for record in records]
        for refused in comparison.changes.write():
            line, handle, column = comparison.counted[refused.warehouse_id, refused.variant_id]
            reason = f"The stock stays as it is: {refused.reserved} units are promised to carts and orders."
            by_handle = next(record for record in records if record.handle == handle)
            by_handle.warnings.append(Problem(line, column, handle, reason))
        return results

    def _alone(self, record: ProductRecord, pictures: Pictures) -> tuple[ProductRecord, Outcome | list[Problem]]:
        waiting = len(pictures.to_fetch)
        try:
            with transaction.atomic():
                return self._together([record], pictures)[0]
        except (IntegrityError, DataError, CommerceError) as error:
            del pictures.to_fetch[waiting:]
            self._categories.clear()
            return record, [Problem(record.line, "", record.handle, _reason(error))]


def _report(refused: Sequence[list[Problem]], results: Results) -> ImportReport:
    report = ImportReport()
    for problems in refused:
        report.fail(problems)
    for record, result in results:
        if isinstance(result, Outcome):
            report.count(result)
            report.warn(record.warnings)
        else:
            report.fail(result)
    return report


def _reason(error: IntegrityError | DataError | CommerceError) -> str:
    if isinstance(error, CommerceError):
        return error.message
    message = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
    return f"The database refuses it: {message or error}"
