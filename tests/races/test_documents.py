"""Writers change different parts of one product at once: its document has all of them in the end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from django.db import connection, transaction

from commerce.catalog.models import Product, ProductVariant
from commerce.core.transactions import retry_on_deadlock
from commerce.search.documents import learn_words
from commerce.search.models import Document
from tests.factories import make_attribute, make_product, make_variant
from tests.races.crowd import crowd


def stale_documents() -> int:
    """How many documents are not what would be made of the catalog now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM search_document AS kept"
            " JOIN search_documents_of(ARRAY(SELECT id FROM catalog_product)) AS fresh USING (product_id)"
            " WHERE (kept.names, kept.codes, kept.title, kept.body)"
            " IS DISTINCT FROM (fresh.names, fresh.codes, fresh.title, fresh.body)"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_missing", [False, True], ids=["a document", "no document yet"])
def test_no_change_of_a_product_is_lost(is_missing: bool) -> None:
    clay = make_attribute("material", "Clay").values.get()
    product = make_product("Mug", attribute_values=[clay])
    variant = make_variant(product=product, sku="start")
    if is_missing:
        Document.objects.all().delete()
    words = ["one", "two", "three", "four"]

    def work(index: int) -> None:
        random = Random(index)
        changes: list[Callable[[str], object]] = [
            lambda word: Product.objects.filter(id=product.id).update(name=f"Mug {word}"),
            lambda word: ProductVariant.objects.filter(id=variant.id).update(sku=word),
            lambda word: type(clay).objects.filter(id=clay.id).update(name=f"Clay {word}"),
        ]
        for _ in range(12):

            def step(word: str = random.choice(words)) -> None:
                with transaction.atomic():
                    changes[index % 3](word)

            retry_on_deadlock(step)

    crowd(work, 6)
    assert Document.objects.count() == 1
    assert stale_documents() == 0


@pytest.mark.django_db(transaction=True)
def test_products_with_the_same_new_words_are_made_at_once() -> None:
    make_product("Base")

    def work(index: int) -> None:
        for number in range(5):
            name = f"Alpha beta gamma {number}" if index % 2 else f"Gamma beta alpha {number}"
            make_product(name, slug=f"made-by-{index}-{number}")
            learn_words()

    crowd(work, 6)
    learn_words()
    assert Document.objects.count() == 31
    assert stale_documents() == 0
