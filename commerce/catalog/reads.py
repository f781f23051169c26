"""What lists of products show: each one statement for any number of parents, with rows of `rows`.

These add no rule of who may see what: the parents come from `queries` or `product_search`. Parents are named by their
ids, which rows have as text and models as UUIDs; the answer has the ids that were given as its keys. `batches` has the
rest, `described` the attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any, Final, TypeVar
from uuid import UUID

from commerce.catalog.brief_rows import BRIEF_VARIANT_COLUMNS, BriefVariantRow
from commerce.catalog.product_statements import CARD_NOW
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.rows import (
    CARD_COLUMNS,
    MEDIA_COLUMNS,
    NO_CARD,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    CardRow,
    CopyRow,
    FirstPictureRow,
    KeyRow,
    MediaRow,
    ProductRow,
    VariantPriceRow,
    VariantRow,
)
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)
R = TypeVar("R")

_PRODUCTS_BY_ID_SQL: Final = """
SELECT {columns}, {card}
  FROM catalog_product AS product
  JOIN catalog_productcard AS card ON card.product_id = product.id AND card.channel_id = $2 AND {now}
 WHERE product.id = ANY($1) AND ($3 OR (card.is_published AND card.published_at <= statement_timestamp()))
"""
_KNOWN_PRODUCTS_SQL: Final = "SELECT {columns}, {card} FROM catalog_product AS product WHERE product.id = ANY($1)"
_VARIANTS_SQL: Final = """
SELECT {columns}, price.amount, price.undiscounted
  FROM catalog_productvariant AS variant
  LEFT JOIN catalog_effectiveprice AS price ON price.variant_id = variant.id AND price.channel_id = $2 AND {now}
 WHERE variant.product_id = ANY($1) AND ($3 OR price.id IS NOT NULL)
 ORDER BY variant.sort_order, variant.id
"""
_VARIANTS_BY_ID_SQL: Final = """
SELECT asked.number, {columns}, price.amount, price.undiscounted
  FROM unnest($1, $2, $3) WITH ORDINALITY AS asked(id, channel_id, sees_hidden, number)
  JOIN catalog_productvariant AS variant ON variant.id = asked.id
  LEFT JOIN catalog_effectiveprice AS price
         ON price.variant_id = asked.id AND price.channel_id = asked.channel_id AND {now}
 WHERE CASE WHEN asked.channel_id IS NULL THEN asked.sees_hidden
            WHEN asked.sees_hidden THEN EXISTS (
                 SELECT FROM catalog_productchannellisting AS listing
                  WHERE listing.product_id = variant.product_id AND listing.channel_id = asked.channel_id
                 )
            ELSE catalog_shows_variant(asked.id, asked.channel_id) END
"""
_PRICES_SQL: Final = """
SELECT asked.number, price.variant_id::text, price.amount, price.undiscounted
  FROM unnest($1, $2) WITH ORDINALITY AS asked(variant_id, channel_id, number)
  JOIN catalog_effectiveprice AS price
    ON price.variant_id = asked.variant_id AND price.channel_id = asked.channel_id AND {now}
"""
_CARDS_SQL: Final = """
SELECT asked.number, card.product_id::text, {card}
  FROM unnest($1, $2) WITH ORDINALITY AS asked(product_id, channel_id, number)
  JOIN catalog_productcard AS card
    ON card.product_id = asked.product_id AND card.channel_id = asked.channel_id AND {now}
"""
_MEDIA_OF_PRODUCTS_SQL: Final = """
SELECT media.product_id::text, {columns}
  FROM catalog_productmedia AS media
 WHERE media.product_id = ANY($1) AND media.status = 'ready'
 ORDER BY media.sort_order, media.id
"""
_MEDIA_OF_VARIANTS_SQL: Final = """
SELECT link.productvariant_id::text, {columns}
  FROM catalog_productmedia_variants AS link
  JOIN catalog_productmedia AS media ON media.id = link.productmedia_id
 WHERE link.productvariant_id = ANY($1) AND media.status = 'ready'
 ORDER BY media.sort_order, media.id
