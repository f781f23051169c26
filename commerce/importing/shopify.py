"""Shopify's product CSV: one row per variant or picture, the product's own facts on its first row.

Columns go by the names of both of Shopify's formats (`Variant Price` and the newer `Price`), in any order.

- `Variant Inventory Tracker`: blank means that Shopify does not count the variant, so it is always for sale, and our
  `track_inventory` is off; the quantity is stored all the same. A file without this column counts what has a quantity.
- `Variant Inventory Policy`: `continue` sells beyond what is on hand (backorder), `deny` does not.
- `Variant Grams` are grams whatever `Variant Weight Unit` says, which is only how Shopify shows them.
- `Published` and `Status`: shown if published and active; drafts and archived products come in unpublished.
- `Price / MARKET`, `Compare At Price / MARKET` and `Included / MARKET` belong to the channel that the market is
  (targets.py); a blank cell leaves what the channel has, and no draft is included anywhere. Where the market is the
  file's own channel, its price goes before the plain one.
- `Inventory quantity / LOCATION` belongs to the warehouse that the location is.
- A product whose only option is `Title` with the value `Default Title` has one variant without options.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from commerce.catalog.customs import checked_hs_code, checked_origin
from commerce.catalog.slugs import checked_slug
from commerce.channels.models import Channel
from commerce.core.errors import CommerceError
from commerce.core.metadata import MAX_VALUE
from commerce.core.text import is_storable
from commerce.importing import columns as own
from commerce.importing.batches import Refused
from commerce.importing.cells import parted
from commerce.importing.contents import contents_of
from commerce.importing.descriptions import described
from commerce.importing.reader import FileRefused, RawRow
from commerce.importing.records import (
    ChosenValues,
    PictureRecord,
    PriceRecord,
    ProductRecord,
    QuantityRecord,
    VariantRecord,
)
from commerce.importing.references import option_slug
from commerce.importing.sheet import Sheet
from commerce.importing.targets import COMPARE_AT, COST, INCLUDED, PRICE, QUANTITY, Targets, column_of

MAX_HTML_CHARACTERS: Final = 1_000_000
MAX_ROWS_PER_PRODUCT: Final = 2_500
MAX_TAGS: Final = 250
MAX_PICTURE_URL: Final = 2_000

REQUIRED: Final = ("Handle", "Title", "Variant Price")

_VARIANT_COLUMNS: Final = ("Option1 Value", "Variant SKU", "Variant Price")
_PLAIN_PRICE: Final = ("Variant Price", "Variant Compare At Price", "Cost per item")


def check_columns(columns: Collection[str]) -> None:
    """Raise FileRefused unless the file has what no product can be without."""
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FileRefused(f"The file lacks the columns {', '.join(missing)}.", line=1, column=missing[0])


def grouped_by_handle(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """Rows that stand together and share a handle. Rows without a handle come alone."""
    group: list[RawRow] = []
    for row in rows:
        if group and (not row["Handle"] or row["Handle"] != group[0]["Handle"]):
            yield group
            group = []
        if len(group) <= MAX_ROWS_PER_PRODUCT:
            group.append(row)
    if group:
        yield group


class ShopifyProducts:
    """Turns groups of rows into records. Remembers which handles and SKUs the file has had, as 8-byte hashes."""

    def __init__(self, *, columns: Mapping[str, str], targets: Targets) -> None:
        """`columns` are the file's: our names for them -> their headers."""
        self._columns = columns
        self._is_own = any(column in columns for column in own.OWN)
        self._metafields = {
            column: found for column, header in columns.items() if (found := own.metafield(header)) is not None
        }
        self._absent = _absent_fields(columns)
        # Our own files have texts as they are in the shop; others come from many hands.
        self._tidy: Callable[[str], str] = str.strip if self._is_own else _tidy
        self._channels = targets.channels_in(columns)
        self._warehouses = targets.warehouses_in(columns)
        self._handles: set[int] = set()
        self._skus: dict[int, int] = {}

    def pass_over(self, rows: Sequence[RawRow]) -> None:
        """Remember the handle and the SKUs of a product that is not asked for."""
        sheet = Sheet(rows[0]["Handle"], self._tidy, self._columns)
        self._check_handle(rows[0], sheet)
        if not sheet.failures and not any(row.problems for row in rows):
            for row in rows:
                self._sku(row, sheet)

    def record(self, rows: Sequence[RawRow]) -> ProductRecord | Refused:
        """The product that `rows` describe, or every reason why they do not describe one."""
        handle = rows[0]["Handle"]
        sheet = Sheet(handle, self._tidy, self._columns)
        for row in rows:
            for column, reason in row.problems:
                sheet.fail(row, column, reason)
        self._check_handle(rows[0], sheet)
        if len(rows) > MAX_ROWS_PER_PRODUCT:
            sheet.fail(rows[0], "Handle", f"A product has {MAX_ROWS_PER_PRODUCT} rows at most.")
        if sheet.failures:
            return Refused(sheet.failures)
        product = self._product(rows, sheet)
        return Refused(sheet.failures) if sheet.failures else product

    def _check_handle(self, row: RawRow, sheet: Sheet) -> None:
        handle = row["Handle"]
        if not handle:
            sheet.fail(row, "Handle", "The handle is missing.")
            return
        try:
            checked_slug(handle)
        except CommerceError as error:
            sheet.fail(row, "Handle", error.message)
        if hash(handle) in self._handles:
            sheet.fail(row, "Handle", "Duplicate handle: the product stands further up; its rows belong together.")
        self._handles.add(hash(handle))

    def _product(self, rows: Sequence[RawRow], sheet: Sheet) -> ProductRecord:
        first = rows[0]
        name = sheet.text(first, "Title", 250)
        if not name:
            sheet.fail(first, "Title", "The first row of a product has its title.")
        html = first["Body (HTML)"]
        if len(html) > MAX_HTML_CHARACTERS:
            sheet.fail(
                first, "Body (HTML)", f"The text has {len(html)} characters; {MAX_HTML_CHARACTERS} is the limit."
            )
            html = ""
        options, slugs = self._options(first, sheet)
        variants = self._variants(rows, options, sheet)
        is_active = sheet.one_of(first, "Status", ("active", "draft", "archived", "unlisted")) in ("", "active")
        type_name = sheet.text(first, "Type", 250)
        return ProductRecord(
            line=first.line,
            handle=checked_slug(first["Handle"]),
            name=name,
            description=described(html, first[own.DESCRIPTION]),
            type_name=type_name,
            vendor=sheet.text(first, "Vendor", 250),
            tags=self._tags(first, sheet),
            category_path=self._category_path(first, type_name),
            is_published=sheet.flag(first, "Published", default=True) and is_active and self._is_included(first, sheet),
            included=self._included(first, is_active, sheet),
            seo_title=sheet.cut(first, "SEO Title", 70),
            seo_description=sheet.cut(first, "SEO Description", 300),
            option_names=options,
            option_slugs=slugs,
            attributes=self._attributes(first, sheet),
            metadata=self._metadata(first, sheet),
            collections=self._collections(first, sheet),
            absent=self._absent,
            variants=variants,
            pictures=self._pictures(rows, variants, sheet),
            warnings=sheet.warnings,
        )

    def _category_path(self, first: RawRow, type_name: str) -> tuple[str, ...]:
        if self._is_own:
            return tuple(part.strip()[:250] for part in first["Product Category"].split(">") if part.strip())
        path = _category_path(first)
        # Most products of elsewhere have no category but a type; our own files mean it when they name none.
        return path if path or not type_name else (type_name,)

    def _attributes(self, first: RawRow, sheet: Sheet) -> tuple[ChosenValues, ...]:
        chosen: dict[str, ChosenValues] = {}
        for column, field in self._metafields.items():
            if not field.is_attribute or not first[column]:
                continue
            slug = own.attribute_slug(field.key)
            values = dict.fromkeys(self._tidy(value) for value in parted(first[column]))
            if len(values) > MAX_TAGS or any(len(value) > 250 or not is_storable(value) for value in values):
                sheet.fail(first, self._columns[column], f"At most {MAX_TAGS} plain values of at most 250 characters.")
            elif slug in chosen:
                sheet.warn(first, self._columns[column], "Another column has the same attribute; this one is left out.")
            else:
                chosen[slug] = ChosenValues(slug, self._tidy(field.label)[:250], tuple(values))
        return tuple(chosen.values())

    def _metadata(self, first: RawRow, sheet: Sheet) -> dict[str, str]:
        entries: dict[str, str] = {}
        for column, field in self._metafields.items():
            if field.is_attribute or not first[column]:
                continue
            if len(first[column]) > MAX_VALUE:
                sheet.fail(first, self._columns[column], f"An entry of metadata has at most {MAX_VALUE} characters.")
            entries[field.metadata_key] = first[column]
        return entries

    def _collections(self, first: RawRow, sheet: Sheet) -> tuple[str, ...]:
        names = [self._tidy(name) for name in parted(first[own.COLLECTIONS])]
        if first["Collection"]:
            names.append(self._tidy(first["Collection"]))
        if len(names) > MAX_TAGS or any(len(name) > 250 or not is_storable(name) for name in names):
            sheet.fail(first, "Collection", f"At most {MAX_TAGS} collections with names of at most 250 characters.")
            return ()
        return tuple({name.casefold(): name for name in reversed(names)}.values())[::-1]

    def _options(self, first: RawRow, sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
        names = [sheet.text(first, f"Option{place} Name", 250) for place in (1, 2, 3)]
        while names and not names[-1]:
            names.pop()
        if not all(names):
            sheet.fail(first, "Option1 Name", "The options have a gap: name them from the first on.")
        linked = []
        for place in range(1, len(names) + 1):
            column = f"Option{place} Linked To"
            linked.append(own.linked_attribute(first[column]))
            if first[column] and not linked[-1]:
                sheet.warn(first, column, f"The link to {first[column][:100]!r} is not kept; the values are.")
        if names == ["Title"] and first["Option1 Value"] in ("Default Title", "") and not linked[0]:
            return (), ()
        slugs = [link or option_slug(name) for link, name in zip(linked, names, strict=True)]
        if len(set(slugs)) != len(slugs):
            sheet.fail(first, "Option1 Name", "Two options have the same name.")
        return tuple(names), tuple(slugs)

    def _variants(self, rows: Sequence[RawRow], options: tuple[str, ...], sheet: Sheet) -> tuple[VariantRecord, ...]:
        variants: list[VariantRecord] = []
        chosen: set[tuple[str, ...]] = set()
        for place, row in enumerate(rows):
            if (place or self._is_own) and not any(row[column] for column in _VARIANT_COLUMNS):
                continue
            variant = self._variant(row, options, sheet)
            key = tuple(value.casefold() for value in variant.option_values)
            if key in chosen:
                sheet.fail(row, "Option1 Value", "Another variant of the product has the same options.")
            chosen.add(key)
            variants.append(variant)
        return tuple(variants)

    def _variant(self, row: RawRow, options: tuple[str, ...], sheet: Sheet) -> VariantRecord:
        values = tuple(sheet.text(row, f"Option{place} Value", 250) for place in range(1, len(options) + 1))
        for place, value in enumerate(values, start=1):
            if not value:
                sheet.fail(row, f"Option{place} Value", f"The variant has no {options[place - 1]}.")
        quantities = self._quantities(row, sheet)
        has_tracker = "Variant Inventory Tracker" in self._columns
        return VariantRecord(
            line=row.line,
            sku=self._sku(row, sheet),
            name=sheet.text(row, own.VARIANT_NAME, 255) or " / ".join(values)[:255],
            option_values=values,
            prices=self._prices(row, sheet),
            quantities=quantities,
            is_tracked=bool(row["Variant Inventory Tracker"]) if has_tracker else bool(quantities),
            backorder_allowed=sheet.flag(row, "Variant Inventory Policy", default=False),
            grams=sheet.grams(row, "Variant Grams"),
            is_shipping_required=sheet.flag(row, "Variant Requires Shipping", default=True),
            barcode=sheet.text(row, "Variant Barcode", 64).removeprefix("'"),
            hs_code=sheet.checked(row, "HS Code", checked_hs_code),
            origin=sheet.checked(row, "COO", checked_origin),
            contents=contents_of(row, sheet),
            picture_url=row["Variant Image"],
        )

    def _sku(self, row: RawRow, sheet: Sheet) -> str | None:
        # Shopify writes an apostrophe before numbers, so that spreadsheets leave them alone.
        sku = sheet.text(row, "Variant SKU", 255).removeprefix("'")
        if not sku:
            return None
        before = self._skus.setdefault(hash(sku), row.line)
        if before != row.line:
            sheet.fail(row, "Variant SKU", f"The SKU {sku!r} stands in line {before} already.")
        return sku

    def _prices(self, row: RawRow, sheet: Sheet) -> tuple[PriceRecord, ...]:
        found = [self._price(row, channel, sheet) for channel in self._channels]
        return tuple(price for price in found if price is not None)

    def _price(self, row: RawRow, channel: Channel, sheet: Sheet) -> PriceRecord | None:
        is_main = channel is self._channels[0]
        columns = tuple(column_of(fact, channel.slug) for fact in (PRICE, COMPARE_AT, COST))
        if is_main and not row[columns[0]]:
            columns = _PLAIN_PRICE
        price, before, cost = (sheet.amount(row, column, channel.currency_code) for column in columns)
        if price is None:
            if not row[columns[0]] and is_main and not self._is_own:
                sheet.fail(row, columns[0], "The price is missing; write 0 for what costs nothing.")
            elif not row[columns[0]] and not is_main and (before is not None or cost is not None):
                sheet.warn(row, columns[0], "The other amounts of this market are left out: it has no price.")
            return None
        if before is not None and before <= price:
            if before < price:
                sheet.warn(row, columns[1], "It is not above the price and is left out.")
            before = None
        return PriceRecord(channel.id, price, before, cost, keeps_compare_at=columns[1] not in self._columns)

    def _quantities(self, row: RawRow, sheet: Sheet) -> tuple[QuantityRecord, ...]:
        found = []
        for place, warehouse in enumerate(self._warehouses):
            column = column_of(QUANTITY, warehouse.slug)
            if not place and not row[column]:
                column = "Variant Inventory Qty"
            units = sheet.quantity(row, column)
            if units is not None:
                found.append(QuantityRecord(warehouse.id, units, self._columns[column]))
        return tuple(found)

    def _is_included(self, first: RawRow, sheet: Sheet) -> bool:
        return sheet.flag(first, column_of(INCLUDED, self._channels[0].slug), default=True)

    def _included(self, first: RawRow, is_active: bool, sheet: Sheet) -> dict[UUID, bool]:
        columns = {channel.id: column_of(INCLUDED, channel.slug) for channel in self._channels[1:]}
        return {
            channel_id: sheet.flag(first, column, default=False) and is_active
            for channel_id, column in columns.items()
            if first[column]
        }

    def _tags(self, first: RawRow, sheet: Sheet) -> tuple[str, ...]:
        tags = dict.fromkeys(self._tidy(tag) for tag in first["Tags"].split(",") if tag.strip())
        if len(tags) > MAX_TAGS or any(len(tag) > 250 for tag in tags):
            sheet.fail(first, "Tags", f"At most {MAX_TAGS} tags of at most 250 characters.")
            return ()
        return tuple(tags)

    def _pictures(
        self, rows: Sequence[RawRow], variants: Sequence[VariantRecord], sheet: Sheet
    ) -> tuple[PictureRecord, ...]:
        found: dict[str, tuple[tuple[int, int], PictureRecord]] = {}
        for place, row in enumerate(rows):
            url = row["Image Src"]
            if url and url not in found and self._usable(url, row, "Image Src", sheet):
                position = row["Image Position"]
                rank = int(position) if position.isascii() and position.isdigit() and len(position) < 9 else 10**9
                found[url] = ((rank, place), PictureRecord(row.line, url, sheet.cut(row, "Image Alt Text", 250)))
        by_line = {row.line: row for row in rows}
        for variant in variants:
            url = variant.picture_url
            if url and url not in found and self._usable(url, by_line[variant.line], "Variant Image", sheet):
                found[url] = ((10**9, len(rows) + len(found)), PictureRecord(variant.line, url, ""))
        return tuple(picture for _, picture in sorted(found.values(), key=lambda entry: entry[0]))

    def _usable(self, url: str, row: RawRow, column: str, sheet: Sheet) -> bool:
        if len(url) <= MAX_PICTURE_URL and re.match(r"[a-z][a-z0-9+.-]*:\S+\Z", url, re.IGNORECASE):
            return True
        sheet.warn(row, column, "It is not an address, and the picture is left out.")
        return False


def _absent_fields(columns: Collection[str]) -> frozenset[str]:
    fields = {
        "is_published": ("Published", "Status"),
        "track_inventory": ("Variant Inventory Tracker",),
        "backorder_allowed": ("Variant Inventory Policy",),
        "is_shipping_required": ("Variant Requires Shipping",),
    }
    return frozenset(field for field, of in fields.items() if not any(column in columns for column in of))


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _category_path(row: RawRow) -> tuple[str, ...]:
    for column in ("Product Category", "Google Shopping / Google Product Category"):
        # Google also writes plain numbers, which say nothing without its table.
        if row[column] and not row[column].isdigit():
            return tuple(_tidy(part)[:250] for part in row[column].split(">") if part.strip())
    return ()
