"""The statements answer what the ORM answers, in a shop with everything that can be hidden."""

from __future__ import annotations

from datetime import timedelta
from itertools import product as combinations
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone
from pytest_django import Settings

from commerce.catalog import reads
from commerce.catalog.described import attributes_of_products, attributes_of_variants
from commerce.catalog.groupings import categories_by_id, collections_of_products
from commerce.catalog.models import (
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductVariant,
    Thumbnail,
    VariantChannelListing,
)
from commerce.catalog.product_order import ParentKind, ProductOrder, ProductSort
from commerce.catalog.product_query import fetch_hits, fetch_hits_of_parents
from commerce.catalog.product_search import page_of_products, pages_of_products
from commerce.catalog.queries import visible_products
from commerce.catalog.rows import ProductRow
from commerce.catalog.slug_lookup import product_by_slug
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.keyset import Slice
from commerce.core.permission import Permission
from commerce.inventory.around_products import Around, Copies, around_products
from commerce.inventory.queries import available_in_places, available_quantity, sellable_shelves
from commerce.inventory.set_aside import Asked, shelves_for
from tests.factories import (
    list_product,
    list_variant,
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
    make_warehouse,
    staff_actor,
    stock_up,
)
from tests.made_once import made_once
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db

STAFF = staff_actor(Permission.MANAGE_PRODUCTS)
OF_SHOP = [sort for sort in ProductSort if sort not in (ProductSort.RANK, ProductSort.COLLECTION)]


@pytest.fixture(params=[True, False], ids=["prepared", "plain"], autouse=True)
def either_way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param


@pytest.fixture
def shop(db: None) -> dict[str, Product]:
    """Products that are shown, hidden, elsewhere, to come, or only at their address; some have what others lack."""
    return made_once(make_shop)


def make_shop() -> dict[str, Product]:
    eu = make_channel("eu", currency_code="EUR")
    home = make_category("home")
    kitchen = make_category("kitchen", parent=home)
    colour = make_attribute("colour", "Red", "Blue")
    hidden = make_attribute("margin", "High", visible_in_storefront=False)
    kind = make_product_type("mug", product_attributes=[colour, hidden], variant_attributes=[colour])
    tomorrow, yesterday = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=2)
    found = {
        "shown": make_product("Mug", category=kitchen, product_type=kind, description={"blocks": []}),
        "same": make_product("mug", category=home, metadata={"colour": "100% red"}, external_reference="erp-1"),
        "bare": make_product("Bare", category=kitchen),
        "unlisted": make_product("Unlisted", category=home, visible_in_listings=False),
        "hidden": make_product("Hidden", category=kitchen, is_published=False),
        "elsewhere": make_product("Elsewhere", category=kitchen, channel=eu),
        "tomorrow": make_product("Tomorrow", category=home),
        "for ever": make_product("For ever"),
    }
    dates = {"tomorrow": tomorrow, "for ever": None, "same": yesterday}
    for name, moment in dates.items():
        ProductChannelListing.objects.filter(product=found[name]).update(published_at=moment)
    list_product(found["shown"], eu)
    for name in ("shown", "same", "tomorrow", "hidden", "for ever"):
        cheap = make_variant(product=found[name], price=900, compare_at=1200, sort_order=2)
        make_variant(product=found[name], price=1500, sort_order=1, weight_grams=None, quantity_limit_per_customer=3)
        make_variant(product=found[name], price=None, sort_order=0)
        list_variant(cheap, eu, price=700)
    for place, value in enumerate(colour.values.all()):
        ProductAttributeValue.objects.create(product=found["shown"], value=value, sort_order=-place)
    for place, (status, file) in enumerate(
        [("pending", "a.png"), ("ready", ""), ("ready", "b.png"), ("ready", "c.png")]
    ):
        medium = ProductMedia.objects.create(
            product=found["shown"], status=status, file=file, alt=file, sort_order=-place, source_url="https://x.test/"
        )
        medium.variants.add(*found["shown"].variants.all()[:2])
    Thumbnail.objects.create(source="c.png", size=256, format="WEBP", file="small.webp")
    make_collection("all", products=[found[name] for name in ("same", "tomorrow", "shown", "bare", "elsewhere")])
    return found


def as_model(row: ProductRow) -> dict[str, Any]:
    """A row under the names of the model's columns."""
    return {
        "id": row.id,
        "name": row.name,
        "slug": row.slug,
        "description": row.description,
        "metadata": row.metadata,
        "private_metadata": row.private_metadata,
        "external_reference": row.external_reference,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "product_type_id": row.product_type_id,
        "category_id": row.category_id,
        "seo_title": row.seo_title,
        "seo_description": row.seo_description,
    }


def from_orm(product: Product) -> dict[str, Any]:
    """The same of a model."""
    ids = ("id", "product_type_id", "category_id")
    found = {name: getattr(product, name) for name in as_model(EMPTY)}
    return {name: str(value) if name in ids and value is not None else value for name, value in found.items()}


