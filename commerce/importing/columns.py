"""What the columns of a product CSV are called: Shopify's two sets of names, metafields, and the columns of our own.

A metafield's column is headed `Label (product.metafields.NAMESPACE.KEY)`. In the namespaces `shopify` (the attributes
of its categories) and `attribute` (ours) it is an attribute of the product with choices; every other one is an entry
of the product's metadata, `NAMESPACE.KEY`, and just `KEY` in the namespace `metadata`. The namespace `handcart` has
what Shopify's own columns cannot say.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from commerce.catalog.slugs import checked_slug, slug_from
from commerce.core.errors import CommerceError
from commerce.core.text import is_storable

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "Handle": ("URL handle",),
    "Title": (),
    "Body (HTML)": ("Description",),
    "Vendor": (),
    "Type": (),
    "Tags": (),
    "Collection": (),
    "Product Category": (),
    "Google Shopping / Google Product Category": ("Google Product Category",),
    "Published": ("Published on online store",),
    "Status": (),
    "Option1 Name": (),
    "Option1 Value": (),
    "Option2 Name": (),
    "Option2 Value": (),
    "Option3 Name": (),
    "Option3 Value": (),
    "Option1 Linked To": (),
    "Option2 Linked To": (),
    "Option3 Linked To": (),
    "Variant SKU": ("SKU",),
    "Variant Barcode": ("Barcode",),
    "Variant Grams": ("Weight value (grams)",),
    "Variant Inventory Tracker": ("Inventory tracker",),
    "Variant Inventory Qty": ("Inventory quantity",),
    "Variant Inventory Policy": ("Continue selling when out of stock",),
    "Variant Price": ("Price",),
    "Variant Compare At Price": ("Compare-at price",),
    "Cost per item": ("Variant Cost",),
    "Variant Requires Shipping": ("Requires shipping",),
    "HS Code": ("Variant HS Code", "Harmonized System Code"),
    "COO": ("Country of origin", "Variant Country of Origin"),
    "Unit Price Total Measure": (),
    "Unit Price Total Measure Unit": (),
    "Unit Price Base Measure": (),
    "Unit Price Base Measure Unit": (),
    "Variant Image": ("Variant image URL",),
    "Image Src": ("Product image URL",),
    "Image Position": (),
    "Image Alt Text": (),
    "SEO Title": (),
    "SEO Description": (),
}
_CANONICAL: Final = {name.casefold(): column for column, others in _NAMES.items() for name in (column, *others)}

_METAFIELD: Final = re.compile(
    r"(?P<label>.*?)\s*\((?P<path>product\.metafields\.(?P<namespace>[^.()]+)\.(?P<key>.+))\)", re.DOTALL
)

DESCRIPTION: Final = "product.metafields.handcart.description"
"""The description as blocks, where HTML cannot say it. It counts only as long as nobody has edited the HTML."""

COLLECTIONS: Final = "product.metafields.handcart.collections"
"""The names of the collections that the product is in."""

VARIANT_NAME: Final = "variant.metafields.handcart.name"
"""A variant's name, where it is not the values of its options."""

OWN: Final = frozenset({DESCRIPTION, COLLECTIONS, VARIANT_NAME})

_AS_ATTRIBUTE: Final = ("shopify", "attribute")
_OF_METADATA: Final = "metadata"
_LONGEST_SLUG: Final = 240


class Metafield(NamedTuple):
    """A column of metafields, taken apart."""

    label: str
    namespace: str
    key: str

    @property
    def is_attribute(self) -> bool:
        """Whether it is an attribute of the product, and no entry of its metadata."""
        return self.namespace in _AS_ATTRIBUTE

    @property
    def metadata_key(self) -> str:
        """The entry of the metadata that it is."""
        return self.key if self.namespace == _OF_METADATA else f"{self.namespace}.{self.key}"


def canonical(header: str) -> str:
    """The name that we use for the column with this header; empty for one that is not kept."""
    header = header.strip()
    column = _CANONICAL.get(header.casefold(), "")
    if column:
        return column
    if header.endswith(f"({VARIANT_NAME})"):
        return VARIANT_NAME
    found = _METAFIELD.fullmatch(header)
    if found is None or not is_storable(header) or (found["namespace"] == "handcart" and found["path"] not in OWN):
        return ""
    return found["path"]


def metafield(header: str) -> Metafield | None:
    """The metafield that a column with this header holds, if it is not one of our own."""
    found = _METAFIELD.fullmatch(header.strip())
    if found is None or found["namespace"] == "handcart":
        return None
    return Metafield(found["label"] or found["key"], found["namespace"], found["key"])


def attribute_header(slug: str, name: str) -> str:
    """The header of the column for an attribute of ours."""
    return f"{name} (product.metafields.attribute.{slug})"


def metadata_header(key: str) -> str:
    """The header of the column for an entry of the metadata."""
    namespace, dot, rest = key.partition(".")
    if (
        dot
        and rest
        and re.fullmatch(r"[\w-]+", namespace)
        and namespace not in (*_AS_ATTRIBUTE, _OF_METADATA, "handcart")
    ):
        return f"{rest} (product.metafields.{namespace}.{rest})"
    return f"{key} (product.metafields.{_OF_METADATA}.{key})"


def linked_attribute(cell: str) -> str:
    """The slug of the attribute of ours that an option is linked to; empty if it is not, or to another system's."""
    prefix = "product.metafields.attribute."
    return attribute_slug(cell.removeprefix(prefix)) if cell.startswith(prefix) else ""


def attribute_slug(key: str) -> str:
    """The slug of the attribute with the key `key`: the same where it can be one."""
    try:
        if len(key) <= _LONGEST_SLUG:
            return checked_slug(key)
    except CommerceError:
        pass
    return slug_from(key, fallback="attribute", max_length=_LONGEST_SLUG)
