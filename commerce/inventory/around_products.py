"""What stands around the products of a page, asked for in one round trip: each part as its own module has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import Final, Generic, TypeVar
from uuid import UUID

from commerce.catalog.brief_rows import (
    BriefAttributeRow,
    BriefCategoryRow,
    BriefCollectionRow,
    BriefValueRow,
    BriefVariantRow,
)
from commerce.catalog.described import (
    ATTRIBUTES_OF_PRODUCTS,
    ATTRIBUTES_OF_VARIANTS,
    BRIEF_ATTRIBUTES_OF_PRODUCTS,
    BRIEF_ATTRIBUTES_OF_VARIANTS,
    AttributeRow,
    Described,
    ValueRow,
    described,
)
from commerce.catalog.groupings import BRIEF_CATEGORIES, BRIEF_COLLECTIONS, CATEGORIES, COLLECTIONS, collections_in
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.reads import (
    BRIEF_VARIANTS_OF_PRODUCTS,
    COPIES_OF_PICTURES,
    FIRST_PICTURES,
    MEDIA_OF_PRODUCTS,
    VARIANTS_OF_PRODUCTS,
    grouped,
)
from commerce.catalog.rows import (
    CategoryRow,
    CollectionRow,
    CopyRow,
    FirstPictureRow,
    MediaRow,
    VariantRow,
)
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.statements import uuid_array
from commerce.core.together import Part, Together
from commerce.inventory.queries import AVAILABLE, PartRow, parts_in, quantities_of

K = TypeVar("K", UUID, str)


class Around(StrEnum):
    """What may be asked for. QUANTITIES and OPTIONS (their attributes) are of the variants, COPIES of the media."""

    CATEGORIES = "categories"
    COLLECTIONS = "collections"
    PICTURES = "pictures"
    MEDIA = "media"
    COPIES = "copies"
    ATTRIBUTES = "attributes"
    VARIANTS = "variants"
    QUANTITIES = "quantities"
    OPTIONS = "options"


# $1 products, $2 their categories, $3 channel, $4 whether hidden ones count, $5 and $6 size and format of the first
# pictures, $7 and $8 of the copies, $9 country. A variant's first column is its id, a medium's fourth its file.
_OF_VARIANTS: Final = "ARRAY(SELECT c1::uuid FROM variants)"
_TYPES: Final = ("uuid[]", "uuid[]", "uuid", "bool", "int", "text", "int", "text", "text")
_SAME_IN_BRIEF: Final = {
    Around.PICTURES: Part(FIRST_PICTURES, [FirstPictureRow], "$1", "$5", "$6"),
    Around.MEDIA: Part(MEDIA_OF_PRODUCTS, [MediaRow], "$1"),
    Around.COPIES: Part(COPIES_OF_PICTURES, [CopyRow], "ARRAY(SELECT c4::text FROM media)", "$7", "$8"),
    Around.QUANTITIES: Part(AVAILABLE, [PartRow], _OF_VARIANTS, "$3", "$9"),
}
_WHOLE: Final = _SAME_IN_BRIEF | {
    Around.CATEGORIES: Part(CATEGORIES, [CategoryRow], "$2"),
    Around.COLLECTIONS: Part(COLLECTIONS, [str, CollectionRow], "$1", "$3", "$4"),
    Around.ATTRIBUTES: Part(ATTRIBUTES_OF_PRODUCTS, [str, int, bool, AttributeRow, ValueRow], "$1"),
    Around.VARIANTS: Part(VARIANTS_OF_PRODUCTS, [VariantRow], "$1", "$3", "$4"),
    Around.OPTIONS: Part(ATTRIBUTES_OF_VARIANTS, [str, int, bool, AttributeRow, ValueRow], _OF_VARIANTS),
}
_BRIEF_ATTRIBUTES: Final = [str, int, bool, BriefAttributeRow, BriefValueRow]
_BRIEF: Final = _SAME_IN_BRIEF | {
    Around.CATEGORIES: Part(BRIEF_CATEGORIES, [BriefCategoryRow], "$2"),
    Around.COLLECTIONS: Part(BRIEF_COLLECTIONS, [str, BriefCollectionRow], "$1", "$3", "$4"),
    Around.ATTRIBUTES: Part(BRIEF_ATTRIBUTES_OF_PRODUCTS, _BRIEF_ATTRIBUTES, "$1"),
    Around.VARIANTS: Part(BRIEF_VARIANTS_OF_PRODUCTS, [BriefVariantRow], "$1", "$3", "$4"),
    Around.OPTIONS: Part(BRIEF_ATTRIBUTES_OF_VARIANTS, _BRIEF_ATTRIBUTES, _OF_VARIANTS),
}
_AROUND: Final = Together("around_products", *_TYPES, parts={part: _WHOLE[part] for part in Around})
_IN_BRIEF: Final = Together("around_products_in_brief", *_TYPES, parts={part: _BRIEF[part] for part in Around})


@dataclass(frozen=True, slots=True)
class Copies:
    """A size in pixels as thumbnails are made (0: as uploaded) and a format, by the name of its kind."""

    size: int
    format: str


@dataclass(slots=True)
class Surroundings(Generic[K]):
    """What was asked for, by the ids that were given; of variants by their own. What was not is empty."""

    categories: dict[str, CategoryRow] = field(default_factory=dict)
    collections: dict[K, list[CollectionRow]] = field(default_factory=dict)
    pictures: dict[K, FirstPictureRow | None] = field(default_factory=dict)
    media: dict[K, list[MediaRow]] = field(default_factory=dict)
    copies: dict[str, str | None] = field(default_factory=dict)
    attributes: dict[K, list[Described]] = field(default_factory=dict)
    variants: dict[K, list[VariantRow]] = field(default_factory=dict)
    quantities: dict[str, int | None] = field(default_factory=dict)
    options: dict[str, list[Described]] = field(default_factory=dict)


def around_products(
    product_ids: Collection[K],
    wanted: Collection[Around],
    *,
    category_ids: Iterable[UUID | str],
    channel: Channel,
    actor: Actor,
    pictures: Copies,
    copies: Copies,
    country: str,
    briefly: bool = False,
) -> Surroundings[K]:
    """What is `wanted` around products, as the functions for one part each have it. One statement.

    `pictures` says of which copies of the first pictures, `copies` of those of all media; `country` is where goods go.
    QUANTITIES and OPTIONS need VARIANTS, COPIES need MEDIA. `briefly`: as the rows of commerce.catalog.brief_rows.
    """
    rows = (_IN_BRIEF if briefly else _AROUND).all(
        wanted,
        uuid_array(product_ids),
        uuid_array(set(map(str, category_ids))),
        str(channel.id),
        sees_unpublished(channel=channel, actor=actor),
        pictures.size,
        pictures.format,
        copies.size,
        copies.format,
        country,
    )
    found: Surroundings[K] = Surroundings()
    kinds = (BriefAttributeRow, BriefValueRow) if briefly else (AttributeRow, ValueRow)
    if Around.CATEGORIES in rows:
        found.categories = {row.id: row for row in rows[Around.CATEGORIES]}
    if Around.COLLECTIONS in rows:
        found.collections = collections_in(
            rows[Around.COLLECTIONS], product_ids, BriefCollectionRow if briefly else CollectionRow
        )
    if Around.PICTURES in rows:
        first = {row.product_id: row for row in rows[Around.PICTURES]}
        found.pictures = {key: first.get(str(key)) for key in product_ids}
    if Around.MEDIA in rows:
        found.media = grouped(product_ids, rows[Around.MEDIA], attrgetter("owner_id"))
    if Around.COPIES in rows:
        sources = [row.file for row in chain.from_iterable(found.media.values()) if row.file]
        found.copies = dict.fromkeys(sources) | dict(rows[Around.COPIES])
    if Around.ATTRIBUTES in rows:
        found.attributes = described(rows[Around.ATTRIBUTES], product_ids, kinds)
    if Around.VARIANTS in rows:
        found.variants = grouped(product_ids, rows[Around.VARIANTS], attrgetter("product_id"))
        variant_ids = [row.id for row in rows[Around.VARIANTS]]
        if Around.QUANTITIES in rows:
            found.quantities = quantities_of(parts_in(rows[Around.QUANTITIES], variant_ids))
        if Around.OPTIONS in rows:
            found.options = described(rows[Around.OPTIONS], variant_ids, kinds)
    return found