EMPTY = ProductRow("", "", "", "", "", "", None, None, "2026-01-01", "2026-01-01", None, "{}", "{}", *[None] * 7)


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
def test_a_product_is_found_by_those_who_may_see_it(shop: dict[str, Product], channel: Channel, actor: Actor) -> None:
    expected = {str(row.id): from_orm(row) for row in visible_products(channel=channel, actor=actor)}
    everything = list(Product.objects.values_list("id", flat=True))
    by_id = reads.products_by_id(everything, channel=channel, actor=actor)
    assert {row.id: as_model(row) for row in by_id.values()} == expected
    named = [product_by_slug(each.slug, language=None, channel=channel, actor=actor) for each in shop.values()]
    assert {found.row.id: as_model(found.row) for found in named if found} == expected
    assert product_by_slug("no such product", language=None, channel=channel, actor=actor) is None


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
@pytest.mark.parametrize(
    "sort", [sort for sort in ProductSort if sort not in (ProductSort.RANK, ProductSort.COLLECTION)]
)
def test_pages_of_the_shop_are_those_that_the_orm_would_write(
    shop: dict[str, Product], channel: Channel, actor: Actor, sort: ProductSort
) -> None:
    for descending, backward in combinations((False, True), (False, True)):
        order = ProductOrder(sort, descending)
        whole = page_of_products(channel=channel, condition=Q(), order=order, window=Slice(100), actor=actor)
        assert len(whole.rows) == (4 if actor is ANONYMOUS else 7)
        for after, before in combinations((None, whole.cursor_of(1)), (None, whole.cursor_of(-1))):
            window = Slice(2, after=after, before=before, backward=backward)
            page = page_of_products(channel=channel, condition=Q(), order=order, window=window, actor=actor)
            hits = fetch_hits(channel, Q(), order, window, actor)[:2]
            assert list(page.rows) == [ProductRow._make(hit[:-2]) for hit in (hits[::-1] if backward else hits)]


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
@pytest.mark.parametrize("sort", [*OF_SHOP, ProductSort.COLLECTION])
def test_pages_of_a_category_or_collection_are_those_that_the_orm_would_write(
    shop: dict[str, Product], channel: Channel, actor: Actor, sort: ProductSort
) -> None:
    home = shop["same"].category
    collection = shop["same"].collections.get()
    assert home is not None
    parents = [(ParentKind.COLLECTION, collection.id)]
    parents += [(ParentKind.CATEGORY, home.id)] if sort is not ProductSort.COLLECTION else []
    for (kind, key), descending, backward in combinations(parents, (False, True), (False, True)):
        order = ProductOrder(sort, descending)
        asked: dict[str, Any] = {"channel": channel, "condition": Q(), "order": order, "actor": actor}
        whole = pages_of_products(parent_kind=kind, parent_ids=[key], window=Slice(100), **asked)[key]
        assert len(whole.rows) == (3 if actor is ANONYMOUS else {"category": 6, "collection": 4}[kind.value])
        for after in (None, whole.cursor_of(0)):
            window = Slice(1, after=after, backward=backward)
            page = pages_of_products(parent_kind=kind, parent_ids=[str(key)], window=window, **asked)[str(key)]
            hits = fetch_hits_of_parents(kind, [key], channel, Q(), order, window, actor)
            assert list(page.rows) == [ProductRow._make(hit[:-2]) for hit in hits[:1]]


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
def test_variants_come_in_their_order_with_their_prices(
    shop: dict[str, Product], channel: Channel, actor: Actor
) -> None:
    for where in (channel, make_channel("eu"), None):
        found = reads.variants_of_products([row.id for row in shop.values()], channel=where, actor=actor)
        for product in shop.values():
            expected = ProductVariant.objects.filter(product=product).order_by("sort_order", "id")
            prices = {row.variant_id: row for row in VariantChannelListing.objects.filter(channel=where)}
            if where is not None and actor is ANONYMOUS:
                expected = expected.filter(channel_listings__channel=where)
            assert [(row.id, row.sku, row.weight_grams, row.amount) for row in found[product.id]] == [
                (str(row.id), row.sku, row.weight_grams, prices[row.id].price_amount if row.id in prices else None)
                for row in expected
            ]


def test_prices_of_variants_and_of_products_agree(shop: dict[str, Product], channel: Channel) -> None:
    empty = make_channel("empty")
    cards = reads.cards_of_products([(where.id, row.id) for row in shop.values() for where in (empty, channel)])
    prices = {key: card and card[1:6] for key, card in cards.items()}
    assert prices[channel.id, shop["bare"].id] == (None, None, None, None, False)
    assert prices[channel.id, shop["shown"].id] == (900, 1500, 1200, 1500, True)
    assert prices[empty.id, shop["shown"].id] is None
    variants = [variant.id for variant in shop["shown"].variants.all()]
    found = reads.prices_of_variants([(where.id, key) for key in variants for where in (empty, channel)])
    assert [found.pop((empty.id, key)) for key in variants] == [None] * len(variants)
    assert sorted((row.amount, row.undiscounted) for row in found.values() if row) == [(900, 1200), (1500, 1500)]
    assert list(found.values()).count(None) == 1


