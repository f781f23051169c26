"""Lists of products: filters, orders and pages."""

import random

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog.models import Product, ProductChannelListing
from commerce.catalog.product_filter import AttributeFilter, ProductFilter, in_stock, is_available
from commerce.catalog.product_order import ParentKind, ProductOrder, ProductSort
from commerce.catalog.product_search import (
    count_products,
    count_products_by_parent,
    page_of_products,
    pages_of_products,
)
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import InvalidInput
from commerce.core.keyset import BadCursor, Slice
from tests.factories import (
    make_attribute,
    make_category,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db


def names(channel, condition=None, order=None, window=None):
    page = page_of_products(
        channel=channel,
        condition=condition if condition is not None else Q(),
        order=order or ProductOrder(),
        window=window or Slice(100),
        actor=ANONYMOUS,
    )
    return [product.name for product in page.rows]


def by(channel, **asked):
    return names(channel, ProductFilter(**asked).condition(channel=channel, actor=ANONYMOUS))


def test_search_finds_parts_of_names_and_skus_without_regard_to_case_and_accents(channel):
    make_variant(product=make_product("Crème Brûlée Bowl"), sku="BWL-CREME-24")
    make_product("Copper Pan")
    for text in ("creme", "BRÛLÉE", "bowl brulee", "bwl-creme", "reme bru"):
        assert by(channel, search=text) == ["Crème Brûlée Bowl"]
    assert by(channel, search="bowl pan") == []
    assert len(by(channel, search="  ")) == 2


def test_search_takes_wildcards_and_quotes_literally(channel):
    make_product("100% Linen")
    make_product("1000 Linen")
    make_product("Mug_Set")
    assert by(channel, search="100%") == ["100% Linen"]
    assert by(channel, search="mug_") == ["Mug_Set"]
    assert by(channel, search="'; DROP TABLE--\x00") == []


def test_a_search_as_long_as_a_book_is_refused(channel):
    with pytest.raises(InvalidInput):
        by(channel, search="a" * 201)


def test_a_category_means_everything_below_it(channel):
    home = make_category("home")
    kitchen = make_category("kitchen", parent=home)
    make_product("Sofa", category=home)
    make_product("Mug", category=kitchen)
    make_product("Pen")
    assert by(channel, category_ids=[home.id]) == ["Mug", "Sofa"]
    assert by(channel, category_ids=[kitchen.id]) == ["Mug"]
    assert by(channel, category_ids=[]) == []
    assert by(channel, has_category=False) == ["Pen"]


def test_prices_are_compared_in_minor_units_of_the_channel(channel):
    for name, price in (("Cheap", 999), ("Middle", 1000), ("Dear", 1001)):
        make_variant(product=make_product(name), price=price)
    make_product("Unpriced")
    assert by(channel, price_gte=1000, price_lte=1000) == ["Middle"]
    assert by(channel, price_lte=1000) == ["Cheap", "Middle"]
    with pytest.raises(InvalidInput):
        ProductFilter(price_gte=1).condition(channel=None, actor=ANONYMOUS)


def test_attributes_of_products_and_of_variants_narrow_together(channel):
    colour, size = make_attribute("colour", "Red", "Blue"), make_attribute("size", "S", "L")
    kind = make_product_type("shirt", product_attributes=[colour], variant_attributes=[size])
    red, blue = colour.values.order_by("sort_order")
    small, large = size.values.order_by("sort_order")
    shirt = make_product("Red shirt", product_type=kind, attribute_values=[red])
    make_variant(product=shirt, attribute_values=[small])
    other = make_product("Blue shirt", product_type=kind, attribute_values=[blue])
    make_variant(product=other, attribute_values=[large])
    assert by(channel, attributes=[AttributeFilter("colour", ("red", "blue"))]) == ["Blue shirt", "Red shirt"]
    assert by(channel, attributes=[AttributeFilter("colour", ("red",)), AttributeFilter("size", ("l",))]) == []
    assert by(channel, attributes=[AttributeFilter("size", ("l",))]) == ["Blue shirt"]


def test_what_can_be_had_is_what_is_free_or_may_be_ordered_without_stock(channel):
    make_variant(product=make_product("Plenty"), stock=5)
    make_variant(product=make_product("Gone"), stock=0)
    make_variant(product=make_product("Backorder"), stock=0, backorder_allowed=True)
    make_variant(product=make_product("Uncounted"), stock=None, track_inventory=False)
    promised = make_variant(product=make_product("Promised"), stock=2)
    promised.stocks.update(reserved=2)
    later = make_variant(product=make_product("Later"), stock=5)
    ProductChannelListing.objects.filter(product=later.product).update(available_for_purchase_at=None)
    assert names(channel, in_stock()) == ["Backorder", "Later", "Plenty", "Uncounted"]
    assert names(channel, ~in_stock()) == ["Gone", "Promised"]
    assert names(channel, is_available()) == ["Backorder", "Plenty", "Uncounted"]


def test_names_are_sorted_as_people_do(channel):
    for name in ("zebra", "Äpfel", "apple", "Émile", "Bowl"):
        make_product(name)
    assert names(channel) == ["Äpfel", "apple", "Bowl", "Émile", "zebra"]
    assert names(channel, order=ProductOrder(descending=True))[0] == "zebra"


def test_a_product_without_a_price_comes_last_in_either_direction(channel):
    make_variant(product=make_product("Cheap"), price=100)
    make_product("Unpriced")
    make_variant(product=make_product("Dear"), price=900)
    assert names(channel, order=ProductOrder(ProductSort.PRICE)) == ["Cheap", "Dear", "Unpriced"]
    assert names(channel, order=ProductOrder(ProductSort.PRICE, descending=True)) == ["Dear", "Cheap", "Unpriced"]


def test_the_best_match_ranks_first(channel):
    make_product("Teapot warmer for teapots")
    make_product("Teapot")
    make_product("Steampot")
    order = ProductOrder(ProductSort.RANK, descending=True, search="teapot")
    condition = ProductFilter(search="pot").condition(channel=channel, actor=ANONYMOUS)
    assert names(channel, condition, order)[-1] == "Steampot"
    with pytest.raises(InvalidInput):
        names(channel, order=ProductOrder(ProductSort.RANK))


def test_a_collection_has_its_own_order(channel):
    first, second, third = (make_product(name) for name in ("C", "A", "B"))
    collection = make_collection(products=[first, second, third])
    make_product("Outsider")
    order = ProductOrder(ProductSort.COLLECTION, collection_id=collection.id)
    assert names(channel, order=order) == ["C", "A", "B"]
    with pytest.raises(InvalidInput):
        names(channel, order=ProductOrder(ProductSort.COLLECTION))


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "bm9uc2Vuc2U=", "WzEsMiwzXQ==", "W10=", "eyJhIjoxfQ==", "Ü", "WyJuYW1lLWFzYyIsIDEsICJ4Il0="],
)
def test_a_made_up_cursor_is_refused(channel, cursor):
    with pytest.raises(BadCursor) as refused:
        names(channel, window=Slice(10, after=cursor))
    assert refused.value.path == ("after",)


