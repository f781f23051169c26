"""Sitemaps of a channel: every address that its storefront shows, in parts that crawlers take.

Format: https://www.sitemaps.org/protocol.html, with the alternates of
https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap. A part has at most 50,000
addresses and 50 MB. Parts follow the ids of the rows, so that what is new comes at the end and the parts before stay
as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import Exists, Func, Model, OuterRef, QuerySet, UUIDField
from redis import RedisError

from commerce.catalog.models import Category
from commerce.catalog.queries import listed_products, visible_collections
from commerce.catalog.translations import SlugRow, slugs_of_categories, slugs_of_collections, slugs_of_products
from commerce.channels.models import Channel
from commerce.content.queries import visible_pages
from commerce.content.translations import slugs_of_pages
from commerce.core.actor import ANONYMOUS
from commerce.feeds.addresses import Storefront
from commerce.feeds.xml import DECLARATION, attribute, element

MOST_ADDRESSES: Final = 50_000
MOST_BYTES: Final = 50_000_000
CHUNK: Final = 1_000
"""Rows that are read at a time: two statements, and no transaction between them."""

# Parts are cut before they are full: what is written in the meantime makes them grow.
_CUT_ADDRESSES: Final = 45_000
_CUT_BYTES: Final = 40_000_000
# A line around an address: tags, language, the storefront's own address and the pattern.
_LINE_BYTES: Final = 250
_KEPT_SECONDS: Final = 300
_BEFORE_ALL: Final = str(UUID(int=0))

_HEAD: Final = (
    f'{DECLARATION}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_TAIL: Final = "</urlset>\n"


class Part(NamedTuple):
    """The rows from `first` up to and without `until` (None: to the end), and when the last of them was changed."""

    first: str
    until: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that has addresses: the rows that a channel shows, and their translated slugs."""

    name: str
    rows: Callable[[Channel], QuerySet[Any]]
    slugs: Callable[[Collection[UUID | str]], dict[str, list[SlugRow]]]
    translations: tuple[str, str]
    """The table with translated slugs, and its column with the row's id."""


def _categories(channel: Channel) -> QuerySet[Category]:
    """The categories that have something to show in the channel, and those above them."""
    here = Exists(listed_products(channel=channel, actor=ANONYMOUS).filter(category=OuterRef("pk")))
    above = Func("ancestors", function="unnest", output_field=UUIDField())
    return Category.objects.filter(id__in=Category.objects.filter(here).order_by().values_list(above, flat=True))


KINDS: Final = {
    "products": Kind(
        "product",
        lambda channel: listed_products(channel=channel, actor=ANONYMOUS),
        slugs_of_products,
        ("catalog_producttranslation", "product_id"),
    ),
    "categories": Kind("category", _categories, slugs_of_categories, ("catalog_categorytranslation", "category_id")),
    "collections": Kind(
        "collection",
        lambda channel: visible_collections(channel=channel, actor=ANONYMOUS),
        slugs_of_collections,
        ("catalog_collectiontranslation", "collection_id"),
    ),
    "pages": Kind(
        "page",
        lambda channel: visible_pages(actor=ANONYMOUS),
        slugs_of_pages,
        ("content_pagetranslation", "page_id"),
    ),
}
"""By what their part of the sitemap is called."""

# One entry for each slug, and in each entry a line for each slug, one for all languages and one for the own language.
_PARTS_SQL: Final = """
SELECT min(sized.id::text), max(sized.updated_at)
  FROM (
        SELECT shown.id,
               shown.updated_at,
               floor((sum(1 + slugs.number) OVER before - 1 - slugs.number) / {addresses}) AS by_addresses,
               floor(sum((1 + slugs.number) * (3 * (octet_length(shown.slug) * 2 + slugs.bytes)
                         + {line} * (slugs.number + 4))) OVER before / {bytes}) AS by_bytes
          FROM ({shown}) AS shown
         CROSS JOIN LATERAL ({slugs}) AS slugs
        WINDOW before AS (ORDER BY shown.id)
       ) AS sized
 GROUP BY sized.by_addresses, sized.by_bytes
 ORDER BY 1
"""
_SLUGS_SQL: Final = """
        SELECT count(*) AS number, coalesce(sum(octet_length(slug)), 0) AS bytes
          FROM {table} WHERE {owner} = shown.id AND slug IS NOT NULL
"""


