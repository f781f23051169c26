"""Products with their pictures and what channels do with them."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from commerce.catalog.models import Category, Product, ProductChannelListing, ProductMedia, ProductType
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.services import (
    create_product,
    publish_product,
    translate_media,
    translate_product,
    unpublish_product,
    update_product,
)
from commerce.catalog.services.products import touch_product
from commerce.catalog.thumbnails import picture_url
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, InvalidInput, Required
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.importing.fetching import fetch_soon
from commerce.importing.lines.line import Line
from commerce.importing.lines.upsert import (
    METADATA,
    PAGE_TEXTS,
    SEARCH,
    Read,
    bring_translations,
    channels_of,
    different,
    document,
    found_by_slug,
    given,
    outcome_of,
    set_columns,
    trimmed,
    values_of,
)
from commerce.importing.present import unsigned
from commerce.importing.report import Outcome

_PRODUCT: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "slug": ("slug", Line.slug),
    "description": ("description", document),
    "externalReference": ("external_reference", Line.text_or_none),
    **SEARCH,
    **METADATA,
}


def found_product(line: Line) -> Product | None:
    """The product of the line's external reference, or else of its slug."""
    reference = line.text_or_none("externalReference")
    rows = Product.objects.filter(external_reference=reference) if reference else Product.objects.none()
    slug = line.text_or_none("slug")
    return rows.first() or (Product.objects.filter(slug=slug).first() if slug else None)


def bring_product(line: Line, actor: Actor) -> Outcome:
    """A product by its external reference or its slug; its type is chosen once."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    row = found_product(line)
    values = given(line, _PRODUCT)
    if "category" in line:
        slug = line.text_or_none("category")
        values["category_id"] = found_by_slug(Category, slug, ("category",)).id if slug else None
    product_type = None
    if "productType" in line:
        product_type = found_by_slug(ProductType, line.text("productType"), ("productType",))
    value_ids = values_of(line) if "values" in line else None
    is_new = row is None
    changed = False
    if row is None:
        if product_type is None:
            raise Required("A new product has a type.", path=("productType",))
        row = create_product(
            product_type_id=product_type.id,
            name=values.pop("name", ""),
            slug=values.pop("slug", None),
            attribute_value_ids=value_ids or (),
            changes=values,  # type: ignore[arg-type]
            actor=actor,
        )
    else:
        if product_type is not None and product_type.id != row.product_type_id:
            raise Conflict("The product has another type.", path=("productType",))
        there = list(row.attribute_values.order_by("sort_order", "id").values_list("value_id", flat=True))
        new_values = value_ids if value_ids is not None and value_ids != there else None
        changes = different(row, values)
        if changes or new_values is not None:
            update_product(product_id=row.id, changes=changes, attribute_value_ids=new_values, actor=actor)  # type: ignore[arg-type]
            changed = True
    changed |= _set_channels(row, line, actor)
    if "media" in line:
        changed |= _set_media(row, line.lines("media"), actor)
    key = row.id
    changed |= bring_translations(
        line,
        row,
        PAGE_TEXTS,
        lambda tag, texts: translate_product(product_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def _set_channels(row: Product, line: Line, actor: Actor) -> bool:
    if "channels" not in line:
        return False
    changed = False
    there = {listing.channel_id: listing for listing in row.channel_listings.all()}
    for channel, entry in channels_of(line, "channels"):
        actor.require(Permission.MANAGE_PRODUCTS, channel.id)
        listing = there.get(channel.id)
        wanted: dict[str, Any] = {
            "is_published": entry.flag("isPublished"),
            "published_at": entry.moment_or_none("publishedAt"),
            "available_for_purchase_at": entry.moment_or_none("availableForPurchaseAt"),
            "visible_in_listings": entry.flag("visibleInListings") if "visibleInListings" in entry else True,
        }
        if listing is not None and not different(listing, wanted):
            continue
        changed = True
        if wanted["is_published"] or (listing is not None and listing.is_published):
            verb: Any = publish_product if wanted["is_published"] else unpublish_product
            verb(product_id=row.id, channel=channel, actor=actor)
        # The verbs fill in moments that are empty; the file means them as they are.
        ProductChannelListing.objects.update_or_create(product=row, channel=channel, defaults=wanted)
    if changed:
        refresh_price_ranges([row.id])
    return changed


def _set_media(row: Product, entries: list[Line], actor: Actor) -> bool:
    by_url: dict[str, ProductMedia] = {}
    in_order = list(row.media.order_by("sort_order", "id"))
    for media in in_order:
        if media.file:
            by_url[unsigned(picture_url(str(media.file.name)))] = media
        if media.source_url:
            by_url[media.source_url] = media
    urls = [entry.text("url") for entry in entries]
    there = [by_url.get(url) or by_url.get(unsigned(url)) for url in urls]
    # Places with gaps stay, as long as the order is the one of the file.
    keeps_places = there == [media for media in in_order if media in there]
    changed = False
    kept = set()
    waiting = []
    for place, entry in enumerate(entries):
        url = entry.text("url")
        if not url.startswith(("https:", "http:")):
            raise InvalidInput("A picture or a video has an address.", path=(*entry.path, "url"))
        require_text(url, 2_000, path=(*entry.path, "url"))
        if url in urls[:place]:
            raise InvalidInput("The address stands further up already.", path=(*entry.path, "url"))
        kind = entry.choice("kind", list(ProductMedia.Kind.values)) if "kind" in entry else ProductMedia.Kind.IMAGE
        values: dict[str, Any] = {"alt": entry.text("alt") if "alt" in entry else ""}
        if not keeps_places:
            values["sort_order"] = place
        require_text(values["alt"], 250, path=(*entry.path, "alt"))
        found = there[place]
        if found is None:
            is_picture = kind == ProductMedia.Kind.IMAGE
            status = ProductMedia.Status.PENDING if is_picture else ProductMedia.Status.READY
            found = ProductMedia.objects.create(product=row, source_url=url, kind=kind, status=status, **values)
            waiting += [found.id] if is_picture else []
            changed = True
        else:
            changed |= set_columns(found, values)
        kept.add(found.id)
        key = found.id
        changed |= bring_translations(
            entry,
            found,
            {"alt": ("alt", Line.text_or_none)},
            lambda tag, texts, key=key: translate_media(media_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[misc]
        )
    changed |= bool(row.media.exclude(id__in=kept).delete()[0])
    if changed:
        touch_product(row.id)
    if waiting:
        transaction.on_commit(lambda: fetch_soon(waiting))
    return changed
