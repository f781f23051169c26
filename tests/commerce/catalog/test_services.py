"""Verbs of the catalog: what they write, what they refuse, what they tell."""

import pytest

from commerce.catalog.errors import CategoryLoop, CategoryNotFound, PriceNotPossible, ProductNotFound
from commerce.catalog.models import Category, Product, ProductChannelListing
from commerce.catalog.services import (
    add_to_collection,
    create_category,
    create_collection,
    create_product,
    create_variant,
    move_category,
    publish_product,
    remove_from_collection,
    set_variant_price,
    unpublish_product,
    update_product,
    update_variant,
)
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, NotFound, NotUnique, PermissionDenied, Required
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_product,
    make_product_type,
    make_variant,
    staff_actor,
)

pytestmark = pytest.mark.django_db


def test_a_new_product_gets_a_slug_from_its_name_and_is_shown_nowhere(outbox):
    kind = make_product_type()
    first = create_product(product_type_id=kind.id, name="Käsehobel", actor=SYSTEM)
    second = create_product(product_type_id=kind.id, name="Käsehobel", actor=SYSTEM)
    assert (first.slug, second.slug) == ("kasehobel", "kasehobel-2")
    assert not ProductChannelListing.objects.exists()
    assert outbox() == ["product.created", "product.created"]


def test_a_slug_that_is_taken_is_refused_by_name():
    make_product(slug="mug")
    with pytest.raises(NotUnique) as refused:
        create_product(product_type_id=make_product_type().id, name="Mug", slug="mug", actor=SYSTEM)
    assert refused.value.path == ("slug",)
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error", "path"),
    [
        ({"name": "  "}, Required, ("name",)),
        ({"name": "x" * 251}, InvalidInput, ("name",)),
        ({"slug": "not a slug"}, InvalidInput, ("slug",)),
        ({"seo_title": "x" * 71}, InvalidInput, ("seoTitle",)),
        ({"description": {"text": "no blocks"}}, InvalidInput, ("description",)),
        ({"category_id": uuid7()}, CategoryNotFound, ("category",)),
    ],
)
def test_what_a_product_cannot_be_is_refused_with_its_path(changes, error, path):
    product = make_product()
    with pytest.raises(error) as refused:
        update_product(product_id=product.id, changes=changes, actor=SYSTEM)
    assert refused.value.path == path
    assert Product.objects.get().version == product.version


def test_each_change_counts_the_version_up_and_the_event_carries_it():
    product = make_product()
    for name in ("Second", "Third"):
        update_product(product_id=product.id, changes={"name": name}, actor=SYSTEM)
    sequences = Event.objects.filter(type="product.updated").order_by("id").values_list("sequence", flat=True)
    assert list(sequences) == [2, 3]
    assert Product.objects.get().sort_name == "third"


def test_a_product_cannot_have_an_attribute_value_that_its_type_does_not_know():
    colour = make_attribute("colour", "Red")
    product = make_product()
    with pytest.raises(NotFound):
        update_product(product_id=product.id, changes={}, attribute_value_ids=[colour.values.get().id], actor=SYSTEM)


def test_scripts_are_taken_out_of_a_description():
    text = '<script>alert(1)</script><b onclick="x()">bold</b> <a href="javascript:x()">link</a>'
    product = create_product(
        product_type_id=make_product_type().id,
        name="Mug",
        changes={"description": {"blocks": [{"type": "paragraph", "data": {"text": text}}]}},
        actor=SYSTEM,
    )
    stored = Product.objects.get(id=product.id).description["blocks"][0]["data"]["text"]
    assert "<b>bold</b>" in stored
    assert "script" not in stored
    assert "onclick" not in stored


def test_a_variant_with_an_sku_that_exists_is_refused():
    make_variant(sku="MUG-1")
    with pytest.raises(NotUnique) as refused:
        create_variant(product_id=make_product().id, changes={"sku": "MUG-1"}, actor=SYSTEM)
    assert refused.value.path == ("sku",)


def test_variants_may_share_having_no_sku():
    product = make_product()
    for _ in range(2):
        create_variant(product_id=product.id, changes={"sku": " "}, actor=SYSTEM)
    assert product.variants.filter(sku=None).count() == 2


def test_an_sku_can_be_searched_for_as_soon_as_it_changes():
    variant = make_variant(sku="OLD-1")
    update_variant(variant_id=variant.id, changes={"sku": "NEW-1"}, actor=SYSTEM)
    variant.product.refresh_from_db()
    assert "new-1" in variant.product.search_text
    assert "old-1" not in variant.product.search_text


