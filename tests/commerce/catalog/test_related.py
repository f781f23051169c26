"""What is shown beside a product: by hand first, then by the points of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from pytest_django import Settings

from commerce.catalog.models import (
    CollectionProduct,
    Product,
    ProductAttributeValue,
    ProductChannelListing,
)
from commerce.catalog.queries import listed_products, visible_products
from commerce.catalog.related import related_products
from commerce.catalog.relation_models import ProductRelation, RelatedProductsRule
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.permission import Permission
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    staff_actor,
)
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

Kind = ProductRelation.Kind
STAFF = staff_actor(Permission.MANAGE_PRODUCTS)


@pytest.fixture(params=[True, False], ids=["prepared", "plain"], autouse=True)
def either_way(request: pytest.FixtureRequest, settings: Settings) -> None:
    """With and without PREPARED_STATEMENTS."""
    settings.PREPARED_STATEMENTS = request.param


def by_models(product: Product, kind: ProductRelation.Kind, count: int, channel: Channel, actor: Actor) -> list[str]:
    """The same, said with models: every product of the shop is weighed."""
    visible = visible_products(channel=channel, actor=actor)
    picked = [row.related_id for row in product.relations.filter(kind=kind).order_by("sort_order", "id")]
    found = [str(key) for key in picked if visible.filter(id=key).exists()]
    if kind == Kind.RELATED:
        rules = RelatedProductsRule.objects
        own = rules.filter(product_type=product.product_type_id).first()
        rule = own or rules.filter(product_type=None).first() or RelatedProductsRule()

        own_collections = set(product.collections.all())
        own_values = {row.value_id for row in product.attribute_values.all()}

        def points(other: Product) -> int:
            collections = own_collections & set(other.collections.all())
            values = own_values & {row.value_id for row in other.attribute_values.all()}
            category = product.category_id is not None and product.category_id == other.category_id
            return (
                rule.category_points * category
                + rule.collection_points * len(collections)
                + rule.value_points * len(values)
            )

        others = listed_products(channel=channel, actor=actor).exclude(id=product.id).exclude(id__in=picked)
        others = others.prefetch_related("collections", "attribute_values")
        weighed = sorted(((points(other), other.id) for other in others), reverse=True)
        found += [str(key) for score, key in weighed if score]
    return found[:count]


def answered(products: Sequence[Product], kind: ProductRelation.Kind, count: int, actor: Actor) -> list[list[str]]:
    found = related_products(
        [product.id for product in products], kind=kind, count=count, channel=make_channel(), actor=actor
    )
    return [[row.id for row in found[product.id]] for product in products]


@pytest.fixture
def crowd(db: None) -> list[Product]:
    """25 products with a few things in common, some of them hidden, unlisted or picked by hand."""
    return made_once(make_crowd)


def make_crowd() -> list[Product]:
    chance = Random(7)
    attribute = make_attribute("material", "Clay", "Glass", "Wood")
    values = list(attribute.values.all())
    kinds = [make_product_type(slug, product_attributes=[attribute]) for slug in ("mug", "cup", "bowl")]
    categories = [make_category("a"), make_category("b"), None]
    products = [
        make_product(
            category=chance.choice(categories),
            product_type=chance.choice(kinds),
            is_published=chance.random() > 0.15,
            visible_in_listings=chance.random() > 0.15,
            attribute_values=chance.sample(values, chance.randint(0, 2)),
        )
        for _ in range(25)
    ]
    for slug in ("summer", "winter"):
        make_collection(slug, products=chance.sample(products, 8))
    for _ in range(30):
        one, other = chance.sample(products, 2)
        ProductRelation.objects.get_or_create(
            product=one, related=other, kind=chance.choice(list(Kind)), defaults={"sort_order": chance.randint(0, 3)}
        )
    RelatedProductsRule.objects.create(product_type=kinds[1], category_points=1, collection_points=3, value_points=9)
    RelatedProductsRule.objects.create(product_type=kinds[2], category_points=0, collection_points=0, value_points=0)
    return products


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF], ids=["shopper", "staff"])
@pytest.mark.parametrize("count", [3, 50])
def test_the_statement_answers_what_the_models_say(crowd: list[Product], actor: Actor, count: int) -> None:
    channel = make_channel()
    for kind in Kind:
        expected = [by_models(product, kind, count, channel, actor) for product in crowd]
        assert answered(crowd, kind, count, actor) == expected
        assert any(expected)


def test_a_rule_for_all_types_counts_where_a_type_has_none(crowd: list[Product]) -> None:
    RelatedProductsRule.objects.create(category_points=0, collection_points=5, value_points=1)

    expected = [by_models(product, Kind.RELATED, 50, make_channel(), ANONYMOUS) for product in crowd]

    assert answered(crowd, Kind.RELATED, 50, ANONYMOUS) == expected


def test_what_is_elsewhere_or_not_yet_there_is_never_shown() -> None:
    category = make_category()
    mug, there = make_product(category=category), make_product(category=category, channel=make_channel("elsewhere"))
    gone = make_product(category=category)
    ProductChannelListing.objects.filter(product=gone).delete()
    for other in (there, gone):
        ProductRelation.objects.create(product=mug, related=other)

    assert answered([mug], Kind.RELATED, 50, ANONYMOUS) == [[]]
    assert answered([mug], Kind.RELATED, 50, STAFF) == [[]]


def test_nothing_is_asked_for_and_nothing_is_known() -> None:
    mug = make_product()
    assert related_products([], kind=Kind.RELATED, count=5, channel=make_channel(), actor=ANONYMOUS) == {}
    assert answered([mug], Kind.RELATED, 0, ANONYMOUS) == [[]]


def test_only_one_rule_is_for_all_types() -> None:
    RelatedProductsRule.objects.create()
    assert RelatedProductsRule.objects.bulk_create([RelatedProductsRule()], ignore_conflicts=True)
    assert RelatedProductsRule.objects.count() == 1


def test_what_has_little_in_common_comes_after_what_has_much() -> None:
    clay = make_attribute("material", "Clay").values.get()
    cups = make_category("cups")
    mug = make_product(category=cups, attribute_values=[clay])
    alike = make_product(category=cups)
    same_stuff = make_product(attribute_values=[clay])
    twin = make_product(category=cups)
    ProductAttributeValue.objects.create(product=twin, value=clay)
    collection = make_collection(products=[mug, same_stuff])
    CollectionProduct.objects.filter(collection=collection, product=mug).update(sort_order=9)

    assert answered([mug], Kind.RELATED, 50, ANONYMOUS) == [[str(twin.id), str(alike.id), str(same_stuff.id)]]
