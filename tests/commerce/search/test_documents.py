"""A document says what its product says, whoever writes it, from the moment of the commit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from commerce.catalog.models import CategoryTranslation, Product, ProductAttributeValue
from commerce.channels.models import Channel
from commerce.search import documents
from commerce.search.documents import count_words, learn_words, refresh_due_documents
from commerce.search.models import ChangedProduct, Document, DueProduct, Word
from tests.commerce.search.conftest import Find
from tests.factories import make_attribute, make_category, make_product, make_product_type, make_variant

pytestmark = pytest.mark.django_db


def changes() -> list[tuple[str, Callable[[], object], str, str]]:
    """(what, the change, what finds the product before, what finds it afterwards)."""
    material = make_attribute("material", "Clay", "Glass")
    clay, glass = material.values.order_by("name")
    kitchen, garden = make_category("kitchen"), make_category("garden")
    kind = make_product_type("tableware")
    mug = make_product("Mug", category=kitchen, product_type=kind, attribute_values=[clay], external_reference="erp1")
    variant = make_variant(product=mug, sku="old", name="small", barcode="111", attribute_values=[glass])
    texts = mug.translations.create(language="de", name="Becher")
    named = clay.translations.create(language="de", name="Lehm")
    shelf = CategoryTranslation.objects.create(category=garden, language="de", name="Beete")
    labelled = variant.translations.create(language="de", name="klein")

    def change(row: object, **values: object) -> Callable[[], object]:
        def apply() -> None:
            for name, value in values.items():
                setattr(row, name, value)
            row.save()  # type: ignore[attr-defined]

        return apply

    words = {"blocks": [{"type": "list", "data": {"items": ["dishwasher", {"content": "oven", "items": []}]}}]}
    return [
        ("its name", change(mug, name="Cup"), "mug", "cup"),
        ("its description", change(mug, description=words), "cup", "dishwasher oven"),
        ("its reference", change(mug, external_reference="erp2"), "erp1", "erp2"),
        ("a SKU", change(variant, sku="new"), "old", "new"),
        ("a barcode", change(variant, barcode="222"), "111", "222"),
        ("a variant's name", change(variant, name="large"), "small", "large"),
        ("a value's name", change(clay, name="Stoneware"), "clay", "stoneware"),
        ("a value of the variant", change(glass, name="Crystal"), "glass", "crystal"),
        ("a translation", change(texts, name="Tasse"), "becher", "tasse"),
        ("a value's translation", change(named, name="Steingut"), "lehm", "steingut"),
        ("a variant's translation", change(labelled, name="gross"), "klein", "gross"),
        ("its category's name", change(kitchen, name="Cooking"), "kitchen", "cooking"),
        ("its category", change(mug, category=garden), "cooking", "garden"),
        ("its category's translation", change(shelf, name="Draussen"), "beete", "draussen"),
        ("its type's name", change(kind, name="Crockery"), "tableware", "crockery"),
        ("a value is taken away", lambda: ProductAttributeValue.objects.all().delete(), "stoneware", "cup"),
        ("the attribute is hidden", lambda: material_hidden(material), "crystal", "cup"),
        ("a variant is deleted", lambda: delete_variant(variant), "new", "cup"),
    ]


def material_hidden(material: object) -> None:
    material.visible_in_storefront = False  # type: ignore[attr-defined]
    material.save()  # type: ignore[attr-defined]


def delete_variant(variant: object) -> None:
    variant.stocks.all().delete()  # type: ignore[attr-defined]
    variant.delete()  # type: ignore[attr-defined]


def test_a_change_is_found_at_once_and_what_was_before_no_longer(find: Find) -> None:
    for what, change, before, after in changes():
        assert len(find(before)) == 1, f"before {what}"
        change()
        assert find(before) == [] or before == after or what == "its description", what
        assert len(find(after)) == 1, what


def test_a_document_goes_with_its_product(find: Find) -> None:
    mug = make_product("Mug")
    mug_id = mug.id
    learn_words()
    Product.objects.filter(id=mug_id).delete()
    assert not Document.objects.exists()
    assert set(ChangedProduct.objects.values_list("product_id", flat=True)) == {mug_id}


def test_what_changes_nothing_that_is_searched_writes_nothing(channel: Channel) -> None:
    mug = make_product("Mug")
    learn_words()
    Product.objects.filter(id=mug.id).update(seo_title="Mugs", version=7)
    assert not ChangedProduct.objects.exists()


def test_a_bulk_writer_may_do_it_later(find: Find) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL handcart.read_rows = 'later'")
        mug = Product.objects.create(name="Mug", slug="mug", product_type=make_product_type())
        assert not Document.objects.exists()
        documents.refresh_documents([mug.id])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL handcart.read_rows = ''")
    assert Document.objects.get().names == "\nmug\n"


def test_too_many_for_one_transaction_follow_later(find: Find) -> None:
    clay = make_attribute("material", "Clay").values.get()
    kind = make_product_type()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL handcart.read_rows = 'later'")
        products = Product.objects.bulk_create(
            Product(name=f"Mug {number}", slug=f"mug-{number}", product_type=kind) for number in range(501)
        )
        ProductAttributeValue.objects.bulk_create(
            ProductAttributeValue(product=product, value=clay) for product in products
        )
        cursor.execute("SET LOCAL handcart.read_rows = ''")
    clay.name = "Stoneware"
    clay.save()
    assert DueProduct.objects.count() == 501
    assert refresh_due_documents() == 501
    assert Document.objects.extra(where=["body @@ 'stoneware'"]).count() == 501
    assert not DueProduct.objects.exists()


def test_words_are_learned_once_and_forgotten_when_nothing_has_them(channel: Channel) -> None:
    mug = make_product("Blue mug", description={"blocks": [{"type": "paragraph", "data": {"text": "Dishwasher"}}]})
    make_variant(product=mug, sku="CODE-ONLY")
    make_product("Blue lamp 15")
    assert learn_words() == 2
    learned = dict(Word.objects.values_list("word", "is_suggested"))
    assert learned == dict.fromkeys(("blue", "mug", "lamp", "thing", "variant"), True) | {"dishwasher": False}
    count_words()
    assert Word.objects.get(word="blue").documents == 2
    Product.objects.filter(id=mug.id).update(name="Red dishwasher", description=None)
    learn_words()
    count_words()
    words = dict(Word.objects.values_list("word", "is_suggested"))
    assert "mug" not in words
    assert words["dishwasher"], "it is part of a name now"


def test_a_word_that_nobody_could_type_is_cut(channel: Channel) -> None:
    make_product("x" * 250)
    make_product("Long", description={"blocks": [{"type": "paragraph", "data": {"text": "y" * 100_000}}]})
    assert Document.objects.count() == 2
