"""What menus, references and lists show of pages: each one statement for any number of parents."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, TypeVar
from uuid import UUID

from commerce.catalog.described import DESCRIBED_COLUMNS, Described, described_by
from commerce.catalog.product_statements import PUBLISHED_NOW
from commerce.content.models import PageType
from commerce.content.queries import sees_unpublished_pages
from commerce.content.rows import PAGE_COLUMNS, PageRow
from commerce.core.actor import Actor
from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)

_PAGES_SQL: Final = "SELECT {columns} FROM content_page AS page WHERE page.id = ANY($1) AND ($2 OR {published})"
_PAGES_BY_ID: Final = Statement(
    "pages_by_id",
    PageRow,
    _PAGES_SQL.format(columns=PAGE_COLUMNS.format("page"), published=f"({PUBLISHED_NOW.format('page')})"),
    "uuid[]",
    "bool",
)
_ATTRIBUTES_SQL: Final = """
SELECT page.id::text, link.id, false, {columns}
  FROM content_page AS page
  JOIN content_pagetypeattribute AS link ON link.page_type_id = page.page_type_id
  JOIN attributes_attribute AS attribute ON attribute.id = link.attribute_id
  LEFT JOIN (content_pageattributevalue AS has JOIN attributes_attributevalue AS value ON value.id = has.value_id)
         ON has.page_id = page.id AND value.attribute_id = attribute.id
 WHERE page.id = ANY($1)
 ORDER BY link.sort_order, link.id, has.sort_order, has.id
"""
_ATTRIBUTES_OF_PAGES: Final[Statement[tuple[Any, ...]]] = Statement(
    "attributes_of_pages", tuple, _ATTRIBUTES_SQL.format(columns=DESCRIBED_COLUMNS), "uuid[]"
)


def pages_by_id(ids: Iterable[UUID | str], *, actor: Actor) -> dict[str, PageRow]:
    """Those of the pages that exist for this actor, by their ids as text."""
    keys = set(map(str, ids))
    rows = _PAGES_BY_ID.all(uuid_array(keys), sees_unpublished_pages(actor)) if keys else []
    return {row.id: row for row in rows}


def attributes_of_pages(page_ids: Collection[K]) -> dict[K, list[Described]]:
    """Every attribute of each page in the order of its type, those without a value too."""
    return described_by(_ATTRIBUTES_OF_PAGES, page_ids)


def page_types_by_id(ids: Iterable[str]) -> dict[str, PageType]:
    """The page types with these ids, by the ids as text."""
    return {str(key): row for key, row in PageType.objects.in_bulk(set(ids)).items()}
