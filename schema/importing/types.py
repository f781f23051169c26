"""Imports as staff watch them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from commerce.channels.queries import channels_by_id
from commerce.exporting.models import CatalogExport as CatalogExportRow
from commerce.exporting.runs import EXTENSIONS
from commerce.importing import models
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.importing.download import address_of
from schema.pagination import CountableConnection, Page, pages_of

NEWEST_FIRST = ("-created_at", "-id")


@strawberry.enum(description="What a file of the catalog is.")
class CatalogFileFormat(Enum):
    """The formats."""

    SHOPIFY_CSV = "shopify_csv"
    JSON_LINES = "json_lines"


@strawberry.enum(description="How far an import or an export has come.")
class CatalogFileStatus(Enum):
    """The states; the last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@strawberry.enum(description="What a problem of a file came to.")
class CatalogImportSeverity(Enum):
    """Whether the object came in."""

    FAILURE = "failure"
    WARNING = "warning"


@strawberry.type(description="Something wrong in an imported file.")
class CatalogImportProblem:
    """Source: commerce.importing.models.ImportProblem."""

    severity: CatalogImportSeverity = computed(
        lambda root: CatalogImportSeverity(root.severity), "FAILURE: it kept the object out."
    )
    line: int = leaf("The line of the file, from 1 on.")
    column: str = leaf("The column or the field; empty for the object as a whole.")
    handle: str = leaf("The handle, slug or name of the object.")
    reason: str = leaf("What is wrong, in English.")


@strawberry.type(description="Something in a file that the shop has no place for.")
class CatalogImportNotKept:
    """Source: a pair of name and count."""

    name: str = computed(lambda root: root[0], "The header of the column, or the name of the field.")
    count: int = computed(lambda root: root[1], "How many times it had something in it.")


def _problems(
    imports: Sequence[models.CatalogImport],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """What was wrong so far, in the order of the file; at most 100,000 of them are kept."""
    rows = models.ImportProblem.objects.all()
    keys = [row.id for row in imports]
    return pages_of(rows, "catalog_import_id", keys, ("id",), first=first, after=after, last=last, before=before)


def _channels(imports: Sequence[models.CatalogImport | CatalogExportRow], context: RequestContext) -> list[Any]:
    found = channels_by_id({row.channel_id for row in imports if row.channel_id})
    return [found[row.channel_id] if row.channel_id else None for row in imports]


@strawberry.type(description="A file of the catalog that is made in the background. It is forgotten after seven days.")
class CatalogExport:
    """Source: commerce.exporting.models.CatalogExport."""

    id: strawberry.ID = global_id("CatalogExport")
    format: CatalogFileFormat = computed(lambda root: CatalogFileFormat(root.format), "What the file is.")
    status: CatalogFileStatus = computed(lambda root: CatalogFileStatus(root.status), "How far it has come.")
    channel: Channel | None = nested(_channels, "The channel of a CSV's plain prices.")
    objects_written: int = leaf("How many products (CSV) or lines (JSON Lines) are in the file.")
    report: list[str] = leaf("What is in the file and what is not, line by line.")
    failure: str = leaf("Why it was given up; empty otherwise.")
    url: str | None = computed(
        lambda root: address_of(root.file, f"catalog-{root.created_at:%Y-%m-%d}.{EXTENSIONS[root.format]}"),
        "Where the file can be downloaded, for 15 minutes from now; null before it is there.",
    )
    created_at: datetime = leaf("When it was ordered.")
    finished_at: datetime | None = leaf("When it ended.")


@strawberry.type(description="A file on its way into the catalog. Ask for it again to see how far it has come.")
class CatalogImport:
    """Source: commerce.importing.models.CatalogImport."""

    id: strawberry.ID = global_id("CatalogImport")
    format: CatalogFileFormat = computed(lambda root: CatalogFileFormat(root.format), "What the file is.")
    status: CatalogFileStatus = computed(lambda root: CatalogFileStatus(root.status), "How far it has come.")
    file_name: str = leaf("What the file was called.", source="original_name")
    channel: Channel | None = nested(_channels, "The channel of a CSV's plain prices.")
    is_dry_run: bool = leaf("Whether everything is tried and then taken back.")
    bytes_total: float = leaf("How large the file is.")
    bytes_read: float = leaf("How much of it is dealt with.")
    progress: float = computed(
        lambda root: root.bytes_read / root.bytes_total if root.bytes_total else 0.0, "From 0 to 1, by bytes."
    )
    rows: int = leaf("How many rows or lines of the file are dealt with.")
    created: int = leaf("How many objects are new.")
    updated: int = leaf("How many objects were changed.")
    unchanged: int = leaf("How many objects were as the file has them already.")
    failed: int = leaf("How many objects did not come in.")
    problem_count: int = leaf("How many reasons there are for that.")
    warning_count: int = leaf("How many things there are to look at in objects that came in.")
    not_kept: list[CatalogImportNotKept] = nested(
        lambda imports, context: [sorted(row.not_kept.items()) for row in imports],
        "What the shop has no place for.",
    )
    problems: CountableConnection[CatalogImportProblem] = nested(_problems)
    failure: str = leaf("Why the file as a whole was given up; empty otherwise.")
    report_url: str | None = computed(
        lambda root: address_of(root.report_file, f"{root.original_name}-report.csv"),
        "Where the whole report can be downloaded as CSV, for 15 minutes from now; null before the import has ended.",
    )
    created_at: datetime = leaf("When the file was received.")
    started_at: datetime | None = leaf("When work on it began.")
    finished_at: datetime | None = leaf("When it ended.")
