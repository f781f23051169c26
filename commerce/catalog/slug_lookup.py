"""Finding a page by what stands in its address: a translated slug, the slug that it has, or one that it had before.

Of several rows with the same name the one with the translated slug goes first, then the one that has it now, then the
one that had it last: in the language, or in any. Only rows that exist for the caller count, so that a hidden one takes
nobody's place.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final, Generic, NamedTuple, TypeVar

from commerce.catalog.product_statements import CARD_NOW, PUBLISHED_NOW
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.rows import (
    CARD_COLUMNS,
    CATEGORY_COLUMNS,
    COLLECTION_COLUMNS,
    PRODUCT_COLUMNS,
    CategoryRow,
    CollectionRow,
    ProductRow,
)
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.statements import Statement

R = TypeVar("R", bound=tuple[Any, ...])

# The rank: a translated slug, a live one, a former one of the language, a former one.
_TRANSLATED, _LIVE = 0, 1

_SQL: Final = """
SELECT named.rank, {columns}
  FROM (
        SELECT translation.{kind}_id AS id, 0 AS rank
          FROM {app}_{kind}translation AS translation
         WHERE translation.slug = $1 AND translation.language = $2
         UNION ALL
        SELECT live.id, 1 FROM {app}_{kind} AS live WHERE live.slug = $1
         UNION ALL
        SELECT former.{kind}_id, 2 FROM {app}_{kind}formertranslatedslug AS former
         WHERE former.slug = $1 AND former.language = $2
         UNION ALL
        SELECT former.{kind}_id, 3 FROM {app}_{kind}formerslug AS former WHERE former.slug = $1
       ) AS named
  JOIN {app}_{kind} AS {kind} ON {kind}.id = named.id
 {visible}
 ORDER BY named.rank
 LIMIT 1
"""
_LISTED_PRODUCT: Final = """
  JOIN catalog_productcard AS card ON card.product_id = product.id AND card.channel_id = $3 AND {now}
 WHERE $4 OR (card.is_published AND card.published_at <= statement_timestamp())
"""
_LISTED_COLLECTION: Final = """
  LEFT JOIN catalog_collectionchannellisting AS listing
         ON listing.collection_id = collection.id AND listing.channel_id = $3
 WHERE $4 OR {published}
"""


def lookup_sql(kind: str, columns: str, visible: str = "", *, app: str = "catalog") -> str:
    """The statement that finds a row of `kind`: its rank, then `columns`. `$1` is a slug and `$2` a language.

    `visible` is what comes between its joins and its order. The tables are {app}_{kind} and those of its translations,
    former slugs and former translated slugs.
    """
    return _SQL.format(app=app, kind=kind, columns=columns.format(kind), visible=visible)


def _found(kind: str, columns: str, visible: str = "", *more: str) -> Statement[tuple[Any, ...]]:
    sql = lookup_sql(
        kind, columns, visible.format(published=PUBLISHED_NOW.format("listing"), now=CARD_NOW.format("card"))
    )
    return Statement(f"{kind}_by_slug", tuple, sql, "text", "text", *more)


# The rank, then the columns of a ProductRow, CategoryRow or CollectionRow.
PRODUCT_BY_SLUG: Final = _found(
    "product", f"{PRODUCT_COLUMNS}, {CARD_COLUMNS.format('card')}", _LISTED_PRODUCT, "uuid", "bool"
)
_CATEGORY: Final = _found("category", CATEGORY_COLUMNS)
_COLLECTION: Final = _found("collection", COLLECTION_COLUMNS, _LISTED_COLLECTION, "uuid", "bool")


class Named(NamedTuple, Generic[R]):
    """What a slug has led to."""

    row: R
    for_good: bool
    """Whether no other row can come to answer to the slug without a change of this one."""


def product_by_slug(slug: str, *, language: str | None, channel: Channel, actor: Actor) -> Named[ProductRow] | None:
    """The product `slug` if one exists for this actor in this channel, in a list or not."""
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    return named(ProductRow, PRODUCT_BY_SLUG.first(as_stored(slug), language, str(channel.id), hidden_too), language)


def category_by_slug(slug: str, *, language: str | None) -> Named[CategoryRow] | None:
    """The category `slug`."""
    return named(CategoryRow, _CATEGORY.first(as_stored(slug), language), language)


def collection_by_slug(
    slug: str, *, language: str | None, channel: Channel, actor: Actor
) -> Named[CollectionRow] | None:
    """The collection `slug` if one exists for this actor in this channel."""
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    return named(CollectionRow, _COLLECTION.first(as_stored(slug), language, str(channel.id), hidden_too), language)


def as_stored(slug: str) -> str:
    """A slug of an address as it is stored."""
    # An address may spell ö as o with two dots; slugs are stored with one character (commerce.catalog.slugs).
    return unicodedata.normalize("NFC", slug)


def named(kind: type[R], found: tuple[Any, ...] | None, language: str | None) -> Named[R] | None:
    """The first row of a statement of lookup_sql, taken apart; None without one."""
    if found is None:
        return None
    rank, *columns = found
    return Named(tuple.__new__(kind, columns), rank == _TRANSLATED or (rank == _LIVE and language is None))
