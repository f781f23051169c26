"""Whoever changes what shoppers see, by whatever way, is seen by the next of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog import models as catalog
from commerce.catalog import services
from commerce.catalog.rule_keeping import keep_collection_rules
from commerce.channels.models import Channel
from commerce.channels.services import update_channel
from commerce.core.actor import SYSTEM
from commerce.inventory.models import Stock, Warehouse, WarehouseChannel
from commerce.pricing.models import PriceList
from commerce.taxes.models import TaxClassAssignment, TaxConfiguration, TaxRate
from schema import admin
from tests.content import make_menu
from tests.factories import (
    make_product,
)
from tests.schema.cache.changing_shop import Shop
from tests.schema.cache.keeping import KEEPING, TRANSLATING, UNSEEN
from tests.schema.cache.window import FRESH, LOOKS, Window
from tests.schema.doing import gid

pytestmark = pytest.mark.usefixtures("caching")


def _sql(statement: str) -> Callable[[Shop], None]:
    def run(shop: Shop) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _mutation(name: str, arguments: Callable[[Shop], dict[str, Any]]) -> Callable[[Shop], None]:
    return lambda shop: shop.change(name, **arguments(shop))


NO_POINTS = {"categoryPoints": 0, "collectionPoints": 0, "valuePoints": 0}


def _beside(shop: Shop, **arguments: Any) -> dict[str, Any]:
    return {"id": gid("Product", shop.mug.id), "kind": "ACCESSORY", **arguments}


def _price_list(shop: Shop, *, is_active: bool = True, units: int = 1) -> PriceList:
    """A list for everybody with a price of the mug."""
    made = PriceList.objects.create(channel=shop.channel, name="Sale", is_active=is_active)
    made.entries.create(variant=shop.variant, amount=500, minimum_quantity=units)
    return made


BY_MUTATION: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "priceListUpdate": lambda s: {
        "id": gid("PriceList", _price_list(s, is_active=False).id),
        "input": {"isActive": True},
    },
    "priceListEntriesUpdate": lambda s: {
        "id": gid("PriceList", PriceList.objects.create(channel=s.channel, name="Sale").id),
        "entries": [{"variant": gid("ProductVariant", s.variant.id), "price": 5}],
    },
    "productUpdate": lambda s: {"id": gid("Product", s.mug.id), "input": {"name": "Beaker"}},
    "productDelete": lambda s: {"id": gid("Product", s.cup.id)},
    **KEEPING,
    "productVariantCreate": lambda s: {
        "input": {
            "product": gid("Product", s.mug.id), "sku": "MUG-3",
            "attributes": [{"slug": "colour", "values": ["Blue"]}],
        },
    },
    "productRelationsSet": lambda s: _beside(s, related=[gid("Product", s.plate.id)]),
    "productRelationsAdd": lambda s: _beside(s, related=[gid("Product", s.plate.id)]),
    "productRelationsRemove": lambda s: _beside(s, related=[gid("Product", s.cup.id)]),
    "productRelationMove": lambda s: _beside(s, relatedId=gid("Product", s.cup.id), position=1),
    "relatedProductsRuleSet": lambda s: {"input": NO_POINTS},
    "productVariantUpdate": lambda s: {"id": gid("ProductVariant", s.variant.id), "input": {"name": "Huge"}},
    "productChannelListingUpdate": lambda s: {
        "id": gid("Product", s.mug.id), "input": {"channel": "default-channel", "isPublished": False},
    },
    "productVariantChannelListingUpdate": lambda s: {
        "id": gid("ProductVariant", s.variant.id), "input": {"channel": "default-channel", "price": "7.77"},
    },
    **TRANSLATING,
    "categoryCreate": lambda s: {"input": {"name": "Garden"}, "parent": gid("Category", s.kitchen.id)},
    "categoryUpdate": lambda s: {"id": gid("Category", s.kitchen.id), "input": {"name": "Galley"}},
    "collectionAddProducts": lambda s: {
        "collectionId": gid("Collection", s.summer.id), "products": [gid("Product", s.cup.id)],
    },
    "pageTypeUpdate": lambda s: {"id": gid("PageType", s.guide.id), "input": {"name": "Manual"}},
    "pageCreate": lambda s: {
        "input": {"pageType": gid("PageType", s.guide.id), "title": "New", "isPublished": True},
    },
    "pageUpdate": lambda s: {"id": gid("Page", s.draft.id), "input": {"isPublished": True}},
    "pageDelete": lambda s: {"id": gid("Page", s.story.id)},
    "menuCreate": lambda s: {"input": {"name": "Footer"}},
    "menuUpdate": lambda s: {"id": gid("Menu", s.heading.menu_id), "input": {"name": "Header"}},
    "menuDelete": lambda s: {"id": gid("Menu", s.heading.menu_id)},
    "menuItemCreate": lambda s: {"input": {"menu": gid("Menu", s.heading.menu_id), "name": "New"}},
    "menuItemUpdate": lambda s: {"id": gid("MenuItem", s.to_story.id), "input": {"url": "/x"}},
    "menuItemMove": lambda s: {"id": gid("MenuItem", s.to_story.id), "input": {"position": 0}},
    "menuItemDelete": lambda s: {"id": gid("MenuItem", s.heading.id)},
    "searchSynonymCreate": lambda s: {"input": {"terms": ["cup", "beaker"]}},
    "searchSynonymUpdate": lambda s: {
        "id": gid("SearchSynonym", s.synonym.id), "input": {"terms": ["cup", "beaker"]},
    },
    "searchSynonymDelete": lambda s: {"id": gid("SearchSynonym", s.synonym.id)},
    "searchStopWordCreate": lambda s: {"input": {"language": "EN", "word": "large"}},
    "searchStopWordUpdate": lambda s: {"id": gid("SearchStopWord", s.stop_word.id), "input": {"isIgnored": False}},
    "searchStopWordDelete": lambda s: {"id": gid("SearchStopWord", s.stop_word.id)},
    "taxClassAssign": lambda s: {
        "taxClass": gid("TaxClass", s.books.id), "products": [gid("Product", s.mug.id)],
    },
    "taxClassDelete": lambda s: {"id": gid("TaxClass", s.food.id)},
    "taxRatesUpdate": lambda s: {
        "country": "DE", "rates": [{"percent": "16"}, {"percent": "5", "taxClass": gid("TaxClass", s.food.id)}],
    },
    "taxConfigurationUpdate": lambda s: {
        "channel": "default-channel", "input": {"defaultClass": gid("TaxClass", s.books.id)},
    },
    "variantBundleSet": lambda s: {
        "id": gid("ProductVariant", s.breakfast.id),
        "components": [{"variant": gid("ProductVariant", s.tray.id), "quantity": 3}],
    },
    "variantBundleRemove": lambda s: {"id": gid("ProductVariant", s.breakfast.id)},
    "stockUpdate": lambda s: {
        "variantId": gid("ProductVariant", s.variant.id), "warehouseId": gid("Warehouse", s.warehouse.id),
        "quantity": 4,
    },
    "stockBulkUpdate": lambda s: {
        "stocks": [{
            "variantId": gid("ProductVariant", v.id), "warehouseId": gid("Warehouse", s.warehouse.id), "quantity": 0,
        } for v in (s.variant, s.second)],
    },
    "stockAdjust": lambda s: {
        "variantId": gid("ProductVariant", s.second.id), "warehouseId": gid("Warehouse", s.warehouse.id),
        "delta": -3, "reason": "LOST",
    },
    "variantBackorderSet": lambda s: {"variantId": gid("ProductVariant", s.second.id), "allowed": True},
    "variantPreorderSet": lambda s: {
        "variantId": gid("ProductVariant", s.second.id), "warehouseId": gid("Warehouse", s.warehouse.id),
        "channel": "default-channel", "endDate": "2999-01-01T00:00:00Z", "limit": 3,
    },
    "warehouseUpdate": lambda s: {"id": gid("Warehouse", s.warehouse.id), "input": {"isActive": False}},
}  # fmt: skip

SHOW_NOTHING_NEW = {
    *UNSEEN,
    # Signed-in customers are never answered from what is kept, and a list has no prices at first.
    "customerGroupCreate", "customerGroupUpdate", "customerGroupDelete", "customerGroupAssignCustomers",
    "priceListCreate",
    "priceListDelete",  # below
    "tokenCreate", "tokenRefresh", "orderCapture", "orderRefund", "webhookEndpointCreate", "webhookEndpointUpdate",
    "webhookEndpointDelete", "webhookSecretRotate", "webhookPing", "webhookDeliveryRetry",
    "collectionRuleSet", "collectionRuleRemove",  # a regular job applies them
    "relatedProductsRuleRemove",  # below
    "productCreate", "collectionCreate", "warehouseCreate",  # nobody sees them before something else happens
    "variantPreorderEnd",  # the other way round
    "stockTransfer",  # as many units elsewhere; a warehouse of the shop has them
    "stockThresholdSet",  # only partners learn of it
    "stockShard",  # the same units in other rows
    "warehouseDelete",  # only one that was never used
    "pageTypeCreate", "pageTypeDelete",  # nobody sees a type without pages
    "catalogImport", "catalogImportCancel", "catalogExport",  # only the worker changes something
    "orderFulfill", "orderCancel",  # below, with an order
    "taxClassCreate", "taxClassUpdate",  # nobody sees what a class is called
    "customerTaxesUpdate", "taxExemptionManage", "orderTaxExemptionManage",  # of one buyer
}  # fmt: skip

BY_OTHER_WAYS: dict[str, Callable[[Shop], Any]] = {
    "a product unpublished": lambda s: services.unpublish_product(
        product_id=s.mug.id, channel=s.channel, actor=SYSTEM
    ),
    "a product that was asked for in vain": lambda s: make_product("Late", slug="not-yet"),
    "a price before the reduction": lambda s: services.set_variant_price(
        variant_id=s.variant.id, channel=s.channel, price_amount=1000, compare_at_amount=2000, actor=SYSTEM
    ),
    "a category moved": lambda s: services.move_category(
        category_id=s.kitchen.id, parent_id=s.bath.id, actor=SYSTEM
    ),
    "a category deleted": lambda s: catalog.Category.objects.get(id=s.kitchen.id).delete(),
    "a product taken out of a collection": lambda s: services.remove_from_collection(
        collection_id=s.summer.id, product_ids=[s.mug.id], actor=SYSTEM
    ),
    "a product that gives up a slug": lambda s: (_save(s.cup, slug="old-mug"), _save(s.cup, slug="cup")),
    "a category that gives up a slug": lambda s: (_save(s.bath, slug="old-kitchen"), _save(s.bath, slug="bath")),
    "a collection that gives up a slug": lambda s: (_save(s.summer, slug="old-summer"), _save(s.summer, slug="july")),
    "a page that gives up a slug": lambda s: (_save(s.story, slug="old-story"), _save(s.story, slug="story")),
    **{
        f"a {name} that gives up a slug of a language": lambda s, name=name, row=row: (
            getattr(s, row).translations.create(language="de", slug=f"alt-{name}"),
            getattr(s, row).translations.update(slug=f"neu-{name}"),
        )
        for name, row in (("product", "mug"), ("category", "bath"), ("collection", "summer"), ("page", "story"))
    },
    "a slug of another language written by hand": lambda s: catalog.CategoryTranslation.objects.create(
        category=s.bath, language="de", slug="garten"
    ),
    "a rule that takes a product in": lambda s: (
        services.set_collection_rule(
            collection_id=s.summer.id,
            rule={"match": "all", "conditions": [{"kind": "name", "contains": "cup"}]},
            actor=SYSTEM,
        ),
        keep_collection_rules(),
    ),
    "a collection unpublished": lambda s: services.unpublish_collection(
        collection_id=s.summer.id, channel=s.channel, actor=SYSTEM
    ),
    "a collection renamed on a screen": lambda s: _save(s.summer, name="Winter"),
    "a page hidden on a screen": lambda s: _save(s.story, is_published=False),
    "a value taken from a page": lambda s: s.story.attribute_values.all().delete(),
    "a page type that loses an attribute": lambda s: s.guide.attribute_links.all().delete(),
    "a menu that was asked for in vain": lambda s: make_menu("footer"),
    "a line of a menu renamed by hand": _sql("UPDATE content_menuitem SET name = 'Tale' WHERE name = 'Story'"),
    "a rule of what is related that is taken away": lambda s: (
        s.change("relatedProductsRuleSet", input=NO_POINTS),
        s.change("relatedProductsRuleRemove"),
        _save(s.mug, category=None),
    ),
    "a product beside another that is hidden": lambda s: services.unpublish_product(
        product_id=s.cup.id, channel=s.channel, actor=SYSTEM
    ),
    "stock of a part": lambda s: Stock.objects.filter(variant=s.tray).update(on_hand=5),
    "a part that is sold out": lambda s: Stock.objects.filter(variant=s.tray).update(reserved=9),
    "a part without stock": lambda s: Stock.objects.filter(variant=s.tray).delete(),
    "a part that is always there": lambda s: catalog.ProductVariant.objects.filter(id=s.tray.id).update(
        track_inventory=False
    ),
    "a part that is hidden": lambda s: services.unpublish_product(
        product_id=s.tray.product_id, channel=s.channel, actor=SYSTEM
    ),
    "the price of a part": _sql(
        "UPDATE catalog_variantchannellisting SET price_amount = 5000 WHERE variant_id IN"
        " (SELECT component_id FROM catalog_bundlecomponent)"
    ),
    "a part without a price": lambda s: s.tray.channel_listings.all().delete(),
    "a part that is there twice": lambda s: catalog.BundleComponent.objects.update(quantity=4),
    "another share off": lambda s: catalog.BundlePricing.objects.update(basis_points=2000),
    "an amount off": lambda s: catalog.BundleReduction.objects.create(
        pricing=catalog.BundlePricing.objects.get(), channel=s.channel, amount=11
    ),
    "a picture removed": lambda s: services.remove_media(media_id=s.picture.id, actor=SYSTEM),
    "a picture described on a screen": lambda s: _save(s.picture, alt="Still a mug"),
    "a picture of a variant": lambda s: s.picture.variants.add(s.variant),
    "a thumbnail made": lambda s: catalog.Thumbnail.objects.create(
        source="products/mug.png", size=256, format="ORIGINAL", file="thumbnails/mug.png"
    ),
    "an attribute renamed": lambda s: _save(s.material, name="Stuff"),
    "an attribute hidden": lambda s: Attribute.objects.filter(id=s.material.id).update(visible_in_storefront=False),
    "a value renamed": lambda s: AttributeValue.objects.filter(attribute=s.material).update(name="Loam"),
    "a value taken from a product": lambda s: s.mug.attribute_values.all().delete(),
    "a value taken from a variant": lambda s: s.variant.attribute_values.all().delete(),
    "a product type renamed": lambda s: _save(s.mug.product_type, name="Vessel"),
    "a product type that loses an attribute": lambda s: s.mug.product_type.attribute_links.filter(
        attribute=s.material
    ).delete(),
    "a channel opened": lambda s: Channel.objects.create(
        slug="other", name="Other", currency_code="EUR", default_country="DE"
    ),
    "a channel renamed": lambda s: update_channel(channel_id=s.channel.id, changes={"name": "Main"}, actor=SYSTEM),
    "a limit per line": lambda s: update_channel(
        channel_id=s.channel.id, changes={"quantity_limit_per_line": 2}, actor=SYSTEM
    ),
    "prices with tax": lambda s: update_channel(
        channel_id=s.channel.id, changes={"prices_include_tax": True}, actor=SYSTEM
    ),
    "another tax": lambda s: _save(TaxRate.objects.get(country="DE", tax_class=None), percent=Decimal(7)),
    "no tax": lambda s: TaxRate.objects.all().delete(),
    "a class of goods taxed otherwise": lambda s: TaxRate.objects.filter(tax_class=s.food).update(percent=6),
    "a class of a product taken away": lambda s: TaxClassAssignment.objects.all().delete(),
    "another rounding": lambda s: TaxConfiguration.objects.create(channel=s.channel, rounding="down"),
    "a warehouse closed": lambda s: Warehouse.objects.filter(id=s.warehouse.id).update(is_active=False),
    "a warehouse that sells to nobody": lambda s: WarehouseChannel.objects.all().delete(),
    "stock that came in": lambda s: Stock.objects.filter(variant=s.variant).update(on_hand=5),
    "goods set aside for a cart that pays": lambda s: s.bought(),
    "a variant deleted on a screen": lambda s: s.second.delete(),
    "a variant moved to another product": lambda s: _save(s.second, product=s.cup),
    "a product renamed by hand": _sql("UPDATE catalog_product SET name = 'Tankard' WHERE slug = 'mug'"),
    "metadata": lambda s: _save(s.mug, metadata={"care": "by hand"}),
    "everything emptied": _sql("TRUNCATE catalog_collectionproduct"),
}  # fmt: skip


def _save(row: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def _assert_seen(window: Window, before: dict[str, bytes]) -> None:
    now, fresh = window.all(), window.all(**FRESH)
    assert fresh != before, "the change changed nothing, so this shows nothing"
    assert now == fresh


@pytest.mark.parametrize("name", BY_MUTATION)
def test_a_mutation_of_the_merchant_is_seen(name: str) -> None:
    shop, window = Shop.open(), Window()
    before = window.all()
    _mutation(name, BY_MUTATION[name])(shop)
    _assert_seen(window, before)


def test_no_mutation_of_the_admin_schema_was_forgotten() -> None:
    mutations = admin.schema._schema.mutation_type
    assert mutations is not None
    assert set(mutations.fields) == BY_MUTATION.keys() | SHOW_NOTHING_NEW


@pytest.mark.parametrize("name", BY_OTHER_WAYS)
def test_a_change_by_another_way_is_seen(name: str) -> None:
    shop, window = Shop.open(), Window()
    before = window.all()
    BY_OTHER_WAYS[name](shop)
    _assert_seen(window, before)


def test_goods_of_an_order_that_is_cancelled_can_be_bought_again() -> None:
    shop, window = Shop.open(), Window()
    order = shop.bought()
    before = window.all()
    shop.change("orderCancel", id=order["id"])
    _assert_seen(window, before)


def test_goods_that_are_sent_change_nothing_that_shoppers_see() -> None:
    shop, window = Shop.open(), Window()
    order = shop.bought()
    before = window.all()
    shop.change("orderFulfill", id=order["id"])
    assert window.all() == before == window.all(**FRESH)


def test_a_price_of_one_product_leaves_the_page_of_another_alone() -> None:
    shop, window = Shop.open(), Window()
    page = '{ product(slug: "cup", channel: "default-channel") { name variants { sku quantityAvailable } } }'
    window.ask(page)
    window.look("detail")
    shop.change("productVariantChannelListingUpdate", **BY_MUTATION["productVariantChannelListingUpdate"](shop))
    shop.change("stockUpdate", **BY_MUTATION["stockUpdate"](shop))
    assert window.is_kept(page)


def test_who_takes_an_old_slug_over_is_found_under_it() -> None:
    shop, window = Shop.open(), Window()
    _save(shop.cup, slug="old-mug")
    _save(shop.cup, slug="cup")
    assert b'"cup"' in window.look("by an old slug")
    heir = make_product("Heir", slug="heir")
    assert b'"cup"' in window.look("by an old slug")
    _save(heir, slug="old-mug")
    assert b'"old-mug"' in window.look("by an old slug")


def test_who_takes_a_slug_of_a_language_over_is_found_under_it() -> None:
    shop, window = Shop.open(), Window()
    _save(shop.cup, slug="becher")
    assert b'"becher"' in window.look("by a German slug")
    shop.change("productTranslate", **BY_MUTATION["productTranslate"](shop))
    assert b'"mug"' in window.look("by a German slug")


def test_stock_leaves_a_list_alone_that_does_not_show_it() -> None:
    shop, window = Shop.open(), Window()
    window.look("names")
    shop.change("stockUpdate", **BY_MUTATION["stockUpdate"](shop))
    assert window.is_kept(*LOOKS["names"])


def test_a_transaction_that_is_taken_back_is_not_seen() -> None:
    shop, window = Shop.open(), Window()
    before = window.all()
    with transaction.atomic():
        _save(shop.mug, name="Never")
        assert b"Never" in window.look("names"), "inside the transaction the cache is not asked"
        transaction.set_rollback(True)
    assert window.all() == before == window.all(**FRESH)
