"""One product as rows of a file: its own facts on the first row, a variant and a picture on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Final

from commerce.catalog.models import Product, ProductMedia, ProductVariant
from commerce.catalog.thumbnails import picture_url
from commerce.channels.models import Channel
from commerce.core.money import Money
from commerce.exporting.header import EXACT_DESCRIPTION, NAME_OF_VARIANT, OF_COLLECTIONS, Header
from commerce.exporting.shelf import CHOICES, Shelf, Value
from commerce.importing.cells import joined
from commerce.importing.descriptions import as_cells
from commerce.importing.references import TAGS, VENDOR
from commerce.importing.shopify import MAX_HTML_CHARACTERS, MAX_ROWS_PER_PRODUCT
from commerce.importing.targets import COMPARE_AT, COST, INCLUDED, PRICE, QUANTITY, column_of
from commerce.inventory.models import Warehouse

Row = dict[str, str]
MAX_OPTIONS: Final = 3


class Unspeakable(Exception):
    """The format has no words for a product; the message says why."""


class ProductRows:
    """Writes the products of a channel as rows, and counts in `not_written` what the format cannot say."""

    def __init__(
        self,
        header: Header,
        *,
        channels: Sequence[Channel],
        warehouses: Sequence[Warehouse],
        not_written: Counter[str],
    ) -> None:
        """The first of `channels` and `warehouses` have the plain columns, the others columns with their slugs."""
        self._header = header
        self._channel, self._markets = channels[0], channels[1:]
        self._warehouse, self._locations = warehouses[0], warehouses[1:]
        self._not_written = not_written

    def rows(self, product: Product, shelf: Shelf) -> list[Row]:
        """The rows of `product`, every cell as plain text. Raises Unspeakable."""
        variants = self._variants(product, shelf)
        pictures = self._pictures(product, shelf)
        nothing: Row = {}
        rows = [variant | picture for variant, picture in zip_longest(variants, pictures, fillvalue=nothing)] or [{}]
        if len(rows) > MAX_ROWS_PER_PRODUCT:
            raise Unspeakable(f"It has more than {MAX_ROWS_PER_PRODUCT} variants or pictures.")
        rows[0] |= self._facts(product, shelf)
        for row in rows:
            row["URL handle"] = product.slug
        return rows

    def _facts(self, product: Product, shelf: Shelf) -> Row:
        html, exact = as_cells(product.description)
        if len(html) > MAX_HTML_CHARACTERS:
            raise Unspeakable(f"Its description has more than {MAX_HTML_CHARACTERS} characters.")
        is_published = shelf.published[self._channel.id, product.id]
        included = {market.slug: shelf.published.get((market.id, product.id)) for market in self._markets}
        return {
            "Title": product.name,
            "Description": html,
            EXACT_DESCRIPTION: exact,
            "Product category": self._category(product, shelf),
            "Type": product.product_type.name,
            "Published on online store": _flag(is_published),
            "Status": "active" if is_published or any(included.values()) else "draft",
            "SEO title": product.seo_title,
            "SEO description": product.seo_description,
            OF_COLLECTIONS: joined(shelf.collections[product.id]),
            **{column_of(INCLUDED, slug): "" if shown is None else _flag(shown) for slug, shown in included.items()},
            **self._values(shelf.product_values[product.id]),
            **self._metadata(product),
        }

    def _category(self, product: Product, shelf: Shelf) -> str:
        path = shelf.category_paths[product.category_id] if product.category_id else ()
        if any(">" in name for name in path):
            self._not_written["categories with a > in their names"] += 1
            return ""
        return " > ".join(path)

    def _values(self, values: list[Value]) -> Row:
        by_slug: dict[str, list[str]] = {}
        for value in values:
            if value.input_type in CHOICES:
                by_slug.setdefault(value.slug, []).append(value.name)
            else:
                self._not_written[f"values of the attribute {value.slug!r} ({value.input_type})"] += 1
        vendors, tags = by_slug.pop(VENDOR, []), by_slug.pop(TAGS, [])
        if len(vendors) > 1:
            raise Unspeakable("It has more than one vendor.")
        row = {"Vendor": "".join(vendors), "Tags": ", ".join(tag for tag in tags if "," not in tag)}
        if beside := [tag for tag in tags if "," in tag]:
            by_slug[TAGS] = beside
        return row | {self._header.attributes[slug]: joined(names) for slug, names in by_slug.items()}

    def _metadata(self, product: Product) -> Row:
        row: Row = {}
        for key, value in product.metadata.items():
            column = self._header.metadata.get(key)
            if column and isinstance(value, str) and value and value == value.strip():
                row[column] = value
            else:
                self._not_written["entries of metadata"] += 1
        return row

    def _variants(self, product: Product, shelf: Shelf) -> list[Row]:
        variants = shelf.variants[product.id]
        values = {variant.id: shelf.variant_values[variant.id] for variant in variants}
        used = {value.slug: value for own in values.values() for value in own}
        options = [used[slug] for slug in shelf.options[product.product_type_id] if slug in used]
        _check_options(options)
        for slug, of in used.items():
            if of not in options:
                what = f"values of the variants' attribute {slug!r}"
                self._not_written[what] += sum(value.slug == slug for own in values.values() for value in own)
        rows: list[Row] = []
        seen: set[tuple[str, ...]] = set()
        for variant in variants:
            chosen = [_only([value.name for value in values[variant.id] if value.slug == of.slug]) for of in options]
            key = tuple(name.casefold() for name in chosen)
            if key in seen:
                raise Unspeakable("Two of its variants have the same options.")
            seen.add(key)
            rows.append(self._options(options, chosen, is_first=not rows) | self._variant(variant, chosen, shelf))
        return rows

    def _options(self, options: list[Value], chosen: list[str], *, is_first: bool) -> Row:
        if not options:
            return {"Option1 name": "Title", "Option1 value": "Default Title"}
        row = {f"Option{place} value": name for place, name in enumerate(chosen, start=1)}
        for place, option in enumerate(options, start=1):
            if is_first:
                row[f"Option{place} name"] = option.attribute
                row[f"Option{place} Linked To"] = f"product.metafields.attribute.{option.slug}"
        return row

    def _variant(self, variant: ProductVariant, chosen: list[str], shelf: Shelf) -> Row:
        price, compare_at, cost = self._amounts(variant, self._channel, shelf)
        return {
            "SKU": _code(variant.sku or ""),
            NAME_OF_VARIANT: "" if variant.name == " / ".join(chosen)[:255] else variant.name,
            "Barcode": _code(variant.barcode),
            "Price": price,
            "Compare-at price": compare_at,
            "Cost per item": cost,
            "Unit price total measure": _measure(variant.content_quantity),
            "Unit price total measure unit": variant.content_unit or "",
            "Unit price base measure": _measure(variant.unit_price_quantity),
            "Unit price base measure unit": variant.unit_price_unit or "",
            "Inventory tracker": "shopify" if variant.track_inventory else "",
            "Inventory quantity": _units(variant, self._warehouse, shelf),
            "Continue selling when out of stock": "CONTINUE" if variant.backorder_allowed else "DENY",
            "Weight value (grams)": "" if variant.weight_grams is None else str(variant.weight_grams),
            "Requires shipping": _flag(variant.is_shipping_required),
            "HS Code": variant.hs_code or "",
            "COO": variant.country_of_origin or "",
            "Variant image URL": self._picture_of(variant, shelf),
            **self._beside(variant, shelf),
        }

    def _beside(self, variant: ProductVariant, shelf: Shelf) -> Row:
        """What other channels and warehouses have of the variant."""
        row = {column_of(QUANTITY, location.slug): _units(variant, location, shelf) for location in self._locations}
        for market in self._markets:
            columns = (column_of(fact, market.slug) for fact in (PRICE, COMPARE_AT, COST))
            row |= dict(zip(columns, self._amounts(variant, market, shelf), strict=True))
        return row

    def _amounts(self, variant: ProductVariant, channel: Channel, shelf: Shelf) -> tuple[str, str, str]:
        """The price, the one before a reduction, and the cost; all blank where the variant has no price."""
        price = shelf.prices.get((channel.id, variant.id))
        if price is None:
            return "", "", ""
        before = price.compare_at_amount if price.compare_at_amount != price.price_amount else None
        price_text, before_text, cost_text = (
            "" if amount is None else Money(amount, channel.currency_code).decimal
            for amount in (price.price_amount, before, price.cost_amount)
        )
        return price_text, before_text, cost_text

    def _picture_of(self, variant: ProductVariant, shelf: Shelf) -> str:
        own = [media for media in shelf.media[variant.product_id] if media.id in shelf.variant_media[variant.id]]
        urls = [url for media in own if (url := _address(media))]
        if len(urls) > 1:
            self._not_written["further pictures of a variant"] += len(urls) - 1
        return urls[0] if urls else ""

    def _pictures(self, product: Product, shelf: Shelf) -> list[Row]:
        rows: list[Row] = []
        for media in shelf.media[product.id]:
            url = _address(media)
            if url:
                place = str(len(rows) + 1)
                rows.append({"Product image URL": url, "Image position": place, "Image alt text": media.alt})
            else:
                self._not_written["videos and pictures without an address"] += 1
        return rows


def _check_options(options: list[Value]) -> None:
    if len(options) > MAX_OPTIONS:
        raise Unspeakable(f"Its variants are chosen by more than {MAX_OPTIONS} options.")
    for option in options:
        if option.input_type not in CHOICES:
            raise Unspeakable(
                f"Its variants are chosen by {option.slug!r}, which has no choices ({option.input_type})."
            )


def _measure(quantity: Decimal | None) -> str:
    return "" if quantity is None else format(quantity.normalize(), "f")


def _units(variant: ProductVariant, warehouse: Warehouse, shelf: Shelf) -> str:
    return str(shelf.on_hand.get((warehouse.id, variant.id), ""))


def _only(names: list[str]) -> str:
    if len(names) != 1:
        raise Unspeakable("One of its variants has no value, or several, for an option.")
    return names[0]


def _address(media: ProductMedia) -> str:
    if media.kind != ProductMedia.Kind.IMAGE:
        return ""
    if media.source_url.startswith(("https:", "http:")) or not media.file:
        return media.source_url
    return picture_url(str(media.file.name))


def _code(text: str) -> str:
    # The importer takes one apostrophe away from SKUs and barcodes, because Shopify writes it before numbers.
    return f"'{text}" if text.startswith("'") else text


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"
