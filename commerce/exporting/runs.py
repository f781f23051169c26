"""Ordering exports, making their files in the workers, and forgetting them."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOWrapper
from typing import Final
from uuid import UUID

from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from redis import RedisError

from commerce.channels.models import Channel
from commerce.channels.queries import channel_by_slug
from commerce.core.actor import SYSTEM, Actor
from commerce.core.errors import CommerceError, InvalidInput, Required
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.core.private_files import private_files
from commerce.exporting.lines import NEEDED, export_catalog_lines
from commerce.exporting.models import CatalogExport
from commerce.exporting.services import TextSink, export_shopify_products
from commerce.importing.models import ImportFormat, ImportStatus
from commerce.importing.services import named_warehouse
from commerce.inventory.models import Warehouse

LEASE: Final = timedelta(seconds=60)
KEPT_FOR: Final = timedelta(days=7)
MAX_ATTEMPTS: Final = 5
EXTENSIONS: Final = {ImportFormat.SHOPIFY_CSV: "csv", ImportFormat.JSON_LINES: "jsonl"}
_RENEW_SECONDS: Final = 10.0
_HINT_AGAIN_AFTER: Final = timedelta(seconds=20)
_PER_SWEEP: Final = 100
_OPEN: Final = (ImportStatus.PENDING, ImportStatus.RUNNING)
_OF_CHANNEL: Final = (Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK)

logger = logging.getLogger(__name__)


class _LeaseLost(Exception):
    pass


def start_export(
    *,
    format: str,
    channel: Channel | None,
    warehouse: Warehouse | None,
    markets: Sequence[str] = (),
    locations: Sequence[str] = (),
    actor: Actor,
) -> CatalogExport:
    """Order a file; the workers are told at once. A CSV needs a channel and a warehouse, JSON Lines have everything.

    Raises PermissionDenied, Required, InvalidInput, or NotFound for a slug among `markets` and `locations`.
    """
    if format == ImportFormat.SHOPIFY_CSV:
        if channel is None or warehouse is None:
            missing = "channel" if channel is None else "warehouse"
            raise Required(f"A CSV needs a {missing}.", path=(missing,))
        for listed in (channel, *_channels(markets)):
            for permission in _OF_CHANNEL:
                actor.require(permission, listed.id)
        _warehouses(locations)
    else:
        for permission in NEEDED:
            actor.require_everywhere(permission)
        if channel or warehouse or markets or locations:
            raise InvalidInput("JSON Lines have the whole catalog.", path=("channel",))
    with transaction.atomic():
        run = CatalogExport.objects.create(
            format=format,
            channel=channel,
            warehouse=warehouse,
            options={"markets": list(markets), "locations": list(locations)},
            started_by=actor.id,
        )
        transaction.on_commit(lambda: _hint([run.id]))
    return run


def exports_visible_to(actor: Actor) -> QuerySet[CatalogExport]:
    """The exports of channels (all that are in their files) in which `actor` has the permissions that they take.

    Those of the whole catalog are for who may order one. Raises PermissionDenied without any permission.
    """
    for permission in _OF_CHANNEL:
        actor.require(permission)
    visible = Q(format=ImportFormat.SHOPIFY_CSV)
    for permission in _OF_CHANNEL:
        channels = actor.channels_with(permission)
        if channels is not None:
            # One with other markets in it is for who works in every channel.
            visible &= Q(channel__in=channels, options__markets=[])
    if all(actor.has_everywhere(permission) for permission in NEEDED):
        visible |= Q(format=ImportFormat.JSON_LINES)
    return CatalogExport.objects.filter(visible)


def run_export(run_id: UUID) -> bool:
    """Make the file of an export that nobody works on; whether there was anything to do."""
    owner = uuid7()
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    taken = CatalogExport.objects.filter(free, id=run_id, status__in=_OPEN).update(
        status=ImportStatus.RUNNING,
        lease_owner=owner,
        leased_until=Now() + LEASE,
        attempts=F("attempts") + 1,
        updated_at=Now(),
    )
    if not taken:
        return False
    run = CatalogExport.objects.select_related("channel", "warehouse").get(id=run_id)
    mine = CatalogExport.objects.filter(id=run_id, lease_owner=owner, status=ImportStatus.RUNNING)
    try:
        if run.attempts > MAX_ATTEMPTS:
            raise InvalidInput("It was begun several times and never came to its end.")
        _make(run, mine)
    except _LeaseLost:
        logger.info("the export %s is somebody else's", run_id)
    except CommerceError as error:
        mine.update(status=ImportStatus.FAILED, failure=error.message, finished_at=Now(), updated_at=Now())
    finally:
        CatalogExport.objects.filter(id=run_id, lease_owner=owner).update(lease_owner=None, leased_until=None)
    return True


def resume_exports() -> None:
    """A regular job: tell the workers again of exports that nobody works on."""
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    waiting = CatalogExport.objects.filter(free, status__in=_OPEN, updated_at__lt=Now() - _HINT_AGAIN_AFTER)
    ids = list(waiting.order_by("updated_at").values_list("id", flat=True)[:_PER_SWEEP])
    # They go to the end of the line, so that no sweep hints twice at what the workers have not come to yet.
    CatalogExport.objects.filter(id__in=ids).update(updated_at=Now())
    _hint(ids)


def purge_old_exports() -> int:
    """A regular job: forget exports that ended more than seven days ago, with their files; how many."""
    purged = 0
    for run in CatalogExport.objects.filter(finished_at__lt=Now() - KEPT_FOR)[:_PER_SWEEP]:
        if run.file:
            private_files().delete(run.file)
        run.delete()
        purged += 1
    return purged


def _make(run: CatalogExport, mine: QuerySet[CatalogExport]) -> None:
    with (
        tempfile.TemporaryFile() as file,
        TextIOWrapper(file, encoding="utf-8", newline="", write_through=True) as text,
    ):
        with _kept(mine):
            written, report = _write(run, text)
        file.seek(0)
        name = private_files().save(f"exports/{run.id.hex}.{EXTENSIONS[ImportFormat(run.format)]}", File(file))
    done = mine.update(
        status=ImportStatus.SUCCEEDED,
        file=name,
        objects_written=written,
        report=report,
        finished_at=Now(),
        updated_at=Now(),
    )
    if not done:
        private_files().delete(name)
        raise _LeaseLost


def _write(run: CatalogExport, file: TextSink) -> tuple[int, list[str]]:
    # Who ordered it was asked for the permissions then.
    if run.format == ImportFormat.JSON_LINES:
        written = export_catalog_lines(file=file, actor=SYSTEM)
        return sum(written.values()), [f"{count} {kind}" for kind, count in sorted(written.items())]
    if run.channel is None or run.warehouse is None:
        raise Required("A CSV needs a channel and a warehouse.", path=("channel",))
    report = export_shopify_products(
        file=file,
        channel=run.channel,
        warehouse=run.warehouse,
        markets=_channels(run.options["markets"]),
        locations=_warehouses(run.options["locations"]),
        actor=SYSTEM,
    )
    return report.products, report.lines()


@contextmanager
def _kept(mine: QuerySet[CatalogExport]) -> Iterator[None]:
    """The lease is renewed as long as the block takes, beside its read-only transaction: in a thread of its own."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(_RENEW_SECONDS):
            mine.update(leased_until=Now() + LEASE, updated_at=Now())
        connection.close()

    thread = threading.Thread(target=renew, name="keep-export", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _channels(slugs: Sequence[str]) -> list[Channel]:
    try:
        return [channel_by_slug(slug) for slug in slugs]
    except CommerceError as error:
        error.path = ("markets",)
        raise


def _warehouses(slugs: Sequence[str]) -> list[Warehouse]:
    try:
        return [found for slug in slugs if (found := named_warehouse(slug))]
    except CommerceError as error:
        error.path = ("locations",)
        raise


def _hint(run_ids: list[UUID]) -> None:
    from commerce.exporting.tasks import work_on_export

    try:
        for run_id in run_ids:
            work_on_export.send(str(run_id))
    except RedisError as error:
        logger.warning("exports wait for the next sweep: %s", error)