def test_a_cursor_of_another_order_is_refused(channel):
    make_product()
    page = page_of_products(channel=channel, condition=Q(), order=ProductOrder(), window=Slice(1), actor=ANONYMOUS)
    with pytest.raises(BadCursor):
        names(channel, order=ProductOrder(descending=True), window=Slice(1, after=page.cursor_of(0)))


def walk(channel, order, size, *, backward=False):
    """All names, page by page, as a shopper turns the pages."""
    found, cursor = [], None
    for _ in range(100):
        window = Slice(size, before=cursor, backward=True) if backward else Slice(size, after=cursor)
        page = page_of_products(channel=channel, condition=Q(), order=order, window=window, actor=ANONYMOUS)
        ids = [product.id for product in page.rows]
        found = ids + found if backward else found + ids
        if not (page.has_previous if backward else page.has_next):
            return found
        cursor = page.cursor_of(0) if backward else page.cursor_of(-1)
    raise AssertionError("the pages do not end")


SORTS = [ProductSort.NAME, ProductSort.PRICE, ProductSort.PUBLISHED_AT, ProductSort.CREATED_AT,
         ProductSort.LAST_MODIFIED]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=0, max_size=9),
    size=st.integers(1, 4),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)
def test_pages_hold_every_product_once_in_order_forwards_and_backwards(channel, prices, size, sort, descending):
    Product.objects.all().delete()
    for place, price in enumerate(prices):
        product = make_product(random.choice(["Same", "same", f"Other {place}"]))
        ProductChannelListing.objects.filter(product=product).update(min_price_amount=price)
    order = ProductOrder(sort, descending)
    whole = page_of_products(channel=channel, condition=Q(), order=order, window=Slice(100), actor=ANONYMOUS)
    expected = [product.id for product in whole.rows]
    assert len(expected) == len(prices)
    assert walk(channel, order, size) == expected
    assert walk(channel, order, size, backward=True) == expected


