"""What readers of the catalog get: named tuples with the columns that they ask for, under the names of the models.

Ids are text and moments are decoded when somebody asks: a page has hundreds of both, and most are only passed on.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

PRODUCT_COLUMNS: Final = (
    "{0}.id::text, {0}.name, {0}.slug, {0}.seo_title, {0}.seo_description, {0}.product_type_id::text,"
    " {0}.category_id::text, {0}.external_reference, {0}.created_at::text, {0}.updated_at::text,"
    " {0}.description::text, {0}.metadata::text, {0}.private_metadata::text"
)
"""The columns of a ProductRow up to its card; `{0}` is the table's name in the statement."""

CARD_COLUMNS: Final = (
    "{0}.channel_id::text, {0}.price_low, {0}.price_high, {0}.undiscounted_low, {0}.undiscounted_high, {0}.on_sale,"
    " {0}.in_stock AND {0}.is_published"
    " AND greatest({0}.published_at, {0}.available_at) <= statement_timestamp()"
)
"""The other columns of a ProductRow, from its card."""

NO_CARD: Final = "NULL, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bool, NULL::bool"
"""The same where a product is looked up in no channel."""

VARIANT_COLUMNS: Final = (
    "{0}.id::text, {0}.product_id::text, {0}.name, {0}.sku, {0}.track_inventory, {0}.quantity_limit_per_customer,"
    " {0}.weight_grams, {0}.length_mm, {0}.width_mm, {0}.height_mm, {0}.hs_code, {0}.country_of_origin, {0}.barcode,"
    " {0}.external_reference, {0}.created_at::text, {0}.updated_at::text, {0}.metadata::text,"
    " {0}.private_metadata::text"
)
"""The columns of a VariantRow up to its price."""

MEDIA_COLUMNS: Final = "{0}.id::text, {0}.kind, {0}.file, {0}.source_url, {0}.alt, {0}.sort_order"
"""The columns of a MediaRow after its owner."""

CATEGORY_COLUMNS: Final = (
    "{0}.id::text, {0}.name, {0}.slug, {0}.seo_title, {0}.seo_description, {0}.parent_id::text, {0}.ancestors::text[],"
    " {0}.background_image, {0}.background_image_alt, {0}.updated_at::text, {0}.description::text, {0}.metadata::text,"
    " {0}.private_metadata::text"
)
"""The columns of a CategoryRow."""

COLLECTION_COLUMNS: Final = (
    "{0}.id::text, {0}.name, {0}.slug, {0}.seo_title, {0}.seo_description, {0}.background_image,"
    " {0}.background_image_alt, {0}.updated_at::text, {0}.description::text, {0}.metadata::text,"
    " {0}.private_metadata::text"
)
"""The columns of a CollectionRow after its product."""


class ProductRow(NamedTuple):
    """A product, with what its card says in the channel that it was looked up in; without one, all of that is None.

    Prices are minor units; they are None, too, where no variant has a price in the channel.
    """

    id: str
    name: str
    slug: str
    seo_title: str
    seo_description: str
    product_type_id: str
    category_id: str | None
    external_reference: str | None
    created_text: str
    updated_text: str
    description_json: str | None
    metadata_json: str
    private_metadata_json: str
    card_channel_id: str | None
    low: int | None
    high: int | None
    low_before: int | None
    high_before: int | None
    on_sale: bool | None
    is_available: bool | None

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created_text)

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
        return datetime.fromisoformat(self.updated_text)

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)

    @property
    def description(self) -> Any:
        """The description in blocks."""
        return None if self.description_json is None else json.loads(self.description_json)


class VariantRow(NamedTuple):
    """A variant, with its price in the channel that it was looked up in; no price is None."""

    id: str
    product_id: str
    name: str
    sku: str | None
    track_inventory: bool
    quantity_limit_per_customer: int | None
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    hs_code: str | None
    country_of_origin: str | None
    barcode: str
    external_reference: str | None
    created_text: str
    updated_text: str
    metadata_json: str
    private_metadata_json: str
    amount: int | None
    undiscounted: int | None

    @property
    def created_at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.created_text)

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
        return datetime.fromisoformat(self.updated_text)

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)


class VariantPriceRow(NamedTuple):
    """What a variant costs in a channel, in minor units, now and before a reduction."""

    variant_id: str
    amount: int
    undiscounted: int


class CardRow(NamedTuple):
    """What the variants of a product cost in a channel, in minor units, and whether it can be bought there now.

    The prices are the lowest and the highest, now and before reductions; None without any price there.
    """

    product_id: str
    low: int | None
    high: int | None
    low_before: int | None
    high_before: int | None
    on_sale: bool
    is_available: bool


class CategoryRow(NamedTuple):
    """A category. `ancestors` are ids from the root down to its own, `background_image` is a name in the storage."""

    id: str
    name: str
    slug: str
    seo_title: str
    seo_description: str
    parent_id: str | None
    ancestors: list[str]
    background_image: str | None
    background_image_alt: str
    updated_text: str
    description_json: str | None
    metadata_json: str
    private_metadata_json: str

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
        return datetime.fromisoformat(self.updated_text)

    @property
    def description(self) -> Any:
        """The description in blocks."""
        return None if self.description_json is None else json.loads(self.description_json)

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)


class CollectionRow(NamedTuple):
    """A collection. `background_image` is a name in the storage."""

    id: str
    name: str
    slug: str
    seo_title: str
    seo_description: str
    background_image: str | None
    background_image_alt: str
    updated_text: str
    description_json: str | None
    metadata_json: str
    private_metadata_json: str

    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
        return datetime.fromisoformat(self.updated_text)

    @property
    def description(self) -> Any:
        """The description in blocks."""
        return None if self.description_json is None else json.loads(self.description_json)

    @property
    def metadata(self) -> Any:
        """Public data of integrations."""
        return json.loads(self.metadata_json)

    @property
    def private_metadata(self) -> Any:
        """Data of integrations for staff and apps."""
        return json.loads(self.private_metadata_json)


class MediaRow(NamedTuple):
    """A picture or video of a product or variant. `file` is its name in the storage, empty or None without a copy."""

    owner_id: str
    id: str
    kind: str
    file: str | None
    source_url: str
    alt: str
    sort_order: int


class FirstPictureRow(NamedTuple):
    """The first stored picture of a product, and the copy of the asked size if that has been made."""

    product_id: str
    id: str
    file: str
    alt: str
    copy: str | None


class CopyRow(NamedTuple):
    """A smaller copy of a stored picture: both are names in the storage."""

    source: str
    file: str


class KeyRow(NamedTuple):
    """Nothing but an id."""

    id: str
