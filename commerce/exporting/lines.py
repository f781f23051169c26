"""The catalog as JSON Lines, in an order in which it can be brought in again: what is referred to comes first."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.bundle_models import BundleComponent, BundlePricing
from commerce.catalog.contents import COLUMNS as CONTENTS
from commerce.catalog.models import (
    Category,
    Collection,
    CollectionProduct,
    Product,
    ProductAttributeValue,
    ProductMedia,
    ProductType,
    ProductVariant,
    VariantAttributeValue,
)
from commerce.catalog.relation_models import ProductRelation
from commerce.catalog.thumbnails import picture_url
from commerce.content.models import Menu, MenuItem, Page, PageAttributeValue, PageType
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.exporting.services import Progress, TextSink, one_moment

_CHUNK: Final = 200
Fields = dict[str, Any]
Texts = tuple[str, ...]

_CONTENT_TEXTS: Final = ("title", "slug", "content", "seo_title", "seo_description")
_PAGE_TEXTS: Final = ("name", "slug", "description", "seo_title", "seo_description")
NEEDED: Final = (
    Permission.MANAGE_PRODUCTS,
    Permission.MANAGE_STOCK,
    Permission.MANAGE_PAGES,
    Permission.MANAGE_MENUS,
    Permission.MANAGE_TRANSLATIONS,
)


def export_catalog_lines(*, file: TextSink, progress: Progress = lambda lines: None, actor: Actor) -> Counter[str]:
    """Write the whole catalog, private metadata included, one object on each line; counts by type.

    The file is the catalog of one moment. Memory does not grow with it, except with the largest collection. Raises
    PermissionDenied: it takes the permissions for all that is in it, in every channel.
    """
    for permission in NEEDED:
        actor.require_everywhere(permission)
    written: Counter[str] = Counter()
    with one_moment():
        for kind, lines in _PARTS:
            for fields in lines():
                file.write(json.dumps({"type": kind, **fields}, ensure_ascii=False, default=_plain) + "\n")
                written[kind] += 1
                progress(1)
    return written


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _rows(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.iterator(chunk_size=_CHUNK)


def _camel(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(word.title() for word in rest)


def _columns(row: Model, *columns: str) -> Fields:
    return {_camel(column): getattr(row, column) for column in columns}


def _metadata(row: Any) -> Fields:
    return {"metadata": row.metadata, "privateMetadata": row.private_metadata}


def _search(row: Any) -> Fields:
    return {"seoTitle": row.seo_title, "seoDescription": row.seo_description}


def _translations(row: Any, texts: Texts) -> Fields:
    found = {translation.language: _columns(translation, *texts) for translation in row.translations.all()}
    return {"translations": dict(sorted(found.items()))} if found else {}


def _values(links: Any) -> list[Fields]:
    return [{"attribute": link.value.attribute.slug, "value": link.value.slug} for link in links.all()]


def _links(model: type[Model]) -> Prefetch[Any]:
    rows = model._default_manager.select_related("value__attribute").order_by("sort_order", "id")
    return Prefetch("attribute_values", rows)


def _attributes() -> Iterator[Fields]:
    columns = ("slug", "name", "input_type", "entity_type", "unit", "visible_in_storefront", "filterable")
    for row in _rows(Attribute.objects.order_by("slug").prefetch_related("translations")):
        yield _columns(row, *columns) | _metadata(row) | _translations(row, ("name",))


def _attribute_values() -> Iterator[Fields]:
    columns = (
        "slug", "name", "sort_order", "swatch", "plain_text", "rich_text", "boolean", "numeric", "date_time",
        "file_url",
    )  # fmt: skip
    rows = AttributeValue.objects.select_related("attribute").prefetch_related("translations")
    for row in _rows(rows.order_by("attribute__slug", "slug")):
        texts = _translations(row, ("name", "plain_text", "rich_text"))
        yield {"attribute": row.attribute.slug} | _columns(row, *columns) | texts


def _references() -> Iterator[Fields]:
    """What values refer to, when all of it is there."""
    rows = AttributeValue.objects.exclude(references=[]).select_related("attribute").order_by("attribute__slug", "slug")
    for row in _rows(rows):
        references = _referred(row.attribute.entity_type, row.references)
        yield {"attribute": row.attribute.slug, "slug": row.slug, "references": references}


_BY_SLUG: Final[dict[str, Any]] = {
    "product": Product,
    "category": Category,
    "collection": Collection,
    "page": Page,
}


def _referred(entity_type: str, ids: list[UUID]) -> list[Fields]:
    if entity_type == Attribute.EntityType.PRODUCT_VARIANT:
        skus = dict(ProductVariant.objects.filter(id__in=ids).values_list("id", "sku"))
        return [{"type": "variant", "sku": skus[key]} for key in ids if skus.get(key)]
    model = _BY_SLUG.get(entity_type)
    slugs = dict(model.objects.filter(id__in=ids).values_list("id", "slug")) if model else {}
    return [{"type": entity_type, "slug": slugs[key]} for key in ids if key in slugs]


def _product_types() -> Iterator[Fields]:
    for row in _rows(ProductType.objects.order_by("slug").prefetch_related("attribute_links__attribute")):
        attributes = [
            {"attribute": link.attribute.slug} | _columns(link, "scope", "variant_selection", "required")
            for link in sorted(row.attribute_links.all(), key=lambda link: (link.sort_order, link.id))
        ]
        columns = _columns(row, "slug", "name", "kind", "is_shipping_required", "is_digital")
        yield columns | {"attributes": attributes} | _metadata(row)


def _page_types() -> Iterator[Fields]:
    for row in _rows(PageType.objects.order_by("slug").prefetch_related("attribute_links__attribute")):
        links = sorted(row.attribute_links.all(), key=lambda link: (link.sort_order, link.id))
        attributes = [{"attribute": link.attribute.slug, "required": link.required} for link in links]
        yield _columns(row, "slug", "name") | {"attributes": attributes} | _metadata(row)


def _categories() -> Iterator[Fields]:
    rows = Category.objects.select_related("parent").prefetch_related("translations")
    for row in _rows(rows.order_by(Coalesce("ancestors__len", 0), "slug")):
        fields = _columns(row, "slug", "name", "description", "sort_order")
        fields["parent"] = row.parent.slug if row.parent else None
        yield fields | _search(row) | _metadata(row) | _translations(row, _PAGE_TEXTS)


def _products() -> Iterator[Fields]:
    rows = Product.objects.select_related("product_type", "category").prefetch_related(
        _links(ProductAttributeValue), "channel_listings__channel", "media__translations", "translations"
    )
    for row in _rows(rows.order_by("slug")):
        fields = _columns(row, "slug", "external_reference", "name", "description")
        fields["productType"] = row.product_type.slug
        fields["category"] = row.category.slug if row.category else None
        fields["values"] = _values(row.attribute_values)
        fields["channels"] = {
            listing.channel.slug: _columns(
                listing, "is_published", "published_at", "available_for_purchase_at", "visible_in_listings"
            )
            for listing in sorted(row.channel_listings.all(), key=lambda listing: listing.channel.slug)
        }
        fields["media"] = _media(row)
        yield fields | _search(row) | _metadata(row) | _translations(row, _PAGE_TEXTS)


def _media(row: Product) -> list[Fields]:
    media = sorted(row.media.all(), key=lambda each: (each.sort_order, each.id))
    return [
        {"url": url} | _columns(each, "kind", "alt") | _translations(each, ("alt",))
        for each in media
        if (url := _address(each))
    ]


def _address(media: ProductMedia) -> str:
    if media.source_url.startswith(("https:", "http:")):
        return media.source_url
    return picture_url(str(media.file.name)) if media.file else ""


def _variants() -> Iterator[Fields]:
    rows = (
        ProductVariant.objects.select_related("product")
        .prefetch_related(
            _links(VariantAttributeValue), "channel_listings__channel", "stocks__warehouse", "media", "translations"
        )
        .annotate(is_priced_by_parts=Exists(BundlePricing.objects.filter(variant=OuterRef("pk"))))
    )
    columns = (
        "sku", "external_reference", "name", "barcode", "sort_order", "weight_grams", "length_mm", "width_mm",
        "height_mm", "hs_code", "country_of_origin",
        "is_shipping_required", "track_inventory", "backorder_allowed", "backorder_limit",
        "quantity_limit_per_customer", *CONTENTS,
    )  # fmt: skip
    for row in _rows(rows.order_by("product__slug", "sort_order", "id")):
        fields = {"product": row.product.slug} | _columns(row, *columns)
        fields["values"] = _values(row.attribute_values)
        # What a bundle costs follows from its parts, if it is priced by them.
        fields["prices"] = {} if row.is_priced_by_parts else _prices(row)
        fields["stocks"] = _stocks(row)
        fields["media"] = sorted(filter(None, map(_address, row.media.all())))
        yield fields | _metadata(row) | _translations(row, ("name",))


def _stocks(variant: ProductVariant) -> Fields:
    units = Counter[str]()
    for stock in variant.stocks.all():
        if stock.channel_id is None:
            units[stock.warehouse.slug] += stock.on_hand
    return dict(sorted(units.items()))


def _prices(variant: ProductVariant) -> Fields:
    return {
        listing.channel.slug: {
            "currency": listing.channel.currency_code,
            "price": listing.price_amount,
            "compareAt": listing.compare_at_amount,
            "cost": listing.cost_amount,
        }
        for listing in sorted(variant.channel_listings.all(), key=lambda listing: listing.channel.slug)
    }


def _bundles() -> Iterator[Fields]:
    """Bundles whose variants all have an SKU."""
    parts = BundleComponent.objects.select_related("component").order_by("sort_order", "id")
    rows = ProductVariant.objects.filter(bundle_components__isnull=False, sku__isnull=False).distinct()
    known = rows.prefetch_related(Prefetch("bundle_components", parts), "bundle_pricing__reductions__channel")
    for row in _rows(known.order_by("sku")):
        components = [{"sku": part.component.sku, "quantity": part.quantity} for part in row.bundle_components.all()]
        if all(part["sku"] for part in components):
            pricing = getattr(row, "bundle_pricing", None)
            yield {"variant": row.sku, "components": components, "pricing": pricing and _pricing(pricing)}


def _pricing(pricing: BundlePricing) -> Fields:
    amounts = {each.channel.slug: each.amount for each in pricing.reductions.all()}
    return {
        "basisPoints": pricing.basis_points,
        "amounts": [{"channel": slug, "amount": amount} for slug, amount in sorted(amounts.items())],
    }


def _relations() -> Iterator[Fields]:
    links = ProductRelation.objects.select_related("product", "related")
    ordered = links.order_by("product__slug", "product_id", "kind", "sort_order", "id")
    for (slug, kind), found in groupby(_rows(ordered), key=lambda link: (link.product.slug, link.kind)):
        yield {"product": slug, "kind": kind, "products": [link.related.slug for link in found]}


def _collections() -> Iterator[Fields]:
    links = CollectionProduct.objects.select_related("product").order_by("sort_order", "id")
    rows = Collection.objects.prefetch_related(
        Prefetch("product_links", links), "channel_listings__channel", "translations"
    )
    for row in rows.order_by("slug").iterator(chunk_size=10):
        fields = _columns(row, "slug", "name", "description")
        fields["products"] = [link.product.slug for link in row.product_links.all()]
        fields["channels"] = {
            listing.channel.slug: _columns(listing, "is_published", "published_at")
            for listing in sorted(row.channel_listings.all(), key=lambda listing: listing.channel.slug)
        }
        yield fields | _search(row) | _metadata(row) | _translations(row, _PAGE_TEXTS)


def _pages() -> Iterator[Fields]:
    rows = Page.objects.select_related("page_type").prefetch_related(_links(PageAttributeValue), "translations")
    for row in _rows(rows.order_by("slug")):
        fields = _columns(row, "slug", "title", "content", "is_published", "published_at")
        fields |= {"pageType": row.page_type.slug, "values": _values(row.attribute_values)}
        yield fields | _search(row) | _metadata(row) | _translations(row, _CONTENT_TEXTS)


def _menus() -> Iterator[Fields]:
    targets = MenuItem.objects.select_related("category", "collection", "page")
    items = targets.prefetch_related("translations").order_by("sort_order", "id")
    for row in _rows(Menu.objects.order_by("slug").prefetch_related(Prefetch("items", items))):
        below: dict[UUID | None, list[MenuItem]] = defaultdict(list)
        for item in row.items.all():
            below[item.parent_id].append(item)
        yield _columns(row, "slug", "name") | {"items": _branch(below, None)} | _metadata(row)


def _branch(below: dict[UUID | None, list[MenuItem]], parent_id: UUID | None) -> list[Fields]:
    branch = []
    for item in below[parent_id]:
        fields: Fields = {"name": item.name}
        for name in ("category", "collection", "page"):
            target = getattr(item, name)
            if target is not None:
                fields[name] = target.slug
        if item.url:
            fields["url"] = item.url
        fields |= _translations(item, ("name",))
        if children := _branch(below, item.id):
            fields["children"] = children
        branch.append(fields | {name: entries for name, entries in _metadata(item).items() if entries})
    return branch


_PARTS: Final[tuple[tuple[str, Callable[[], Iterator[Fields]]], ...]] = (
    ("attribute", _attributes),
    ("attribute_value", _attribute_values),
    ("product_type", _product_types),
    ("page_type", _page_types),
    ("category", _categories),
    ("product", _products),
    ("variant", _variants),
    ("collection", _collections),
    ("page", _pages),
    ("menu", _menus),
    ("bundle", _bundles),
    ("relations", _relations),
    ("attribute_value", _references),
)
