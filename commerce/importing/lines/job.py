"""Bringing a file of JSON Lines in: each line by itself, many lines with one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final

from django.db import DataError, IntegrityError, transaction

from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, Rejected
from commerce.core.transactions import retry_on_deadlock
from commerce.importing.batches import Batch, Refused, Save, in_batches, keep_nothing
from commerce.importing.lines.attributes import bring_attribute, bring_attribute_value, bring_product_type
from commerce.importing.lines.beside import bring_bundle, bring_relations
from commerce.importing.lines.groupings import bring_category, bring_collection
from commerce.importing.lines.line import Line
from commerce.importing.lines.pages import bring_menu, bring_page, bring_page_type
from commerce.importing.lines.products import bring_product
from commerce.importing.lines.reader import read_lines
from commerce.importing.lines.variants import bring_variant
from commerce.importing.report import ImportReport, Outcome, Problem

LINES_PER_BATCH: Final = 100

Bring = Callable[[Line, Actor], Outcome]
TYPES: Final[Mapping[str, Bring]] = MappingProxyType(
    {
        "attribute": bring_attribute,
        "attribute_value": bring_attribute_value,
        "product_type": bring_product_type,
        "page_type": bring_page_type,
        "category": bring_category,
        "product": bring_product,
        "variant": bring_variant,
        "collection": bring_collection,
        "page": bring_page,
        "menu": bring_menu,
        "bundle": bring_bundle,
        "relations": bring_relations,
    }
)
"""What a line can be, and what brings it in. Each raises CommerceError and has changed nothing then."""


class LinesJob:
    """One file of JSON Lines."""

    def __init__(
        self,
        file: BinaryIO,
        *,
        actor: Actor,
        is_dry_run: bool = False,
        not_kept: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`actor` may do what lines of each type need; a line that it may not bring in is a failure of that line.

        `not_kept` is what was counted before, where an import is taken up again.
        """
        self._file = file
        self._actor = actor
        self._is_dry_run = is_dry_run
        self._not_kept: Counter[str] = Counter(not_kept)

    @property
    def not_kept(self) -> dict[str, int]:
        """Fields that no type has -> how many lines had them."""
        return dict(self._not_kept)

    def batches(self, done: int) -> Iterator[Batch[Line]]:
        """What comes after the first `done` lines."""
        return in_batches(self._records(done), rows_in_a_batch=LINES_PER_BATCH)

    def write(self, batch: Batch[Line], save: Save = keep_nothing) -> ImportReport:
        """Bring a batch in with one transaction, in which `save` is told what came of it."""
        before = self._not_kept
        report = retry_on_deadlock(lambda: self._transaction(batch, save, before))
        if self._is_dry_run:
            save(report)
        return report

    def _records(self, done: int) -> Iterator[tuple[int, Line | Refused | None]]:
        for place, (number, found) in enumerate(read_lines(self._file)):
            if place < done:
                yield 1, None
            elif isinstance(found, Problem):
                yield 1, Refused([found])
            else:
                yield 1, Line(number, found)

    def _transaction(self, batch: Batch[Line], save: Save, before: Counter[str]) -> ImportReport:
        report = ImportReport()
        self._not_kept = before.copy()
        for problems in batch.refused:
            report.fail(problems)
        with transaction.atomic():
            for line in batch.records:
                self._bring(line, report)
            if self._is_dry_run:
                transaction.set_rollback(True)
            else:
                save(report)
        return report

    def _bring(self, line: Line, report: ImportReport) -> None:
        kind = line.fields.get("type")
        bring = TYPES.get(kind) if isinstance(kind, str) else None
        if bring is None:
            known = ", ".join(TYPES)
            report.fail([Problem(line.number, "type", line.name, f"The type is none of {known}.")])
            return
        try:
            with transaction.atomic():
                report.count(bring(line, self._actor))
        except CommerceError as error:
            report.fail([_problem(line, error)])
        except Rejected as rejected:
            report.fail([_problem(line, error) for error in rejected.errors])
        except (IntegrityError, DataError) as error:
            message = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
            report.fail([Problem(line.number, "", line.name, f"The database refuses it: {message or error}")])
        else:
            line.unread(str(kind), self._not_kept)


def _problem(line: Line, error: CommerceError) -> Problem:
    return Problem(line.number, ".".join(error.path), line.name, error.message)
