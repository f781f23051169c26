"""Importing a file of products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import NotFound
from commerce.core.permission import Permission
from commerce.importing import shopify
from commerce.importing.pictures import LocalPictures
from commerce.importing.reader import RawRow, RowReader
from commerce.importing.records import ProductRecord, RefusedRecord
from commerce.importing.report import ImportReport
from commerce.importing.targets import Targets, targets_of
from commerce.importing.writer import CatalogWriter
from commerce.inventory.models import Warehouse

BATCH_ROWS: Final = 1_000
Progress = Callable[[int], None]
"""Told after each product how many rows have been read since the last call."""


def import_shopify_products(
    *,
    file: BinaryIO,
    channel: Channel,
    warehouse: Warehouse,
    encoding: str = "utf-8",
    is_dry_run: bool = False,
    markets: Mapping[str, str] | None = None,
    locations: Mapping[str, str] | None = None,
    local_pictures: LocalPictures | None = None,
    progress: Progress = lambda rows: None,
    actor: Actor,
) -> ImportReport:
    """Bring the products of Shopify's CSV into `channel`, their quantities into `warehouse`.

    `markets` and `locations` say by their slugs which channels and warehouses the file means by which names; what
    nobody mapped is looked for among slugs and names, and what has no place is in the report as not kept. A product
    with any mistake stays out (or as it was) while the others come in; the report says why. Memory does not grow with
    the file. Raises PermissionDenied, NotFound for a slug, and FileRefused if it cannot be such a file.
    """
    actor.require(Permission.MANAGE_PRODUCTS, channel.id)
    actor.require(Permission.MANAGE_STOCK, channel.id)
    targets = targets_of(channel=channel, warehouse=warehouse, markets=markets, locations=locations, actor=actor)
    reader = RowReader(file, canonical=targets.canonical, encoding=encoding)
    report = ImportReport(not_kept=reader.unread)
    writer = CatalogWriter(
        channels=targets.channels_in(reader.columns),
        warehouses=targets.warehouses_in(reader.columns),
        report=report,
        local_pictures=local_pictures,
        is_dry_run=is_dry_run,
    )
    batch: list[ProductRecord] = []
    size = 0
    for rows, record in _records(reader, targets):
        report.rows += rows
        if isinstance(record, RefusedRecord):
            report.fail(record.problems)
        else:
            batch.append(record)
            size += rows
        if size >= BATCH_ROWS:
            writer.write(batch)
            batch, size = [], 0
        progress(rows)
    if batch:
        writer.write(batch)
    return report


def warehouse_of_channel(channel: Channel) -> Warehouse:
    """The warehouse that the channel sells from first. Raises NotFound if it has none."""
    link = channel.warehouse_links.select_related("warehouse").order_by("priority", "id").first()
    if link is None:
        raise NotFound(f"No warehouse sells to the channel {channel.slug}: name one.", path=("warehouse",))
    return link.warehouse


def named_warehouse(slug: str | None) -> Warehouse | None:
    """The warehouse of this slug; None for no slug. Raises NotFound."""
    if slug is None:
        return None
    warehouse = Warehouse.objects.filter(slug=slug).first()
    if warehouse is None:
        raise NotFound(f"There is no warehouse {slug}.", path=("warehouse",))
    return warehouse


def _records(reader: RowReader, targets: Targets) -> Iterator[tuple[int, ProductRecord | RefusedRecord]]:
    shopify.check_columns(reader.columns)
    products = shopify.ShopifyProducts(columns=reader.columns, targets=targets)
    rows: list[RawRow]
    for rows in shopify.grouped_by_handle(reader):
        yield len(rows), products.record(rows)
