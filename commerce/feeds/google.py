"""The product feed for Google Merchant Center: RSS 2.0 with the namespace `g`, an item for each variant.

Format: https://support.google.com/merchants/answer/7052112 (product data specification). Other shopping portals read
it, too. What a channel calls its attributes is said in its public metadata: `feed.color` names the slugs, separated by
commas, of the attributes whose value is an item's colour; likewise the other keys of ATTRIBUTES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Final

from django.utils import timezone

from commerce.catalog.described import Described
from commerce.catalog.rich_text import plain_text
from commerce.channels.models import Channel
from commerce.core.money import exponent
from commerce.feeds.addresses import Storefront
from commerce.feeds.shelf import Offered, offers_of
from commerce.feeds.xml import DECLARATION, element
from commerce.pricing.totals import shared_terms, taxed
from commerce.taxes.queries import classes_of_products, taxes_shown

ATTRIBUTES: Final[Mapping[str, str]] = {
    "brand": "brand,vendor,manufacturer",
    "color": "color,colour",
    "size": "size",
    "material": "material",
    "pattern": "pattern",
    "gender": "gender",
    "age_group": "age-group",
}
"""Elements of an item, and the slugs of the attributes that they are taken from unless the channel names others."""

MOST_PICTURES: Final = 10
_CONDITIONS: Final = ("new", "refurbished", "used")
_LONGEST_ID: Final = 50
_GTIN: Final = re.compile(r"(\d{8}|\d{12,14})\Z", re.ASCII)


def feed_lines(channel: Channel, storefront: Storefront, *, variant_key: Callable[[str], str] = str) -> Iterator[str]:
    """The feed as XML, in pieces; `variant_key` makes of a variant's id what stands in its address."""
    writer = _Writer(channel, storefront, variant_key)
    yield f'{DECLARATION}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
    yield element("title", channel.name) + element("link", storefront.home)
    yield element("description", f"The products of {channel.name}") + "\n"
    for offers in offers_of(channel):
        yield writer.items(offers)
    yield "</channel></rss>\n"


class _Writer:
    """Writes items of one channel."""

    def __init__(self, channel: Channel, storefront: Storefront, variant_key: Callable[[str], str]) -> None:
        self._channel = channel
        self._storefront = storefront
        self._variant_key = variant_key
        self._now = timezone.now()
        self._rates = taxes_shown(channel).rates
        self._classes: Mapping[str, str] = {}
        self._slugs = {
            name: [slug.strip() for slug in str(channel.metadata.get(f"feed.{name}") or slugs).split(",")]
            for name, slugs in ATTRIBUTES.items()
        }

    def items(self, offers: Sequence[Offered]) -> str:
        """Variants, whose tax classes are asked for together if any class bears something else than the rest."""
        if any(percent != self._rates.default for percent in self._rates.by_class.values()):
            self._classes = classes_of_products({str(offered.product.id) for offered in offers})
        return "".join(map(self.item, offers))

    def item(self, offered: Offered) -> str:
        """One variant."""
        pairs = [*self._what(offered), *self._offer(offered), *self._identity(offered), *self._place(offered)]
        lines = "".join(element(f"g:{name}", value) for name, value in pairs if value)
        return f"<item>{lines}</item>\n"

    def _what(self, offered: Offered) -> Iterable[tuple[str, str]]:
        product, variant = offered.product, offered.variant
        yield "id", variant.sku if variant.sku and len(variant.sku) <= _LONGEST_ID else variant.id
        named = offered.siblings > 1 and variant.name and variant.name != product.name
        yield "title", (f"{product.name} – {variant.name}" if named else product.name)[:150]
        yield (
            "description",
            (unescape(plain_text(product.description)) or product.seo_description or product.name)[:5000],
        )
        yield "link", self._link(offered)
        for place, address in enumerate(offered.pictures[: MOST_PICTURES + 1]):
            yield "image_link" if place == 0 else "additional_image_link", address
        if offered.siblings > 1:
            yield "item_group_id", str(product.id)
        for name in ("color", "size", "material", "pattern", "gender", "age_group"):
            yield name, _value_of(offered.attributes, self._slugs[name])[:100]

    def _offer(self, offered: Offered) -> Iterable[tuple[str, str]]:
        variant = offered.variant
        if variant.amount is None or variant.undiscounted is None:
            raise AssertionError("what has no price is not offered")
        yield "price", self._money(variant.undiscounted, offered)
        if variant.undiscounted > variant.amount:
            yield "sale_price", self._money(variant.amount, offered)
        if offered.sold_from is not None and offered.sold_from > self._now:
            yield "availability", "preorder"
            yield "availability_date", _moment(offered.sold_from)
        else:
            has_some = offered.quantity is None or offered.quantity > 0
            yield "availability", "in_stock" if has_some and offered.sold_from is not None else "out_of_stock"
        yield "condition", _of(offered.product.metadata, "condition", _CONDITIONS) or "new"

    def _identity(self, offered: Offered) -> Iterable[tuple[str, str]]:
        variant = offered.variant
        brand = _value_of(offered.attributes, self._slugs["brand"])[:70]
        gtin = variant.barcode if is_gtin(variant.barcode) else ""
        mpn = str(variant.metadata.get("mpn") or offered.product.metadata.get("mpn") or variant.sku or "")[:70]
        yield "brand", brand
        yield "gtin", gtin
        yield "mpn", mpn
        if not gtin and not (brand and mpn):
            yield "identifier_exists", "no"

    def _place(self, offered: Offered) -> Iterable[tuple[str, str]]:
        yield "product_type", " > ".join(category.name for category in offered.categories)[:750]
        tagged = [offered.product.metadata, *(category.metadata for category in reversed(offered.categories))]
        named = (str(metadata.get("google_product_category") or "") for metadata in tagged)
        yield "google_product_category", next(filter(None, named), "")
        if offered.variant.weight_grams:
            yield "shipping_weight", f"{offered.variant.weight_grams} g"

    def _link(self, offered: Offered) -> str:
        slug, variant = offered.product.slug, offered.variant
        if offered.siblings == 1:
            return self._storefront.address("product", slug)
        return self._storefront.variant_address(slug, variant=self._variant_key(variant.id), sku=variant.sku)

    def _money(self, amount: int, offered: Offered) -> str:
        """As shoppers of the channel are shown it: with tax or without."""
        channel, percent = self._channel, self._rates.of(self._classes.get(str(offered.product.id)))
        price = taxed(
            amount, shared_terms(channel.currency_code, channel.prices_include_tax, percent, self._rates.rounding)
        )
        shown = price.gross if self._channel.display_gross_prices else price.net
        digits = exponent(shown.currency)
        return f"{Decimal(shown.amount).scaleb(-digits):.{digits}f} {shown.currency}"


def is_gtin(code: str) -> bool:
    """Whether `code` is a GTIN-8, -12, -13 or -14 with the right check digit (GS1 General Specifications, 7.9)."""
    if not _GTIN.match(code):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _value_of(attributes: Iterable[Described], slugs: list[str]) -> str:
    """The values of the first of the attributes `slugs` that has any; several are joined as the format wants it."""
    known = {each.attribute.slug: each for each in reversed(list(attributes)) if each.values}
    for slug in slugs:
        found = known.get(slug)
        if found is not None and found.attribute.visible_in_storefront:
            return "/".join(value.name for value in found.values[:3])
    return ""


def _of(metadata: Mapping[str, object], key: str, allowed: tuple[str, ...]) -> str | None:
    value = str(metadata.get(key) or "").lower()
    return value if value in allowed else None


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
