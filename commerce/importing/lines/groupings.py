"""Categories and collections."""

from __future__ import annotations

from typing import Any, Final

from commerce.catalog.events import CollectionUpdated
from commerce.catalog.models import Category, Collection, CollectionChannelListing, CollectionProduct, Product
from commerce.catalog.services import (
    create_category,
    create_collection,
    move_category,
    publish_collection,
    translate_category,
    translate_collection,
    unpublish_collection,
    update_category,
)
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import NotFound
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit
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
    trimmed,
)
from commerce.importing.report import Outcome

_CATEGORY: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "description": ("description", document),
    "sortOrder": ("sort_order", Line.integer),
    **SEARCH,
    **METADATA,
}
_COLLECTION: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "description": ("description", document),
    **SEARCH,
    **METADATA,
}


def bring_category(line: Line, actor: Actor) -> Outcome:
    """A category by its slug; `parent` is another one's slug, or null."""
    slug = line.slug()
    row = Category.objects.filter(slug=slug).first()
    values = given(line, _CATEGORY)
    parent = line.text_or_none("parent")
    parent_id = found_by_slug(Category, parent, ("parent",)).id if parent else None
    is_new = row is None
    changed = False
    if row is None:
        row = create_category(name=values.pop("name", ""), slug=slug, parent_id=parent_id, actor=actor, **values)
    else:
        if "parent" in line and row.parent_id != parent_id:
            row = move_category(category_id=row.id, parent_id=parent_id, actor=actor)
            changed = True
        if changes := different(row, values):
            row = update_category(category_id=row.id, changes=changes, actor=actor)  # type: ignore[arg-type]
            changed = True
    key = row.id
    changed |= bring_translations(
        line,
        row,
        PAGE_TEXTS,
        lambda tag, texts: translate_category(category_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def bring_collection(line: Line, actor: Actor) -> Outcome:
    """A collection by its slug; `products` (slugs) replace those in it, in this order."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    slug = line.slug()
    row = Collection.objects.filter(slug=slug).first()
    values = given(line, _COLLECTION)
    is_new = row is None
    changed = False
    if row is None:
        row = create_collection(name=values.get("name", ""), slug=slug, actor=actor)
    if changes := different(row, values):
        _update(row, changes)
        changed = True
    if "products" in line:
        changed |= _set_products(row, line.strings("products"))
    changed |= _set_channels(row, line, actor)
    key = row.id
    changed |= bring_translations(
        line,
        row,
        PAGE_TEXTS,
        lambda tag, texts: translate_collection(collection_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def _update(row: Collection, changes: dict[str, Any]) -> None:
    require_metadata(changes)
    for column, longest in (("name", 250), ("seo_title", 70), ("seo_description", 300)):
        require_text(changes.get(column), longest, path=(column,))
    collection = changed_row(Collection, row.id, **changes)
    if collection is not None:
        event = CollectionUpdated(collection_id=collection.id, slug=collection.slug)
        emit(event, aggregate=("collection", collection.id), sequence=collection.version)


def _set_products(row: Collection, slugs: list[str]) -> bool:
    known = dict(Product.objects.filter(slug__in=slugs).values_list("slug", "id"))
    for place, slug in enumerate(slugs):
        if slug not in known:
            raise NotFound(f"There is no product {slug[:100]!r}.", path=("products", str(place)))
    wanted = list(dict.fromkeys(known[slug] for slug in slugs))
    links = row.product_links.order_by("sort_order", "id")
    if list(links.values_list("product_id", flat=True)) == wanted:
        return False
    links.delete()
    CollectionProduct.objects.bulk_create(
        CollectionProduct(collection=row, product_id=product_id, sort_order=place)
        for place, product_id in enumerate(wanted)
    )
    _update(row, {})
    return True


def _set_channels(row: Collection, line: Line, actor: Actor) -> bool:
    if "channels" not in line:
        return False
    changed = False
    there = {listing.channel_id: listing for listing in row.channel_listings.all()}
    for channel, entry in channels_of(line, "channels"):
        listing = there.get(channel.id)
        wanted = {"is_published": entry.flag("isPublished"), "published_at": entry.moment_or_none("publishedAt")}
        if listing is not None and not different(listing, wanted):
            continue
        verb: Any = publish_collection if wanted["is_published"] else unpublish_collection
        verb(collection_id=row.id, channel=channel, actor=actor)
        # The verb fills in a moment that is empty; the file means it as it is.
        CollectionChannelListing.objects.update_or_create(collection=row, channel=channel, defaults=wanted)
        changed = True
    return changed
