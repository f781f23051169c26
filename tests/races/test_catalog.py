"""Several merchants keep one catalog at the same moment: it stays in order, and every refusal has its reason."""

from __future__ import annotations

import pytest

from commerce.attributes.models import AttributeValue
from commerce.catalog.given_attributes import Choice, GivenAttribute
from commerce.catalog.models import Category, Product, ProductType, ProductVariant
from commerce.catalog.services import (
    create_product,
    create_variant,
    delete_attribute_value,
    delete_category,
    delete_product_type,
    move_category,
    update_product,
)
from commerce.core.actor import SYSTEM
from tests.factories import make_attribute, make_category, make_product, make_product_type
from tests.races.crowd import crowd, hesitate

pytestmark = pytest.mark.usefixtures("durable")


def test_one_selection_makes_one_variant() -> None:
    colour = make_attribute("colour", "Red")
    product = make_product(product_type=make_product_type(variant_attributes=[colour]))
    given = [GivenAttribute(slug="colour", content={"dropdown": Choice(slug="red")})]
    results = crowd(
        lambda number: create_variant(product_id=product.id, changes={}, attributes=given, actor=SYSTEM).id, 10
    )
    assert sorted(result.codes for result in results) == [()] + [("UNIQUE",)] * 9
    assert ProductVariant.objects.count() == 1


def test_a_choice_that_everybody_names_first_is_made_once() -> None:
    colour = make_attribute("colour")
    kind = make_product_type(product_attributes=[colour])
    products = [make_product(product_type=kind) for _ in range(10)]
    given = [GivenAttribute(slug="colour", content={"dropdown": Choice(name="Crimson Red")})]

    def paint(number: int) -> None:
        update_product(product_id=products[number].id, changes={}, attributes=given, actor=SYSTEM)

    assert [result.codes for result in crowd(paint, 10)] == [()] * 10
    assert list(AttributeValue.objects.values_list("slug", "name")) == [("crimson-red", "Crimson Red")]


def test_what_is_given_while_it_is_deleted_is_given_or_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    products_module = "commerce.catalog.services.products"
    hesitate(monkeypatch, f"{products_module}.announce_update", f"{products_module}.refresh_search_text", seconds=0.3)
    colour = make_attribute("colour", "Red")
    red = colour.values.get()
    kind = make_product_type(product_attributes=[colour])
    lonely, cups = make_product_type("lonely"), make_category("cups", parent=make_category("kitchen"))
    products = [make_product(product_type=kind) for _ in range(10)]

    def work(number: int) -> None:
        if number == 0:
            delete_attribute_value(value_id=red.id, actor=SYSTEM)
        elif number == 1:
            delete_product_type(product_type_id=lonely.id, actor=SYSTEM)
        elif number == 2:
            delete_category(category_id=cups.id, actor=SYSTEM)
        elif number % 3 == 0:
            update_product(product_id=products[number].id, changes={}, attribute_value_ids=[red.id], actor=SYSTEM)
        elif number % 3 == 1:
            create_product(product_type_id=lonely.id, name=f"Lonely {number}", actor=SYSTEM)
        else:
            update_product(product_id=products[number].id, changes={"category_id": cups.id}, actor=SYSTEM)

    results = crowd(work, 10)
    assert {code for result in results for code in result.codes} <= {"IN_USE", "NOT_FOUND"}
    deleted = not AttributeValue.objects.filter(id=red.id).exists()
    assert deleted is not Product.objects.filter(attribute_values__value=red).exists()
    deleted = not ProductType.objects.filter(id=lonely.id).exists()
    assert deleted is not Product.objects.filter(product_type=lonely).exists()
    assert not Category.objects.filter(id=cups.id).exists()
    assert not Product.objects.filter(category=cups.id).exists()


def test_categories_that_are_moved_and_deleted_at_once_stay_a_tree() -> None:
    roots = [make_category(f"root-{number}") for number in range(4)]
    leaves = [make_category(f"leaf-{number}", parent=root) for number, root in enumerate(roots)]

    def work(number: int) -> None:
        if number < 2:
            delete_category(category_id=roots[number].id, actor=SYSTEM)
        else:
            move_category(category_id=leaves[number % 4].id, parent_id=roots[(number + 1) % 4].id, actor=SYSTEM)

    results = crowd(work, 10)
    assert {code for result in results for code in result.codes} <= {"NOT_FOUND"}
    categories = Category.objects.in_bulk()
    assert len(categories) == 6
    for category in categories.values():
        above = categories[category.parent_id].ancestors if category.parent_id else []
        assert category.ancestors == [*above, category.id]
