"""Translators who work on the same page at once."""

from __future__ import annotations

from collections import Counter

import pytest

from commerce.catalog.models import ProductTranslation
from commerce.catalog.services import translate_product
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.factories import make_product, staff_actor
from tests.races.crowd import crowd

pytestmark = pytest.mark.usefixtures("durable", "redis_client")
TRANSLATOR = staff_actor(Permission.MANAGE_TRANSLATIONS)


def test_ten_translators_of_one_page_make_one_translation_and_tell_of_it_in_order() -> None:
    mug = make_product("Mug")

    def work(number: int) -> None:
        translate_product(product_id=mug.id, language="de", texts={"name": f"Becher {number}"}, actor=TRANSLATOR)

    results = crowd(work, 10)
    assert Counter(result.codes for result in results) == {(): 10}
    translation = ProductTranslation.objects.get()
    assert translation.version == 10
    told = list(Event.objects.order_by("sequence").values_list("type", "sequence", "aggregate_id"))
    assert told == [
        ("translation.created" if number == 1 else "translation.updated", number, translation.id)
        for number in range(1, 11)
    ]


def test_ten_pages_that_want_one_slug_are_one_page_with_it() -> None:
    products = [make_product() for _ in range(10)]

    def work(number: int) -> None:
        translate_product(product_id=products[number].id, language="de", texts={"slug": "becher"}, actor=TRANSLATOR)

    results = crowd(work, 10)
    assert Counter(result.codes for result in results) == {(): 1, ("UNIQUE",): 9}
    assert ProductTranslation.objects.count() == 1
    assert Event.objects.count() == 1
