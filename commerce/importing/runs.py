"""Starting, finding and stopping imports of files."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePath
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from redis import RedisError

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, InvalidInput, NotFound, Required
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.core.private_files import private_files
from commerce.core.text import require_text
from commerce.importing.models import CatalogImport, ImportFormat, ImportProblem, ImportStatus
from commerce.importing.report import KEPT as KEPT_WORD_FOR_WORD
from commerce.importing.report import ImportReport, Outcome, Problem
from commerce.importing.targets import targets_of
from commerce.inventory.models import Warehouse

KEPT_FOR: Final = timedelta(days=30)
_HINT_AGAIN_AFTER: Final = timedelta(seconds=20)
_PER_SWEEP: Final = 100
_OPEN: Final = (ImportStatus.PENDING, ImportStatus.RUNNING)
_LOOKED_AT: Final = 4_096
_NO_TEXT: Final = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")
_NEEDED: Final = (Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK)

logger = logging.getLogger(__name__)


class ImportFinished(Conflict):
    """The import has come to its end already."""


class ImportNotFound(NotFound):
    """No such import, or none of a channel that the actor works in."""


def start_import(
    *,
    file: BinaryIO,
    name: str,
    format: str = ImportFormat.SHOPIFY_CSV,
    channel: Channel | None,
    warehouse: Warehouse | None,
    encoding: str = "utf-8",
    markets: Mapping[str, str] | None = None,
    locations: Mapping[str, str] | None = None,
    is_dry_run: bool = False,
    is_background: bool = True,
    actor: Actor,
) -> CatalogImport:
    """Keep `file` and note that it is to be imported; in the background the workers are told at once.

    A CSV needs `channel` and `warehouse`; JSON Lines name their own, and take both permissions in every channel.
    Raises PermissionDenied, Required, InvalidInput (encoding, or a file that is none)
    or NotFound (a slug of the mappings).
    """
    require_import(actor, format, channel)
    require_text(name, 255, path=("file",))
    if format == ImportFormat.SHOPIFY_CSV:
        if channel is None or warehouse is None:
            missing = "channel" if channel is None else "warehouse"
            raise Required(f"A CSV needs a {missing}.", path=(missing,))
        targets_of(channel=channel, warehouse=warehouse, markets=markets, locations=locations, actor=actor)
    _check_kind(file, format)
    stored = private_files().save(f"imports/{uuid7().hex}{PurePath(name).suffix[:10]}", File(file))
    try:
        size = private_files().size(stored)
        if not size:
            raise InvalidInput("The file is empty.", path=("file",))
        with transaction.atomic():
            run = CatalogImport.objects.create(
                format=format,
                channel=channel,
                warehouse=warehouse,
                file=stored,
                original_name=PurePath(name).name,
                encoding=_known_encoding(encoding),
                options={"markets": dict(markets or {}), "locations": dict(locations or {}), **_rights(actor)},
                is_dry_run=is_dry_run,
                is_background=is_background,
                started_by=actor.id,
                bytes_total=size,
            )
            if is_background:
                transaction.on_commit(lambda: _hint([run.id]))
    except BaseException:
        private_files().delete(stored)
        raise
    return run


def require_import(actor: Actor, format: str, channel: Channel | None) -> None:
    """Raise PermissionDenied unless `actor` may import such a file into `channel`."""
    for permission in _NEEDED:
        if format == ImportFormat.JSON_LINES or channel is None:
            actor.require_everywhere(permission)
        else:
            actor.require(permission, channel.id)


def imports_visible_to(actor: Actor) -> QuerySet[CatalogImport]:
    """The imports into channels in which `actor` may import; those without a channel if that is everywhere.

    Raises PermissionDenied without the permissions.
    """
    visible = Q()
    for permission in _NEEDED:
        actor.require(permission)
        channels = actor.channels_with(permission)
        if channels is not None:
            visible &= Q(channel__in=channels)
    return CatalogImport.objects.filter(visible)


def import_by_id(run_id: UUID, *, actor: Actor) -> CatalogImport:
    """The import. Raises ImportNotFound or PermissionDenied."""
    run = imports_visible_to(actor).filter(id=run_id).first()
    if run is None:
        raise ImportNotFound("There is no such import.", path=("id",))
    return run


def cancel_import(*, run_id: UUID, actor: Actor) -> CatalogImport:
    """Stop an import before its next batch; what is in the catalog stays there.

    Raises PermissionDenied, ImportNotFound or ImportFinished.
    """
    run = import_by_id(run_id, actor=actor)
    stopped = CatalogImport.objects.filter(id=run.id, status__in=_OPEN).update(
        status=ImportStatus.CANCELLED, finished_at=Now(), lease_owner=None, leased_until=None, updated_at=Now()
    )
    if not stopped:
        raise ImportFinished("The import has ended already.", path=("id",))
    run.refresh_from_db()
    return run


def resume_imports() -> None:
    """A regular job: tell the workers again of imports that nobody works on, because a hint or a worker was lost."""
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    waiting = CatalogImport.objects.filter(
        free, status__in=_OPEN, is_background=True, updated_at__lt=Now() - _HINT_AGAIN_AFTER
    )
    ids = list(waiting.order_by("updated_at").values_list("id", flat=True)[:_PER_SWEEP])
    # They go to the end of the line, so that no sweep hints twice at what the workers have not come to yet.
    CatalogImport.objects.filter(id__in=ids).update(updated_at=Now())
    _hint(ids)


def purge_old_imports() -> int:
    """A regular job: forget imports that ended more than 30 days ago, with their files; how many."""
    purged = 0
    for run in CatalogImport.objects.filter(finished_at__lt=Now() - KEPT_FOR)[:_PER_SWEEP]:
        for name in filter(None, (run.file, run.report_file)):
            private_files().delete(name)
        run.delete()
        purged += 1
    return purged


def report_of(run: CatalogImport) -> ImportReport:
    """What has come of `run`, with as many problems word for word as a report has."""
    found = {}
    for severity in ImportProblem.Severity:
        rows = run.problems.filter(severity=severity).order_by("id")[:KEPT_WORD_FOR_WORD]
        found[severity] = [Problem(row.line, row.column, row.handle, row.reason) for row in rows]
    failures, warnings = found[ImportProblem.Severity.FAILURE], found[ImportProblem.Severity.WARNING]
    report = ImportReport(
        rows=run.rows,
        failures=failures,
        warnings=warnings,
        more_failures=run.problem_count - len(failures),
        more_warnings=run.warning_count - len(warnings),
    )
    report.outcomes.update({outcome: getattr(run, outcome.value) for outcome in Outcome})
    report.not_kept.update(run.not_kept)
    return report


def _hint(run_ids: list[UUID]) -> None:
    from commerce.importing.tasks import work_on_import

    try:
        for run_id in run_ids:
            work_on_import.send(str(run_id))
    except RedisError as error:
        logger.warning("imports wait for the next sweep: %s", error)


def _check_kind(file: BinaryIO, format: str) -> None:
    """Raise InvalidInput for a file that begins as no text does, e.g. a spreadsheet's own format."""
    start = file.read(_LOOKED_AT)
    file.seek(0)
    is_utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if start.startswith(_NO_TEXT) or (b"\x00" in start and not is_utf_16):
        raise InvalidInput("The file is no text. Save it as CSV in UTF-8, or as JSON Lines.", path=("file",))
    if format == ImportFormat.JSON_LINES and not start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        raise InvalidInput("JSON Lines begin with a brace.", path=("file",))


def _known_encoding(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        raise InvalidInput(f"{name[:50]!r} is not an encoding.", path=("encoding",)) from None
    if not getattr(codec, "_is_text_encoding", True):
        raise InvalidInput(f"{name[:50]!r} is not an encoding of text.", path=("encoding",))
    return name


def _rights(actor: Actor) -> dict[str, Any]:
    """What `actor` may do now, for who carries it out later."""
    channels = {permission.value: actor.channels_with(permission) for permission in actor.permissions}
    granted = {name: None if found is None else sorted(map(str, found)) for name, found in channels.items()}
    return {"kind": actor.kind.value, "granted": granted}