"""


_PRODUCTS_BY_ID: Final = Statement(
    "products_by_id",
    ProductRow,
    _PRODUCTS_BY_ID_SQL.format(
        columns=PRODUCT_COLUMNS.format("product"), card=CARD_COLUMNS.format("card"), now=CARD_NOW.format("card")
    ),
    "uuid[]",
    "uuid",
    "bool",
)
_PRODUCTS_OF_VARIANTS: Final = Statement(
    "products_of_variants",
    ProductRow,
    _KNOWN_PRODUCTS_SQL.format(columns=PRODUCT_COLUMNS.format("product"), card=NO_CARD),
    "uuid[]",
)
VARIANTS_OF_PRODUCTS: Final = Statement(
    "variants_of_products",
    VariantRow,
    _VARIANTS_SQL.format(columns=VARIANT_COLUMNS.format("variant"), now=CARD_NOW.format("price")),
    "uuid[]",
    "uuid",
    "bool",
)
BRIEF_VARIANTS_OF_PRODUCTS: Final = Statement(
    "variants_of_products_in_brief",
    BriefVariantRow,
    _VARIANTS_SQL.format(columns=BRIEF_VARIANT_COLUMNS.format("variant"), now=CARD_NOW.format("price")),
    "uuid[]",
    "uuid",
    "bool",
)
# The first column of these three says which of the asked it is.
_VARIANTS_BY_ID: Final[Statement[tuple[Any, ...]]] = Statement(
    "variants_by_id",
    tuple,
    _VARIANTS_BY_ID_SQL.format(columns=VARIANT_COLUMNS.format("variant"), now=CARD_NOW.format("price")),
    "uuid[]",
    "uuid[]",
    "bool[]",
)
_PRICES_OF_VARIANTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "prices_of_variants", tuple, _PRICES_SQL.format(now=CARD_NOW.format("price")), "uuid[]", "uuid[]"
)
_CARDS_OF_PRODUCTS: Final[Statement[tuple[Any, ...]]] = Statement(
    "cards_of_products",
    tuple,
    _CARDS_SQL.format(card=CARD_COLUMNS.format("card").split(", ", 1)[1], now=CARD_NOW.format("card")),
    "uuid[]",
    "uuid[]",
)
MEDIA_OF_PRODUCTS: Final = Statement(
    "media_of_products",
    MediaRow,
    _MEDIA_OF_PRODUCTS_SQL.format(columns=MEDIA_COLUMNS.format("media")),
    "uuid[]",
)
_MEDIA_OF_VARIANTS: Final = Statement(
    "media_of_variants",
    MediaRow,
    _MEDIA_OF_VARIANTS_SQL.format(columns=MEDIA_COLUMNS.format("media")),
    "uuid[]",
)
FIRST_PICTURES: Final = Statement(
    "first_pictures_of_products",
    FirstPictureRow,
    """
SELECT product.id::text, picture.id::text, picture.file, picture.alt, thumbnail.file
  FROM unnest($1) AS product(id)
 CROSS JOIN LATERAL (
        SELECT media.id, media.file, media.alt
          FROM catalog_productmedia AS media
         WHERE media.product_id = product.id AND media.status = 'ready' AND media.kind = 'image' AND media.file > ''
         ORDER BY media.sort_order, media.id
         LIMIT 1
       ) AS picture
  LEFT JOIN catalog_thumbnail AS thumbnail
         ON thumbnail.source = picture.file AND thumbnail.size = $2 AND thumbnail.format = $3