def test_media_that_wait_are_not_shown_and_the_first_stored_picture_stands_for_the_product(
    shop: dict[str, Product],
) -> None:
    shown = shop["shown"]
    variants = [variant.id for variant in shown.variants.all()]
    assert [row.file for row in reads.media_of_products([shown.id])[shown.id]] == ["c.png", "b.png", ""]
    media = reads.media_of_variants(variants)
    assert [[row.file for row in media[key]] for key in variants] == [["c.png", "b.png", ""]] * 2 + [[]]
    everything = [row.id for row in shop.values()]
    pictures = reads.first_pictures(everything, 256, "WEBP")
    assert {key: (row.file, row.copy) for key, row in pictures.items()} == {shown.id: ("c.png", "small.webp")}
    assert reads.first_pictures(everything, 256, "AVIF")[shown.id].copy is None
    assert reads.copies_of_pictures(["c.png", "b.png"], 256, "WEBP") == {"c.png": "small.webp"}


def test_attributes_come_in_the_order_of_the_type_with_the_values_of_the_owner(shop: dict[str, Product]) -> None:
    shown, bare = shop["shown"], shop["bare"]
    found = attributes_of_products([shown.id, bare.id])
    assert [(entry.attribute.slug, [value.name for value in entry.values]) for entry in found[shown.id]] == [
        ("colour", ["Blue", "Red"]),
        ("margin", []),
    ]
    variant = shown.variants.all()[0]
    (entry,) = attributes_of_variants([variant.id])[variant.id]
    assert (entry.attribute.slug, entry.values, entry.variant_selection) == ("colour", [], True)


def test_what_is_available_is_what_the_stocks_of_the_channel_have_free(channel: Channel) -> None:
    abroad = make_warehouse("abroad", channels=[channel], countries=["DE"])
    closed = make_warehouse("closed", channels=[channel], is_active=False)
    other = make_warehouse("other", channels=[make_channel("eu")])
    plain, none, endless, uncounted = (
        make_variant(stock=7),
        make_variant(stock=None),
        make_variant(stock=0, backorder_allowed=True),
        make_variant(stock=None, track_inventory=False),
    )
    plain.stocks.update(reserved=2)
    for warehouse in (abroad, closed, other):
        stock_up(plain, 100, warehouse=warehouse)
    asked = [plain.id, none.id, endless.id, uncounted.id]
    assert list(available_quantity(asked, channel, "US").values()) == [5, 0, None, None]
    assert list(available_quantity(asked, channel, "DE").values()) == [105, 0, None, None]
    assert list(available_quantity(asked, channel).values()) == [105, 0, None, None]
    for places in ([(channel, "US"), (channel, "DE"), (make_channel("eu"), "US")], [(channel, "DE")]):
        found = available_in_places([(where.id, to, key) for where, to in places for key in asked])
        for where, to in places:
            alone = available_quantity(asked, where, to)
            assert {key: found[where.id, to, key] for key in asked} == alone
    rows = shelves_for(Asked(None, frozenset([plain.id]), channel.id, "DE", None)).rows
    shelves = sellable_shelves(rows, {plain.id: 1}, channel, "DE", own={}, seed=0)
    assert sum(shelf.free for shelf in shelves[plain.id]) == 105


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
def test_what_is_asked_together_is_what_is_asked_one_by_one(
    shop: dict[str, Product], channel: Channel, actor: Actor
) -> None:
    collection = make_collection("picks", products=[shop["shown"], shop["bare"]], channel=channel)
    products = [row.id for row in shop.values()]
    categories = [row.category_id for row in shop.values() if row.category_id]
    variants = reads.variants_of_products(products, channel=channel, actor=actor)
    first = reads.first_pictures(products, 256, "WEBP")
    keys = [row.id for rows in variants.values() for row in rows]
    alone = {
        Around.CATEGORIES: categories_by_id(categories),
        Around.COLLECTIONS: collections_of_products(products, channel=channel, actor=actor),
        Around.PICTURES: {key: first.get(key) for key in products},
        Around.MEDIA: reads.media_of_products(products),
        Around.COPIES: {"c.png": "small.webp", "b.png": None},
        Around.ATTRIBUTES: attributes_of_products(products),
        Around.VARIANTS: variants,
        Around.QUANTITIES: available_quantity(keys, channel, "US"),
        Around.OPTIONS: attributes_of_variants(keys),
    }
    assert str(collection.id) in [row.id for row in alone[Around.COLLECTIONS][shop["shown"].id]]
    assert any(quantity for quantity in alone[Around.QUANTITIES].values())
    needs = {Around.VARIANTS: {Around.QUANTITIES, Around.OPTIONS}, Around.MEDIA: {Around.COPIES}}
    for left_out in [None, *Around]:
        wanted = set(Around) - {left_out} - needs.get(left_out, set())
        with recorded_statements() as seen:
            found = around_products(
                products,
                wanted,
                category_ids=categories,
                channel=channel,
                actor=actor,
                pictures=Copies(256, "WEBP"),
                copies=Copies(256, "WEBP"),
                country="US",
            )
        assert len(seen) == 1
        for part, facts in alone.items():
            assert getattr(found, part.value) == (facts if part in wanted else {}), part
