"""What a promotion is called, in the language of whoever reads it."""

from __future__ import annotations

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.inventory.models import Stock
from commerce.promotions.models import Promotion
from tests.api import Api
from tests.commerce.promotions.promoting import percent, promote
from tests.factories import make_staff, make_variant
from tests.schema.doing import Shopper, gid
from tests.shoppers import ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

TRANSLATE = """mutation($id: ID!, $language: LanguageCodeEnum!, $name: String) {
  promotionTranslate(id: $id, languageCode: $language, input: {name: $name}) {
    promotion { translation(languageCode: $language) { name language { code } } } errors { code path } } }"""


def translator() -> Api:
    return Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_TRANSLATIONS]), "admin"))


def say(promotion: Promotion, name: str | None, language: str = "DE") -> None:
    answer = translator().send(TRANSLATE, id=gid("Promotion", promotion.id), language=language, name=name)
    assert answer.payload["errors"] == []


def test_a_translator_names_a_promotion_and_partners_are_told() -> None:
    promotion = promote(percent(10), kind="order", name="Spring sale")
    api = translator()
    answer = api.send(TRANSLATE, id=gid("Promotion", promotion.id), language="DE", name="Frühling")
    assert answer.payload["promotion"]["translation"] == {"name": "Frühling", "language": {"code": "DE"}}
    (event,) = Event.objects.filter(type="translation.created")
    assert (event.payload["object_type"], event.payload["object_id"]) == ("promotion", str(promotion.id))
    gone = api.send(TRANSLATE, id=gid("Promotion", promotion.id), language="DE", name=None)
    assert gone.payload["promotion"]["translation"] is None
    for name, code in (("x" * 251, "INVALID"), ("a\x00b", "INVALID")):
        (error,) = api.send(TRANSLATE, id=gid("Promotion", promotion.id), language="DE", name=name).payload["errors"]
        assert (error["code"], error["path"]) == (code, ["input", "name"])
    (error,) = api.send(TRANSLATE, id=gid("Promotion", make_variant().id), language="DE", name="x").payload["errors"]
    assert error["code"] == "NOT_FOUND"


def test_a_shopper_reads_it_in_their_language_wherever_it_is_named() -> None:
    mug, pen = make_variant(price=1000), make_variant(price=300)
    sale = promote(percent(5), name="Autumn")
    off = promote(percent(10), kind="order", name="Ten", stacking="stackable", priority=2)
    plain = promote(percent(1), kind="order", name="One", stacking="stackable", priority=1)
    present = promote(
        {"reward_type": "gift", "reward": {"variants": [str(pen.id)]}},
        kind="order", name="Present", stacking="stackable",
    )  # fmt: skip
    for promotion, name in ((sale, "Herbst"), (off, "Zehn"), (present, "Geschenk")):
        say(promotion, name)
    shopper = Shopper(cart=gid("Checkout", ready_checkout(mug, language_code="de").id))
    ask = """{ discountName translatedDiscountName gifts { name de: name(languageCode: DE) fr: name(languageCode: FR) }
      lines { priceLadder { kind reason de: reason(languageCode: DE) } } }"""
    found = shopper.look(ask)
    assert found["discountName"] == "Ten, One, Present"
    assert found["translatedDiscountName"] == "Zehn, One, Geschenk", "what has no name there keeps its own"
    assert found["gifts"] == [{"name": "Present", "de": "Geschenk", "fr": "Present"}]
    steps = [(step["reason"], step["de"]) for step in found["lines"][0]["priceLadder"] if "PROMOTION" in step["kind"]]
    assert steps == [("Autumn", "Herbst"), ("Ten", "Zehn"), ("One", "One")]
    with recorded_statements() as sent:
        shopper.look(ask)
    assert len([each for each in sent if "translations_of_promotions" in str(each)]) <= 3

    bought = shopper.do("checkoutComplete", payment={"id": "dummy", "data": {"outcome": "approve"}})["order"]
    order = shopper.api.send(
        "query($id: ID!) { order(id: $id) { discounts { name translatedName fr: translatedName(languageCode: FR) } } }",
        id=bought["id"],
    ).data["order"]
    assert order["discounts"] == [
        {"name": "Ten", "translatedName": "Zehn", "fr": "Ten"},
        {"name": "One", "translatedName": "One", "fr": "One"},
        {"name": "Present", "translatedName": "Geschenk", "fr": "Present"},
    ]
    plain.delete()
    Stock.objects.filter(variant=pen).update(on_hand=0, reserved=0)
    again = Shopper(cart=gid("Checkout", ready_checkout(mug, language_code="de").id))
    assert again.look("{ warnings { promotionName de: promotionName(languageCode: DE) } }")["warnings"] == [
        {"promotionName": "Present", "de": "Geschenk"}
    ]
