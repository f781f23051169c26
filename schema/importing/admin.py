"""Watching imports and exports, for staff and apps with MANAGE_PRODUCTS and MANAGE_STOCK in the channel."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.exporting.runs import exports_visible_to
from commerce.importing import runs
from schema.context import Info
from schema.fields import query
from schema.ids import id_of
from schema.importing.types import NEWEST_FIRST, CatalogExport, CatalogImport
from schema.pagination import CountableConnection, page_of

MANAGE = Permission.MANAGE_PRODUCTS


@query(allow=MANAGE, returns=CountableConnection[CatalogImport])
def catalog_imports(
    info: Info, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Any:
    """Imports into channels of the caller, newest first; they are forgotten after 30 days."""
    rows = runs.imports_visible_to(info.context.actor)
    return page_of(rows, NEWEST_FIRST, first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=CatalogImport | None)
def catalog_import_by_id(info: Info, id: strawberry.ID) -> Any:
    """An import; null if there is none, or none of a channel of the caller."""
    return runs.imports_visible_to(info.context.actor).filter(id=id_of("CatalogImport", id)).first()


@query(allow=MANAGE, returns=CountableConnection[CatalogExport])
def catalog_exports(
    info: Info, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Any:
    """Exports that the caller might have ordered, newest first."""
    rows = exports_visible_to(info.context.actor)
    return page_of(rows, NEWEST_FIRST, first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=CatalogExport | None)
def catalog_export_by_id(info: Info, id: strawberry.ID) -> Any:
    """An export; null if there is none, or none that the caller might have ordered."""
    return exports_visible_to(info.context.actor).filter(id=id_of("CatalogExport", id)).first()