def test_products_that_come_and_go_between_pages_neither_repeat_nor_hide_others(channel):
    for name in "BDFHJ":
        make_product(name)
    first = page_of_products(channel=channel, condition=Q(), order=ProductOrder(), window=Slice(2), actor=ANONYMOUS)
    make_product("A")
    make_product("E")
    Product.objects.filter(name="D").delete()
    assert names(channel, window=Slice(3, after=first.cursor_of(-1))) == ["E", "F", "H"]


def test_one_page_for_many_categories_takes_one_statement(channel, query_count):
    categories = [make_category() for _ in range(5)]
    for place, category in enumerate(categories):
        child = make_category(parent=category)
        for number in range(place):
            make_product(f"{place}-{number}", category=child if number % 2 else category)
    with query_count() as statements:
        pages = pages_of_products(
            parent_kind=ParentKind.CATEGORY,
            parent_ids=[category.id for category in categories],
            channel=channel,
            condition=Q(),
            order=ProductOrder(descending=True),
            window=Slice(2),
            actor=ANONYMOUS,
        )
    assert len(statements) == 1
    assert [[product.name for product in pages[category.id].rows] for category in categories] == [
        [], ["1-0"], ["2-1", "2-0"], ["3-2", "3-1"], ["4-3", "4-2"],
    ]  # fmt: skip
    assert [pages[category.id].has_next for category in categories] == [False, False, False, True, True]
    counts = count_products_by_parent(
        parent_kind=ParentKind.CATEGORY,
        parent_ids=[category.id for category in categories],
        channel=channel,
        condition=Q(),
        actor=ANONYMOUS,
    )
    assert list(counts.values()) == [0, 1, 2, 3, 4]


def test_many_collections_each_keep_their_own_order_and_turn_their_own_pages(channel):
    a, b, c = (make_product(name) for name in "ABC")
    one, two = make_collection(products=[c, a, b]), make_collection(products=[b, c])
    order = ProductOrder(ProductSort.COLLECTION)

    def pages(window):
        return pages_of_products(
            parent_kind=ParentKind.COLLECTION,
            parent_ids=[one.id, two.id],
            channel=channel,
            condition=Q(),
            order=order,
            window=window,
            actor=ANONYMOUS,
        )

    first = pages(Slice(2))
    assert [[product.name for product in page.rows] for page in first.values()] == [["C", "A"], ["B", "C"]]
    rest = pages(Slice(2, after=first[one.id].cursor_of(-1)))
    assert [product.name for product in rest[one.id].rows] == ["B"]


def test_a_page_costs_one_statement_and_a_count_another(channel, query_count):
    make_variant()
    with query_count() as statements:
        names(channel, ProductFilter(search="pro", price_gte=1).condition(channel=channel, actor=ANONYMOUS))
        count_products(channel=channel, condition=Q(), actor=ANONYMOUS)
    assert len(statements) == 2
