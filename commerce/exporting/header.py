"""The columns of an export: Shopify's present ones as far as the shop has something for them, and the shop's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef

from commerce.attributes.models import Attribute
from commerce.catalog.models import ProductAttributeValue
from commerce.channels.models import Channel
from commerce.exporting.shelf import CHOICES
from commerce.importing.columns import COLLECTIONS, DESCRIPTION, VARIANT_NAME, attribute_header, metadata_header
from commerce.importing.references import TAGS, VENDOR
from commerce.importing.targets import COMPARE_AT, COST, INCLUDED, PRICE, QUANTITY, column_of
from commerce.inventory.models import Warehouse

MAX_METADATA: Final = 200
"""How many entries of metadata get a column; integrations may have a key of its own for each product."""

FIXED: Final = (
    "Title", "URL handle", "Description", "Vendor", "Product category", "Type", "Tags", "Published on online store",
    "Status", "SKU", "Barcode", "Option1 name", "Option1 value", "Option1 Linked To", "Option2 name", "Option2 value",
    "Option2 Linked To", "Option3 name", "Option3 value", "Option3 Linked To", "Price", "Compare-at price",
    "Cost per item", "Unit price total measure", "Unit price total measure unit", "Unit price base measure",
    "Unit price base measure unit", "Inventory tracker", "Inventory quantity", "Continue selling when out of stock",
    "Weight value (grams)", "Requires shipping", "HS Code", "COO", "Product image URL", "Image position",
    "Image alt text", "Variant image URL", "SEO title", "SEO description",
)  # fmt: skip
MARKET_FACTS: Final = (INCLUDED, PRICE, COMPARE_AT, COST)
EXACT_DESCRIPTION: Final = f"Description blocks ({DESCRIPTION})"
OF_COLLECTIONS: Final = f"Collections ({COLLECTIONS})"
NAME_OF_VARIANT: Final = f"Variant name ({VARIANT_NAME})"

_KEYS: Final = """
SELECT DISTINCT jsonb_object_keys(product.metadata) AS key
FROM catalog_product product JOIN catalog_productchannellisting listing ON listing.product_id = product.id
WHERE listing.channel_id = %s ORDER BY key
"""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of one file."""

    attributes: dict[str, str]
    """Slug of an attribute -> the header of its column."""
    metadata: dict[str, str]
    """Key of the metadata -> the header of its column."""
    beside: tuple[str, ...]
    """The columns of other channels and warehouses."""

    @property
    def columns(self) -> list[str]:
        """Every header, in the order of the file."""
        own = (EXACT_DESCRIPTION, OF_COLLECTIONS, NAME_OF_VARIANT)
        return [*FIXED, *self.beside, *self.attributes.values(), *self.metadata.values(), *own]


def header_of(channels: Sequence[Channel], warehouses: Sequence[Warehouse]) -> Header:
    """The columns for the products of the first of `channels`; attributes with choices that products have get one each.

    Vendor and tags have Shopify's columns; theirs beside those are for what these cannot hold (a tag with a comma).
    """
    used = ProductAttributeValue.objects.filter(value__attribute=OuterRef("pk"))
    attributes = Attribute.objects.filter(Exists(used), input_type__in=CHOICES).order_by("slug")
    beside = used.filter(value__name__contains=",")
    pairs = [
        (slug, name)
        for slug, name, has_more in attributes.annotate(has_more=Exists(beside)).values_list("slug", "name", "has_more")
        if slug not in (VENDOR, TAGS) or (slug == TAGS and has_more)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [channels[0].id])
        keys = [key for (key,) in cursor.fetchmany(MAX_METADATA)]
    return Header(
        attributes={slug: attribute_header(slug, name) for slug, name in pairs},
        metadata={key: metadata_header(key) for key in keys},
        beside=(
            *(column_of(fact, channel.slug) for channel in channels[1:] for fact in MARKET_FACTS),
            *(column_of(QUANTITY, warehouse.slug) for warehouse in warehouses[1:]),
        ),
    )
