"""Exporting the products of a channel."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from django.db import connection, transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.exporting.header import header_of
from commerce.exporting.report import ExportReport
from commerce.exporting.rows import ProductRows, Unspeakable
from commerce.exporting.shelf import shelves
from commerce.importing.cells import escaped
from commerce.inventory.models import Warehouse

Progress = Callable[[int], None]
"""Told after each batch how many products it had."""


class TextSink(Protocol):
    """What takes text: a file, standard output."""

    def write(self, text: str, /) -> object:
        """Take the next piece."""


class Writer(Protocol):
    """A csv.writer."""

    def writerow(self, row: Iterable[str], /) -> object:
        """Write one row."""

    def writerows(self, rows: Iterable[Iterable[str]], /) -> object:
        """Write several rows."""


def export_shopify_products(
    *,
    file: TextSink,
    channel: Channel,
    warehouse: Warehouse,
    markets: Sequence[Channel] = (),
    locations: Sequence[Warehouse] = (),
    progress: Progress = lambda products: None,
    actor: Actor,
) -> ExportReport:
    """Write every product that `channel` lists as Shopify's CSV, with the quantities of `warehouse`.

    Beside that it has what other channels (`markets`) charge for them and whether they show them, and the quantities
    of other warehouses (`locations`), in columns with their slugs.

    The file is the catalog of one moment, whatever changes meanwhile. No spreadsheet takes a cell for a formula, and
    the importer reads the file back as it was. Memory does not grow with the catalog. Raises PermissionDenied.
    """
    channels = list(dict.fromkeys((channel, *markets)))
    warehouses = list(dict.fromkeys((warehouse, *locations)))
    for listed in channels:
        actor.require(Permission.MANAGE_PRODUCTS, listed.id)
    actor.require(Permission.MANAGE_STOCK, channel.id)
    report = ExportReport()
    with one_moment():
        _write(csv.writer(file), channels, warehouses, report, progress)
    return report


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything inside sees the same state of the database; within a transaction its owner decides about that."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _write(
    writer: Writer,
    channels: Sequence[Channel],
    warehouses: Sequence[Warehouse],
    report: ExportReport,
    progress: Progress,
) -> None:
    header = header_of(channels, warehouses)
    columns = header.columns
    product_rows = ProductRows(header, channels=channels, warehouses=warehouses, not_written=report.not_written)
    writer.writerow([escaped(column) for column in columns])
    for shelf in shelves(channels, warehouses):
        for product in shelf.products:
            try:
                rows = product_rows.rows(product, shelf)
            except Unspeakable as reason:
                report.leave_out(product.slug, str(reason))
                continue
            writer.writerows([escaped(row.get(column, "")) for column in columns] for row in rows)
            report.products += 1
            report.rows += len(rows)
        progress(len(shelf.products))