def test_the_price_range_follows_every_price_in_its_own_channel(channel):
    product = make_product()
    cheap = make_variant(product=product, price=900)
    make_variant(product=product, price=2500)
    euro = make_channel("eu", currency_code="EUR")
    set_variant_price(variant_id=cheap.id, channel=channel, price_amount=700, actor=SYSTEM)
    publish_product(product_id=product.id, channel=euro, actor=SYSTEM)
    set_variant_price(variant_id=cheap.id, channel=euro, price_amount=890, actor=SYSTEM)
    ranges = ProductChannelListing.objects.values_list("channel__slug", "min_price_amount", "max_price_amount")
    assert set(ranges) == {("default-channel", 700, 2500), ("eu", 890, 890)}


@pytest.mark.parametrize(
    ("price", "compare_at", "cost", "path"),
    [(-1, None, None, "price"), (10**16, None, None, "price"), (500, 400, None, "compareAtPrice"),
     (500, None, -1, "costPrice")],
)  # fmt: skip
def test_an_impossible_price_changes_nothing(channel, price, compare_at, cost, path):
    variant = make_variant(price=1000)
    with pytest.raises(PriceNotPossible) as refused:
        set_variant_price(
            variant_id=variant.id,
            channel=channel,
            price_amount=price,
            compare_at_amount=compare_at,
            cost_amount=cost,
            actor=SYSTEM,
        )
    assert refused.value.path == (path,)
    assert variant.channel_listings.get().price_amount == 1000


def test_publishing_and_hiding_tell_the_channel(channel, outbox):
    product = make_product(is_published=False)
    publish_product(product_id=product.id, channel=channel, actor=SYSTEM)
    unpublish_product(product_id=product.id, channel=channel, actor=SYSTEM)
    assert outbox() == ["product.published", "product.unpublished"]
    assert set(Event.objects.values_list("channel", flat=True)) == {channel.slug}


def test_staff_of_another_channel_may_neither_publish_nor_price_here(channel):
    variant = make_variant(price=1000)
    elsewhere = staff_actor(Permission.MANAGE_PRODUCTS, channels=[make_channel("eu")])
    with pytest.raises(PermissionDenied):
        publish_product(product_id=variant.product_id, channel=channel, actor=elsewhere)
    with pytest.raises(PermissionDenied):
        set_variant_price(variant_id=variant.id, channel=channel, price_amount=1, actor=elsewhere)
    with pytest.raises(PermissionDenied):
        update_product(product_id=variant.product_id, changes={"name": "Mine"}, actor=elsewhere)


def test_shoppers_may_change_nothing():
    product = make_product()
    with pytest.raises(PermissionDenied):
        update_product(product_id=product.id, changes={"name": "Mine"}, actor=ANONYMOUS)


def test_a_moved_category_takes_its_subtree_along():
    home = create_category(name="Home", actor=SYSTEM)
    kitchen = create_category(name="Kitchen", parent_id=home.id, actor=SYSTEM)
    mugs = create_category(name="Mugs", parent_id=kitchen.id, actor=SYSTEM)
    gifts = create_category(name="Gifts", actor=SYSTEM)
    move_category(category_id=kitchen.id, parent_id=gifts.id, actor=SYSTEM)
    assert Category.objects.get(id=mugs.id).ancestors == [gifts.id, kitchen.id, mugs.id]
    move_category(category_id=kitchen.id, parent_id=None, actor=SYSTEM)
    assert Category.objects.get(id=mugs.id).ancestors == [kitchen.id, mugs.id]
    assert Category.objects.get(id=home.id).ancestors == [home.id]


def test_a_category_cannot_lie_below_itself():
    home = make_category("home")
    kitchen = make_category("kitchen", parent=home)
    for parent in (home, kitchen):
        with pytest.raises(CategoryLoop):
            move_category(category_id=home.id, parent_id=parent.id, actor=SYSTEM)


def test_a_collection_keeps_the_order_in_which_products_came():
    collection = create_collection(name="Picks", actor=SYSTEM)
    first, second, third = make_product(), make_product(), make_product()
    add_to_collection(collection_id=collection.id, product_ids=[second.id, first.id], actor=SYSTEM)
    add_to_collection(collection_id=collection.id, product_ids=[second.id, third.id], actor=SYSTEM)
    remove_from_collection(collection_id=collection.id, product_ids=[first.id], actor=SYSTEM)
    assert [link.product for link in collection.product_links.select_related("product")] == [second, third]


def test_an_unknown_product_keeps_all_out_of_the_collection():
    collection = create_collection(name="Picks", actor=SYSTEM)
    with pytest.raises(ProductNotFound) as refused:
        add_to_collection(collection_id=collection.id, product_ids=[make_product().id, uuid7()], actor=SYSTEM)
    assert refused.value.path == ("products", "1")
    assert not collection.product_links.exists()
