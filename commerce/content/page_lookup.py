"""Finding a page by what stands in its address, as commerce.catalog.slug_lookup finds products."""

from __future__ import annotations

from typing import Any, Final

from commerce.catalog.product_statements import PUBLISHED_NOW
from commerce.catalog.slug_lookup import as_stored, lookup_sql, named
from commerce.content.queries import sees_unpublished_pages
from commerce.content.rows import PAGE_COLUMNS, PageRow
from commerce.core.actor import Actor
from commerce.core.statements import Statement

# The rank, then the columns of a PageRow.
_PAGE: Final[Statement[tuple[Any, ...]]] = Statement(
    "page_by_slug",
    tuple,
    lookup_sql("page", PAGE_COLUMNS, f"WHERE $3 OR ({PUBLISHED_NOW.format('page')})", app="content"),
    "text",
    "text",
    "bool",
)


def page_by_slug(slug: str, *, language: str | None, actor: Actor) -> PageRow | None:
    """The page `slug` if one exists for this actor."""
    found = named(PageRow, _PAGE.first(as_stored(slug), language, sees_unpublished_pages(actor)), language)
    return found.row if found else None
