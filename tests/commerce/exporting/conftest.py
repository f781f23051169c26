"""A shop, what is in it as plain values, and the way out of it and back."""

import io

import pytest

from commerce.attributes.models import Attribute
from commerce.catalog.models import Category, Collection, Product, ProductType
from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM
from commerce.exporting.services import export_shopify_products
from commerce.importing.present import category_paths
from commerce.importing.services import import_shopify_products
from commerce.inventory.models import StockMovement, Warehouse
from tests.factories import make_channel, make_warehouse


@pytest.fixture
def channel(db: None) -> Channel:
    return make_channel()


@pytest.fixture
def warehouse(channel: Channel) -> Warehouse:
    return make_warehouse(channels=[channel])


def export(channel, warehouse, **beside):
    """The file as text, and the report."""
    out = io.StringIO(newline="")
    report = export_shopify_products(file=out, channel=channel, warehouse=warehouse, actor=SYSTEM, **beside)
    return out.getvalue(), report


def load(text, channel, warehouse):
    """Import a file and give the report."""
    return import_shopify_products(file=io.BytesIO(text.encode()), channel=channel, warehouse=warehouse, actor=SYSTEM)


def empty_the_shop():
    """Nothing is left of the catalog."""
    StockMovement.objects.all().delete()
    Product.objects.all().delete()
    Collection.objects.all().delete()
    ProductType.objects.all().delete()
    Attribute.objects.all().delete()
    for category in Category.objects.order_by("-created_at", "-id"):
        category.delete()


def catalog(channel):
    """Everything that a file can say about the products of `channel`, by slug."""
    return {product.slug: _product(product, channel) for product in Product.objects.all()}


def _product(product, channel):
    path = category_paths([product.category])[product.category_id] if product.category else ()
    values = product.attribute_values.order_by("value__attribute__slug", "sort_order", "id")
    elsewhere = product.channel_listings.exclude(channel=channel)
    pictures = product.media.order_by("sort_order", "id")
    return {
        "name": product.name,
        "description": product.description,
        "type": product.product_type.name,
        "category": path,
        "seo": (product.seo_title, product.seo_description),
        "metadata": product.metadata,
        "published": product.channel_listings.get(channel=channel).is_published,
        "values": list(values.values_list("value__attribute__slug", "value__attribute__name", "value__name")),
        "collections": set(product.collections.values_list("name", flat=True)),
        "elsewhere": set(elsewhere.values_list("channel__slug", "is_published")),
        "pictures": [(picture.source_url, picture.alt) for picture in pictures],
        "variants": [_variant(variant, channel) for variant in product.variants.order_by("sort_order", "id")],
    }


def _variant(variant, channel):
    price = variant.channel_listings.filter(channel=channel)
    values = variant.attribute_values.order_by("sort_order", "id")
    columns = ("sku", "name", "barcode", "weight_grams", "is_shipping_required", "track_inventory", "backorder_allowed",
               "hs_code", "country_of_origin", "content_quantity", "content_unit", "unit_price_quantity",
               "unit_price_unit")  # fmt: skip
    return {
        "fields": [getattr(variant, column) for column in columns],
        "options": list(values.values_list("value__attribute__slug", "value__attribute__name", "value__name")),
        "price": price.values_list("price_amount", "compare_at_amount", "cost_amount").first(),
        "prices": set(
            variant.channel_listings.exclude(channel=channel).values_list(
                "channel__slug", "price_amount", "compare_at_amount", "cost_amount"
            )
        ),
        "stocks": set(variant.stocks.exclude(warehouse__slug="main").values_list("warehouse__slug", "on_hand")),
        "on_hand": variant.stocks.filter(warehouse__slug="main").values_list("on_hand", flat=True).first(),
        "pictures": set(variant.media.values_list("source_url", flat=True)),
    }