def parts_of(kind: str, channel: Channel) -> list[Part]:
    """The parts of the channel's products, categories, collections or pages; none if it shows none of them.

    Where they begin is remembered for five minutes. What is written in the meantime is in its part all the same.
    """
    key = f"sitemap:{channel.id}:{kind}"
    known = _remembered(key)
    if known is None:
        known = _cut(KINDS[kind], channel)
        _remember(key, known)
    ends: list[str | None] = [*(first for first, _ in known[1:]), None]
    begins = [_BEFORE_ALL, *(first for first, _ in known[1:])]
    return [Part(*part) for part in zip(begins, ends, (changed for _, changed in known), strict=False)]


def part_lines(kind: str, part: Part, channel: Channel, storefront: Storefront) -> Iterator[str]:
    """A part as XML, in pieces of a thousand rows each."""
    yield _HEAD
    addresses, size = 0, len(_HEAD) + len(_TAIL)
    for lines in _entries(KINDS[kind], part, channel, storefront):
        fitting = 0
        for entry in lines:
            addresses += 1
            size += len(entry)  # addresses are ASCII
            if addresses > MOST_ADDRESSES or size > MOST_BYTES:
                break
            fitting += 1
        yield "".join(lines[:fitting])
        if fitting < len(lines):
            break
    yield _TAIL


def index_lines(entries: Iterator[tuple[str, datetime]]) -> Iterator[str]:
    """The index of sitemaps at these addresses, as XML."""
    yield f'{DECLARATION}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for address, changed_at in entries:
        yield f"<sitemap>{element('loc', address)}{element('lastmod', _moment(changed_at))}</sitemap>\n"
    yield "</sitemapindex>\n"


def _cut(kind: Kind, channel: Channel) -> list[tuple[str, datetime]]:
    rows = kind.rows(channel).order_by().values("id", "slug", "updated_at")
    shown, parameters = rows.query.sql_with_params()
    slugs = _SLUGS_SQL.format(table=kind.translations[0], owner=kind.translations[1])
    sql = _PARTS_SQL.format(shown=shown, slugs=slugs, addresses=_CUT_ADDRESSES, bytes=_CUT_BYTES, line=_LINE_BYTES)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _entries(kind: Kind, part: Part, channel: Channel, storefront: Storefront) -> Iterator[list[str]]:
    rows: QuerySet[Model] = kind.rows(channel).order_by("id")
    if part.until is not None:
        rows = rows.filter(id__lt=part.until)
    found: list[tuple[UUID, str, datetime]] = list(_chunk(rows.filter(id__gte=part.first)))
    while found:
        slugs = kind.slugs([row_id for row_id, _, _ in found])
        yield [
            entry
            for row_id, slug, changed_at in found
            for entry in _of_row(kind.name, slug, slugs.get(str(row_id), []), changed_at, storefront)
        ]
        found = list(_chunk(rows.filter(id__gt=found[-1][0]))) if len(found) == CHUNK else []


def _chunk(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.values_list("id", "slug", "updated_at")[:CHUNK]


def _of_row(
    kind: str, slug: str, translated: list[SlugRow], changed_at: datetime, storefront: Storefront
) -> Iterator[str]:
    own = storefront.address(kind, slug)
    by_language = {
        row.language: storefront.address(kind, row.slug, language=row.language)
        for row in translated
        if row.language != storefront.language
    }
    alternates = ""
    if by_language:
        languages = {"x-default": own, **({storefront.language: own} if storefront.language else {}), **by_language}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang={attribute(language)} href={attribute(address)}/>'
            for language, address in languages.items()
        )
    changed = element("lastmod", _moment(changed_at))
    for address in (own, *by_language.values()):
        yield f"<url>{element('loc', address)}{changed}{alternates}</url>\n"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _remembered(key: str) -> list[tuple[str, datetime]] | None:
    try:
        known: list[tuple[str, datetime]] | None = cache.get(key)
    except RedisError:  # a cache that is away is no reason to tell crawlers nothing
        return None
    return known


def _remember(key: str, parts: list[tuple[str, datetime]]) -> None:
    with suppress(RedisError):
        cache.set(key, parts, _KEPT_SECONDS)
