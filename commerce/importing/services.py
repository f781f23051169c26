"""Importing a file of products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import NotFound
from commerce.core.permission import Permission
from commerce.core.text import is_storable
from commerce.importing import shopify
from commerce.importing.batches import Batch, Refused, Save, in_batches, keep_nothing
from commerce.importing.pictures import LocalPictures
from commerce.importing.reader import RowReader
from commerce.importing.records import ProductRecord
from commerce.importing.report import ImportReport
from commerce.importing.targets import Targets, targets_of
from commerce.importing.writer import CatalogWriter
from commerce.inventory.models import Warehouse

Progress = Callable[[int], None]
"""Told after each batch how many rows have been read since the last call."""


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
    job = ShopifyJob(file, targets, encoding=encoding, is_dry_run=is_dry_run, local_pictures=local_pictures)
    report = ImportReport()
    for batch in job.batches(0):
        report.add(job.write(batch))
        progress(batch.rows - report.rows)
        report.rows = batch.rows
    report.not_kept.update(job.not_kept)
    return report


class ShopifyJob:
    """One file of Shopify's: reads its products and brings them in, batch by batch."""

    def __init__(
        self,
        file: BinaryIO,
        targets: Targets,
        *,
        encoding: str = "utf-8",
        is_dry_run: bool = False,
        local_pictures: LocalPictures | None = None,
    ) -> None:
        """Raises FileRefused if it cannot be such a file."""
        self._reader = RowReader(file, canonical=targets.canonical, encoding=encoding)
        columns = self._reader.columns
        shopify.check_columns(columns)
        self._products = shopify.ShopifyProducts(columns=columns, targets=targets)
        self._writer = CatalogWriter(
            channels=targets.channels_in(columns),
            warehouses=targets.warehouses_in(columns),
            local_pictures=local_pictures,
            is_dry_run=is_dry_run,
        )

    @property
    def not_kept(self) -> dict[str, int]:
        """Headers of columns that the shop has no place for -> how many cells with something in them have been read."""
        return dict(self._reader.unread)

    def batches(self, done: int) -> Iterator[Batch[ProductRecord]]:
        """What comes after the first `done` products, which are looked at for their handles and SKUs only."""
        return in_batches(self._records(done))

    def write(self, batch: Batch[ProductRecord], save: Save = keep_nothing) -> ImportReport:
        """Bring a batch in with one transaction, in which `save` is told what came of it."""
        return self._writer.write(batch.records, batch.refused, save)

    def _records(self, done: int) -> Iterator[tuple[int, ProductRecord | Refused | None]]:
        for place, rows in enumerate(shopify.grouped_by_handle(self._reader)):
            if place < done:
                self._products.pass_over(rows)
                yield len(rows), None
            else:
                yield len(rows), self._products.record(rows)


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
    warehouse = Warehouse.objects.filter(slug=slug).first() if is_storable(slug) else None
    if warehouse is None:
        raise NotFound("There is no such warehouse.", path=("warehouse",))
    return warehouse
