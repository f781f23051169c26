"""Variants with prices and stock."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Sum

from commerce.catalog.contents import UNITS
from commerce.catalog.customs import checked_hs_code, checked_origin
from commerce.catalog.models import Product, ProductMedia, ProductVariant
from commerce.catalog.services import create_variant, set_variant_price, translate_variant, update_variant
from commerce.catalog.services.products import touch_product
from commerce.catalog.services.variants import MAX_MILLIMETRES
from commerce.catalog.thumbnails import picture_url
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, NotFound, Required
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.importing.lines.line import Line
from commerce.importing.lines.upsert import (
    METADATA,
    NAME_TEXT,
    Read,
    bring_translations,
    channels_of,
    different,
    found_by_slug,
    given,
    outcome_of,
    values_of,
)
from commerce.importing.present import unsigned
from commerce.importing.report import Outcome
from commerce.inventory.account import MAX_ON_HAND
from commerce.inventory.models import StockMovement, Warehouse
from commerce.inventory.services import set_on_hand
from commerce.inventory.services.backorders import follow_backorder_rule


def _millimetres(line: Line, name: str) -> int | None:
    return line.integer_or_none(name, least=1, most=MAX_MILLIMETRES)


def _unit(line: Line, name: str) -> str | None:
    return None if line.text_or_none(name) is None else line.choice(name, list(UNITS))


_VARIANT: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", Line.text),
    "sku": ("sku", lambda line, name: (line.text_or_none(name) or "").strip() or None),
    "externalReference": ("external_reference", Line.text_or_none),
    "barcode": ("barcode", Line.text),
    "sortOrder": ("sort_order", Line.integer),
    "weightGrams": ("weight_grams", Line.integer_or_none),
    "lengthMm": ("length_mm", _millimetres),
    "widthMm": ("width_mm", _millimetres),
    "heightMm": ("height_mm", _millimetres),
    "hsCode": ("hs_code", lambda line, name: checked_hs_code(line.text_or_none(name))),
    "countryOfOrigin": ("country_of_origin", lambda line, name: checked_origin(line.text_or_none(name))),
    "isShippingRequired": ("is_shipping_required", Line.flag),
    "trackInventory": ("track_inventory", Line.flag),
    "backorderAllowed": ("backorder_allowed", Line.flag),
    "backorderLimit": ("backorder_limit", Line.integer_or_none),
    "quantityLimitPerCustomer": ("quantity_limit_per_customer", Line.integer_or_none),
    "contentQuantity": ("content_quantity", Line.decimal_or_none),
    "contentUnit": ("content_unit", _unit),
    "unitPriceQuantity": ("unit_price_quantity", Line.decimal_or_none),
    "unitPriceUnit": ("unit_price_unit", _unit),
    **METADATA,
}


def bring_variant(line: Line, actor: Actor) -> Outcome:
    """A variant by its external reference or its SKU; one that has neither by its product, values and name."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = given(line, _VARIANT)
    value_ids = values_of(line) if "values" in line else None
    product = found_by_slug(Product, line.text("product"), ("product",)) if "product" in line else None
    row = _found(line, product, value_ids)
    is_new = row is None
    changed = False
    if row is None:
        if product is None:
            raise Required("A new variant has a product.", path=("product",))
        row = create_variant(
            product_id=product.id,
            changes=values,  # type: ignore[arg-type]
            attribute_value_ids=value_ids or (),
            actor=actor,
        )
    else:
        if product is not None and row.product_id != product.id:
            raise Conflict("The variant belongs to another product.", path=("product",))
        there = list(row.attribute_values.order_by("sort_order", "id").values_list("value_id", flat=True))
        new_values = value_ids if value_ids is not None and value_ids != there else None
        changes = different(row, values)
        if changes or new_values is not None:
            update_variant(variant_id=row.id, changes=changes, attribute_value_ids=new_values, actor=actor)  # type: ignore[arg-type]
            changed = True
            if changes.keys() & {"backorder_allowed", "backorder_limit"}:
                follow_backorder_rule([row.id])
    changed |= _set_prices(row, line, actor)
    changed |= _set_stocks(row, line, actor)
    if "media" in line:
        changed |= _set_media(row, line.strings("media"))
    key = row.id
    changed |= bring_translations(
        line,
        row,
        NAME_TEXT,
        lambda tag, texts: translate_variant(variant_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def _found(line: Line, product: Product | None, value_ids: list[Any] | None) -> ProductVariant | None:
    reference, sku = line.text_or_none("externalReference"), line.text_or_none("sku")
    for condition in ({"external_reference": reference}, {"sku": sku}):
        if all(condition.values()):
            found = ProductVariant.objects.filter(**condition).first()
            if found is not None:
                return found
    if reference or sku:
        return None
    if product is None:
        raise Required("A variant has a SKU, an external reference, or a product.", path=("sku",))
    name = line.text("name") if "name" in line else ""
    for variant in product.variants.filter(sku=None, external_reference=None, name=name).order_by("sort_order", "id"):
        if set(variant.attribute_values.values_list("value_id", flat=True)) == set(value_ids or ()):
            return variant
    return None


def _set_prices(row: ProductVariant, line: Line, actor: Actor) -> bool:
    if "prices" not in line:
        return False
    changed = False
    there = {listing.channel_id: listing for listing in row.channel_listings.all()}
    for channel, entry in channels_of(line, "prices"):
        if entry.json("currency") not in (None, channel.currency_code):
            raise Conflict(f"The channel sells in {channel.currency_code}.", path=(*entry.path, "currency"))
        amounts = {
            "price_amount": entry.integer("price", most=MAX_MINOR),
            "compare_at_amount": entry.integer_or_none("compareAt", most=MAX_MINOR),
            "cost_amount": entry.integer_or_none("cost", most=MAX_MINOR),
        }
        listing = there.get(channel.id)
        if listing is None or different(listing, amounts):
            set_variant_price(variant_id=row.id, channel=channel, actor=actor, **amounts)  # type: ignore[arg-type]
            changed = True
    return changed


def _set_stocks(row: ProductVariant, line: Line, actor: Actor) -> bool:
    if "stocks" not in line:
        return False
    actor.require_everywhere(Permission.MANAGE_STOCK)
    units_there = row.stocks.filter(channel__isnull=True).order_by().values_list("warehouse__slug")
    there = dict(units_there.annotate(units=Sum("on_hand")))
    changed = False
    stocks = Line(line.number, line.json("stocks") if isinstance(line.json("stocks"), dict) else {}, ("stocks",))
    for slug in stocks.fields:
        units = stocks.integer(slug, least=0, most=MAX_ON_HAND)
        if there.get(slug) != units:
            warehouse = found_by_slug(Warehouse, slug, ("stocks", slug))
            reason = StockMovement.Reason.IMPORT
            set_on_hand(variant_id=row.id, warehouse_id=warehouse.id, quantity=units, reason=reason, actor=actor)
            changed = True
    return changed


def _set_media(row: ProductVariant, urls: list[str]) -> bool:
    by_url: dict[str, ProductMedia] = {}
    for media in ProductMedia.objects.filter(product=row.product_id):
        if media.file:
            by_url[unsigned(picture_url(str(media.file.name)))] = media
        if media.source_url:
            by_url[media.source_url] = media
    found = {url: by_url.get(url) or by_url.get(unsigned(url)) for url in urls}
    for place, url in enumerate(urls):
        if found[url] is None:
            raise NotFound("The product has no such picture.", path=("media", str(place)))
    wanted = {media.id: media for media in found.values() if media is not None}
    if set(row.media.values_list("id", flat=True)) == wanted.keys():
        return False
    row.media.set(list(wanted.values()))
    touch_product(row.product_id)
    return True