""",
    "uuid[]",
    "int",
    "text",
)
COPIES_OF_PICTURES: Final = Statement(
    "copies_of_pictures",
    CopyRow,
    "SELECT source, file FROM catalog_thumbnail WHERE source = ANY($1) AND size = $2 AND format = $3",
    "text[]",
    "int",
    "text",
)
_CATEGORIES_BELOW: Final = Statement(
    "categories_below", KeyRow, "SELECT id::text FROM catalog_category WHERE ancestors @> ARRAY[$1]", "uuid"
)


def products_by_id(ids: Collection[K], *, channel: Channel, actor: Actor) -> dict[K, ProductRow]:
    """Those of the products that exist for this actor in this channel."""
    rows = _PRODUCTS_BY_ID.all(uuid_array(ids), str(channel.id), sees_unpublished(channel=channel, actor=actor))
    return _found(ids, {row.id: row for row in rows})


def products_of_variants(product_ids: Collection[K]) -> dict[K, ProductRow]:
    """The products with these ids, hidden or not: whoever has been let to a variant may see its product."""
    return _found(product_ids, {row.id: row for row in _PRODUCTS_OF_VARIANTS.all(uuid_array(product_ids))})


def variants_of_products(
    product_ids: Collection[K], *, channel: Channel | None, actor: Actor
) -> dict[K, list[VariantRow]]:
    """The variants of products in their own order, with their prices; shoppers get those that have one."""
    hidden_too = channel is None or sees_unpublished(channel=channel, actor=actor)
    rows = VARIANTS_OF_PRODUCTS.all(uuid_array(product_ids), str(channel.id) if channel else None, hidden_too)
    return grouped(product_ids, rows, attrgetter("product_id"))


def brief_variants_of_products(
    product_ids: Collection[K], *, channel: Channel | None, actor: Actor
) -> dict[K, list[BriefVariantRow]]:
    """The same in brief."""
    hidden_too = channel is None or sees_unpublished(channel=channel, actor=actor)
    rows = BRIEF_VARIANTS_OF_PRODUCTS.all(uuid_array(product_ids), str(channel.id) if channel else None, hidden_too)
    return grouped(product_ids, rows, attrgetter("product_id"))


def variants_by_id(ids: Collection[K], *, channel: Channel | None, actor: Actor) -> dict[K, VariantRow]:
    """Those of the variants that exist for this actor in this channel, with their prices there."""
    found = variants_in_channels([(channel, key) for key in ids], actor=actor)
    return {key: row for (_, key), row in found.items()}


def variants_in_channels(
    asked: Iterable[tuple[Channel | None, K]], *, actor: Actor
) -> dict[tuple[UUID | None, K], VariantRow]:
    """Those of the variants that exist for this actor in the channel beside them, with their prices there.

    By the channel's id and the variant's. One statement, however many channels there are.
    """
    wanted = {(channel.id if channel else None, key): channel for channel, key in asked}
    sees = {
        channel.id if channel else None: channel is None or sees_unpublished(channel=channel, actor=actor)
        for channel in wanted.values()
    }
    keys = list(wanted)
    rows = _VARIANTS_BY_ID.all(
        uuid_array(key for _, key in keys),
        uuid_array(channel_id or "NULL" for channel_id, _ in keys),
        f"{{{','.join(str(sees[channel_id]) for channel_id, _ in keys)}}}",
    )
    return {keys[number - 1]: VariantRow(*columns) for number, *columns in rows}


def prices_of_variants(asked: Collection[tuple[UUID, K]]) -> dict[tuple[UUID, K], VariantPriceRow | None]:
    """What each variant costs in the channel whose id is beside it; None where it has no price, which is not 0.

    One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _PRICES_OF_VARIANTS.all(uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys))
    found: dict[tuple[UUID, K], VariantPriceRow | None] = dict.fromkeys(keys)
    found.update((keys[number - 1], VariantPriceRow(*columns)) for number, *columns in rows)
    return found


def cards_of_products(asked: Collection[tuple[UUID, K]]) -> dict[tuple[UUID, K], CardRow | None]:
    """What each product costs in the channel whose id is beside it, and whether it can be bought there now.

    None where the channel does not list it. One statement, however many channels there are.
    """
    keys = list(dict.fromkeys(asked))
    rows = _CARDS_OF_PRODUCTS.all(uuid_array(key for _, key in keys), uuid_array(channel_id for channel_id, _ in keys))
    found: dict[tuple[UUID, K], CardRow | None] = dict.fromkeys(keys)
    found.update((keys[number - 1], CardRow(*columns)) for number, *columns in rows)
    return found


def media_of_products(product_ids: Collection[K]) -> dict[K, list[MediaRow]]:
    """The media of products that can be shown, in their order."""
    return grouped(product_ids, MEDIA_OF_PRODUCTS.all(uuid_array(product_ids)), attrgetter("owner_id"))


def media_of_variants(variant_ids: Collection[K]) -> dict[K, list[MediaRow]]:
    """The media that belong to variants of their own, in their order."""
    return grouped(variant_ids, _MEDIA_OF_VARIANTS.all(uuid_array(variant_ids)), attrgetter("owner_id"))


def first_pictures(product_ids: Collection[K], size: int, format: str) -> dict[K, FirstPictureRow]:
    """The first picture of each product that has one in the storage, with its copy of exactly that size and format."""
    rows = FIRST_PICTURES.all(uuid_array(set(product_ids)), size, format)
    return _found(product_ids, {row.product_id: row for row in rows})


def categories_below(category_id: UUID | str) -> list[str]:
    """The category and all that are below it."""
    return [row.id for row in _CATEGORIES_BELOW.all(str(category_id))]


def copies_of_pictures(sources: Collection[str], size: int, format: str) -> dict[str, str]:
    """The copies of exactly that size and format, by the picture's name in the storage, as far as they are made."""
    return dict(COPIES_OF_PICTURES.all(list(sources), size, format)) if sources else {}


def _found(ids: Iterable[K], rows: dict[str, R]) -> dict[K, R]:
    return {key: rows[text] for key in ids if (text := str(key)) in rows}


def grouped(ids: Iterable[K], rows: Iterable[R], owner_of: Callable[[R], str]) -> dict[K, list[R]]:
    """The rows of each owner in their order; an empty list for one without any."""
    by_owner: dict[str, list[R]] = {}
    for row in rows:
        by_owner.setdefault(owner_of(row), []).append(row)
    return {key: by_owner.get(str(key), []) for key in ids}
