"""Which products a search finds, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog.models import ProductChannelListing
from commerce.channels.models import Channel
from commerce.core.errors import InvalidInput
from commerce.search.documents import learn_words
from commerce.search.models import StopWord, Synonym
from commerce.search.postgres import PostgresSearch
from commerce.search.provider import NOTHING
from tests.commerce.search.conftest import Find
from tests.factories import (
    list_product,
    make_attribute,
    make_category,
    make_channel,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db


def description(*texts: str) -> dict[str, object]:
    """Blocks as Editor.js writes them."""
    return {"blocks": [{"type": "paragraph", "data": {"text": text}} for text in texts]}


def test_the_best_match_comes_first(find: Find) -> None:
    clay = make_attribute("material", "Mug clay").values.get()
    make_product("Bowl", attribute_values=[clay])
    make_product("Plate", description=description("Goes with every <b>mug</b>."))
    make_product("Handmade mug")
    make_product("Mug with a lid")
    make_product("Mug")
    make_variant(product=make_product("Cup"), sku="mug")
    assert find("mug") == ["Cup", "Mug", "Mug with a lid", "Handmade mug", "Bowl", "Plate"]


@pytest.mark.parametrize(
    "text", ["sku-123-a", "SKU123A", "sku-123", "123", "sku 123 a", "sku-12", "4006381333931", "erp/77"]
)
def test_a_sku_is_found_by_its_parts_and_in_any_spelling(find: Find, text: str) -> None:
    mug = make_product("Mug", external_reference="ERP/77")
    make_variant(product=mug, sku="SKU-123-A", barcode="4006381333931")
    make_product("Lamp")
    assert find(text) == ["Mug"]


@pytest.mark.parametrize(
    "text", ["creme brulee", "CRÈME", "crème brûl", "t-shirt", "tshirt", "t shirt", "iphone", "iphone 15", "iphone15"]
)
def test_accents_case_and_punctuation_do_not_matter(find: Find, text: str) -> None:
    make_product("Crème brûlée T-Shirt iPhone15")
    make_product("Lamp")
    assert find(text) == ["Crème brûlée T-Shirt iPhone15"]


def test_an_undivided_word_finds_the_divided_one_and_the_other_way_round(find: Find) -> None:
    make_product("iPhone 15 case")
    make_product("Tshirt")
    assert find("iphone15") == ["iPhone 15 case"]
    assert find("t-shirt") == ["Tshirt"]


def test_all_words_have_to_be_there_wherever_they_are(find: Find) -> None:
    kitchen = make_category("kitchen")
    blue = make_attribute("colour", "Blue").values.get()
    kind = make_product_type("tableware")
    mug = make_product("Mug", category=make_category("drinking", parent=kitchen), product_type=kind)
    make_variant(product=mug, attribute_values=[blue], name="Large")
    make_product("Blue lamp")
    assert find("kitchen blue mug") == ["Mug"]
    assert find("tableware large") == ["Mug"]


def test_the_last_word_may_be_just_begun_and_no_other(find: Find) -> None:
    make_product("Wool blanket")
    assert find("wool bla") == ["Wool blanket"]
    assert PostgresSearch({}).find(make_channel().id, "woo blanket", None).partial


def test_a_word_inside_a_longer_one_comes_last(find: Find) -> None:
    make_product("Kaffeebecher")
    make_product("Plate", description=description("Becher gehören dazu"))
    make_product("Becher")
    assert find("becher") == ["Becher", "Plate", "Kaffeebecher"]
    assert find("eebe") == ["Kaffeebecher"]


def test_what_has_no_such_thing_is_found_in_other_words(find: Find, channel: Channel) -> None:
    make_product("Wool blanket")
    make_product("Wool socks")
    learn_words()
    engine = PostgresSearch({})
    misspelt = engine.find(channel.id, "wol blnaket", None)
    assert (misspelt.corrected, misspelt.partial) == ("wol blanket", True), "three letters are taken as they are"
    assert engine.find(channel.id, "wooll blnaket", None).corrected == "wool blanket"
    some = engine.find(channel.id, "wool trousers", None)
    assert (some.corrected, some.partial, len(some.product_ids)) == (None, True, 2)
    assert engine.find(channel.id, "trousers", None) == NOTHING


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lmap", "lamp"),
        ("lamo", "lamp"),
        ("lammp", "lamp"),
        ("lap", None),
        ("lmpa", None),
        ("notebok", "notebook"),
        ("ntoebokk", "notebook"),
        ("nteboks", None),
        ("chari", "chair"),
    ],
)
def test_how_many_letters_may_be_wrong_depends_on_the_word(
    find: Find, channel: Channel, typed: str, meant: str | None
) -> None:
    for name in ("Lamp", "Notebook", "Chair"):
        make_product(name)
    assert find(typed) == ([meant.title()] if meant else [])
    assert PostgresSearch({}).find(channel.id, typed, None).corrected == meant


def test_numbers_and_skus_are_not_corrected(find: Find) -> None:
    make_variant(product=make_product("Lamp 1234"), sku="AB12345")
    assert find("1235") == []
    assert find("ab12346") == []


def test_hidden_products_are_found_by_nobody_and_their_words_are_not_known(find: Find, channel: Channel) -> None:
    other = make_channel("other")
    tomorrow = timezone.now() + timedelta(days=1)
    make_product("Zeppelin one", is_published=False)
    make_product("Zeppelin two", visible_in_listings=False)
    make_product("Zeppelin three", channel=other)
    later = make_product("Zeppelin four")
    ProductChannelListing.objects.filter(product=later).update(published_at=tomorrow)
    engine = PostgresSearch({})
    learn_words()
    for text in ("zeppelin", "zepelin", "zepp", "zeppelin one"):
        assert engine.find(channel.id, text, None) == NOTHING
    assert list(engine.suggest(channel.id, "zepp", None, 10)) == []
    assert find("zeppelin", None, other) == ["Zeppelin three"]
    # Staff who work on the channel find what it lists.
    assert len(engine.find(channel.id, "zeppelin", None, hidden_too=True).product_ids) == 3


def test_hidden_products_take_no_places(channel: Channel) -> None:
    for number in range(5):
        make_product(f"Mug {number}", is_published=False)
    shown = make_product("A mug with a longer name than the others")
    found = PostgresSearch({}).find(channel.id, "mug", None, 1)
    assert (found.product_ids, found.capped) == ([str(shown.id)], False)


def test_what_is_cut_off_says_so(channel: Channel) -> None:
    for number in range(4):
        make_product(f"Mug {number}")
    engine = PostgresSearch({})
    assert engine.find(channel.id, "mug", None, 3).capped
    assert not engine.find(channel.id, "mug", None, 4).capped


def test_equals_come_by_falling_id_and_ranks_never_rise(channel: Channel) -> None:
    for number in range(6):
        make_product(f"Mug {number}")
    make_product("Mug")
    found = PostgresSearch({}).find(channel.id, "mug", None)
    keys = list(zip(found.ranks, found.product_ids, strict=True))
    assert keys == sorted(keys, reverse=True)
    assert all(isinstance(rank, int) for rank in found.ranks)


def test_synonyms_of_a_language_and_of_all(find: Find) -> None:
    make_product("Couch")
    make_product("Sofa")
    make_product("Mobile phone")
    make_product("Handy")
    Synonym.objects.create(terms=["Sofa", "Couch", "Settée"])
    Synonym.objects.create(language="de", terms=["Handy"], synonyms=["mobile phone"])
    assert sorted(find("sofa")) == sorted(find("settee")) == ["Couch", "Sofa"]
    assert find("handy") == ["Handy"]
    assert sorted(find("handy", "de")) == sorted(find("handy", "de-AT")) == ["Handy", "Mobile phone"]
    assert find("mobile phone", "de") == ["Mobile phone"], "one way only"


def test_a_synonym_of_several_words(find: Find) -> None:
    make_product("Smartphone")
    make_product("Cell tower model")
    Synonym.objects.create(terms=["cell phone"], synonyms=["smartphone"])
    assert find("cell phone") == ["Smartphone"]


def test_words_that_say_nothing_are_passed_over(find: Find) -> None:
    make_product("Mug for tea")
    make_product("Becher mit Henkel")
    assert find("a mug with tea") == ["Mug for tea"]
    assert find("der becher mit dem henkel", "de") == ["Becher mit Henkel"]
    assert find("with", "en") == []
    StopWord.objects.create(language="en", word="Nice")
    assert find("nice mug") == ["Mug for tea"]
    StopWord.objects.create(language="en", word="with", is_ignored=False)
    assert PostgresSearch({}).find(make_channel().id, "a mug with tea", "en").partial


def test_nothing_but_such_words_is_searched_for(find: Find) -> None:
    make_product("The The")
    make_product("Lamp")
    assert find("the") == ["The The"]


def test_all_languages_of_a_product_find_it(find: Find) -> None:
    mug = make_product("Mug", description=description("Made of clay"))
    mug.translations.create(language="de", name="Becher", description=description("Aus Ton gebrannt"))
    assert find("becher") == find("gebrannt", "de") == find("clay mug") == ["Mug"]


def test_attributes_that_shoppers_do_not_see_find_nothing(find: Find) -> None:
    secret = make_attribute("supplier", "Acme", visible_in_storefront=False)
    make_product("Mug", attribute_values=secret.values.all())
    assert find("acme") == []
    secret.visible_in_storefront = True
    secret.save()
    assert find("acme") == ["Mug"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "!!! ... ??? --",
        "\x00",
        "a\x00b",
        "\ud800",
        "'; DROP TABLE catalog_product; --",
        "% _ \\ * ( ) | & ! :* <-> ' \" ''",
        "mug' & 'lamp",
        "mug:*A | !lamp",
        "(((((((((((",
        "^'mug'",
        "\u202emug\u200b\u2066",
        "🎉🎉",
        "a" * 200,
        "a " * 100,
        "$1 %(x)s {0} \\d+ .*",
    ],
)
def test_no_text_is_a_fault(find: Find, channel: Channel, text: str) -> None:
    make_product("Mug")
    find(text)
    PostgresSearch({}).suggest(channel.id, text, "de", 10)


def test_a_text_that_is_too_long_is_refused_at_once(channel: Channel) -> None:
    with pytest.raises(InvalidInput):
        PostgresSearch({}).find(channel.id, "x" * 10_000, None)


def test_what_nobody_sees_is_not_part_of_a_word(find: Find) -> None:
    make_product("Mug\u200b cup")
    assert find("\u202emu\u200bg") == ["Mug\u200b cup"]


def test_other_scripts(find: Find) -> None:
    make_product("سماعات لاسلكية")
    make_product("हिन्दी पुस्तक")
    make_product("Чашка синяя")
    assert find("سماعات") == ["سماعات لاسلكية"]
    assert find("हिन्दी") == ["हिन्दी पुस्तक"]
    assert find("чашка") == ["Чашка синяя"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_at_all_is_answered(channel: Channel, text: str) -> None:
    engine = PostgresSearch({})
    found = engine.find(channel.id, text, "en")
    assert len(found.product_ids) == len(found.ranks)
    engine.suggest(channel.id, text, None, 5)


def test_in_another_channel_it_is_another_list(find: Find, channel: Channel) -> None:
    other = make_channel("other")
    mug = make_product("Mug")
    assert find("mug", None, other) == []
    list_product(mug, other)
    assert find("mug", None, other) == ["Mug"]
