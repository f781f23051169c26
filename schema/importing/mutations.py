"""Starting and stopping imports and exports, for staff and apps that may do so in the channel."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.core.errors import InvalidInput, Required
from commerce.core.permission import Permission
from commerce.exporting.runs import start_export
from commerce.importing import runs
from commerce.importing.services import named_warehouse, warehouse_of_channel
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.ids import id_of
from schema.importing.errors import CatalogFileError, CatalogFileErrorCode
from schema.importing.types import CatalogExport, CatalogFileFormat, CatalogImport
from schema.payloads import row_payload
from schema.uploads import Upload

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=CatalogFileError, codes=CatalogFileErrorCode)


@strawberry.input(description="Which channel or warehouse a file means by a name.")
class CatalogFileNameInput:
    """One entry of a mapping."""

    name: str = strawberry.field(description="The market or location as the file calls it.")
    slug: str = strawberry.field(description="The slug of the channel or warehouse.")


@strawberry.input(description="A file to import.")
class CatalogImportInput:
    """What is left out has a default."""

    file: Upload | None = strawberry.field(default=None, description="The file; required.")
    format: CatalogFileFormat = strawberry.field(default=CatalogFileFormat.SHOPIFY_CSV, description="What the file is.")
    channel: str | None = strawberry.field(
        default=None, description="The slug of the channel of the plain prices; a CSV needs one."
    )
    warehouse: str | None = strawberry.field(
        default=None, description="The slug of the warehouse of the plain quantities; the channel's first one."
    )
    encoding: str = strawberry.field(default="utf-8", description="For files that are not UTF-8, e.g. cp1252.")
    dry_run: bool = strawberry.field(default=False, description="Try everything, report it, and change nothing.")
    markets: list[CatalogFileNameInput] = strawberry.field(
        default_factory=list, description="Markets by other names than the names and slugs of channels."
    )
    locations: list[CatalogFileNameInput] = strawberry.field(
        default_factory=list, description="Locations by other names than the names and slugs of warehouses."
    )


def _mapping(entries: list[CatalogFileNameInput], argument: str) -> dict[str, str]:
    mapping = {entry.name.strip(): entry.slug for entry in entries}
    if len(mapping) < len(entries) or not all(mapping):
        raise InvalidInput("Every name is named once.", path=(argument,))
    return mapping


@change(payload=row_payload("CatalogImportPayload", "catalog_import", CatalogImport | None, CatalogFileError))
def catalog_import(info: Info, input: CatalogImportInput) -> Any:
    """Import a file in the background: products of Shopify's CSV, or anything of the catalog as JSON Lines."""
    with below_input():
        if input.file is None:
            raise Required("Send a file, in a multipart request.", path=("file",))
        channel = named_channel(info.context, input.channel) if input.channel else None
        warehouse = named_warehouse(input.warehouse) or (warehouse_of_channel(channel) if channel else None)
        return runs.start_import(
            file=input.file.file,  # type: ignore[arg-type]
            name=input.file.file.name or "",
            format=input.format.value,
            channel=channel,
            warehouse=warehouse,
            encoding=input.encoding,
            markets=_mapping(input.markets, "markets"),
            locations=_mapping(input.locations, "locations"),
            is_dry_run=input.dry_run,
            actor=info.context.actor,
        )


@change(payload=row_payload("CatalogImportCancel", "catalog_import", CatalogImport | None, CatalogFileError))
def catalog_import_cancel(info: Info, id: strawberry.ID) -> Any:
    """Stop an import before its next batch; what has come in stays."""
    return runs.cancel_import(run_id=id_of("CatalogImport", id), actor=info.context.actor)


@strawberry.input(description="A file to make.")
class CatalogExportInput:
    """A CSV of the products of a channel, or everything as JSON Lines."""

    format: CatalogFileFormat = strawberry.field(
        default=CatalogFileFormat.SHOPIFY_CSV, description="What the file is to be."
    )
    channel: str | None = strawberry.field(
        default=None, description="The slug of the channel whose products and plain prices; a CSV needs one."
    )
    warehouse: str | None = strawberry.field(
        default=None, description="The slug of the warehouse of the plain quantities; the channel's first one."
    )
    markets: list[str] = strawberry.field(
        default_factory=list, description="Slugs of other channels whose prices have columns, too."
    )
    locations: list[str] = strawberry.field(
        default_factory=list, description="Slugs of other warehouses whose quantities have columns, too."
    )


@change(payload=row_payload("CatalogExportPayload", "catalog_export", CatalogExport | None, CatalogFileError))
def catalog_export(info: Info, input: CatalogExportInput) -> Any:
    """Make a file of the catalog in the background."""
    with below_input():
        channel = named_channel(info.context, input.channel) if input.channel else None
        warehouse = named_warehouse(input.warehouse) or (warehouse_of_channel(channel) if channel else None)
        return start_export(
            format=input.format.value,
            channel=channel,
            warehouse=warehouse,
            markets=input.markets,
            locations=input.locations,
            actor=info.context.actor,
        )
