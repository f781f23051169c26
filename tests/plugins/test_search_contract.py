"""What every search engine promises. It runs over PostgreSQL's and over one behind a server of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.catalog.models import Product
from commerce.channels.models import Channel
from commerce.search.documents import learn_words
from commerce.search.postgres import PostgresSearch
from commerce.search.provider import SearchEngine
from commerce.search.telling import texts_of_products
from tests.factories import make_attribute, make_channel, make_product, make_product_type, make_variant
from tests.search_engine import EngineServer, HttpSearch

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["postgres", "http"])
def engine(request: pytest.FixtureRequest, db: None) -> Iterator[SearchEngine]:
    """An engine that knows nothing yet."""
    make_product_type(name="Thing")
    if request.param == "postgres":
        yield PostgresSearch({})
        return
    server = EngineServer()
    server.start()
    yield HttpSearch({"url": server.url})
    server.stop()


def told(engine: SearchEngine, *products: Product) -> None:
    """Let the engine hear of these."""
    learn_words()
    engine.index(texts_of_products([product.id for product in products]))


def names(engine: SearchEngine, channel: Channel, text: str, limit: int = 10) -> list[str]:
    found = engine.find(channel.id, text, None, limit)
    by_id = {str(product.id): product.name for product in Product.objects.filter(id__in=found.product_ids)}
    return [by_id[product_id] for product_id in found.product_ids]


def test_a_product_is_found_by_names_codes_facts_and_descriptions(engine: SearchEngine) -> None:
    clay = make_attribute("material", "Clay").values.get()
    text = {"blocks": [{"type": "paragraph", "data": {"text": "Made by hand"}}]}
    mug = make_product("Mug", attribute_values=[clay], description=text)
    make_variant(product=mug, sku="M-77")
    mug.translations.create(language="de", name="Becher")
    told(engine, mug)
    for asked in ("mug", "BECHER", "m-77", "clay", "hand", "mug clay"):
        assert names(engine, make_channel(), asked) == ["Mug"], asked
    assert names(engine, make_channel(), "mug lamp") in ([], ["Mug"])
    assert names(engine, make_channel(), "lamp") == []


def test_it_is_found_in_its_channels_only(engine: SearchEngine) -> None:
    told(engine, make_product("Mug", channel=make_channel("other")))
    assert names(engine, make_channel(), "mug") == []
    assert names(engine, make_channel("other"), "mug") == ["Mug"]


def test_the_best_come_first_by_rank_and_then_by_falling_id(engine: SearchEngine) -> None:
    told(engine, *(make_product(f"Mug {number}") for number in range(5)))
    found = engine.find(make_channel().id, "mug", None)
    keys = list(zip(found.ranks, found.product_ids, strict=True))
    assert len(keys) == 5
    assert keys == sorted(keys, reverse=True)


def test_what_is_cut_off_says_so(engine: SearchEngine) -> None:
    told(engine, *(make_product(f"Mug {number}") for number in range(3)))
    assert len(names(engine, make_channel(), "mug", 2)) == 2
    assert engine.find(make_channel().id, "mug", None, 2).capped
    assert not engine.find(make_channel().id, "mug", None, 3).capped


def test_a_change_and_a_deletion_are_known(engine: SearchEngine) -> None:
    mug = make_product("Mug")
    told(engine, mug)
    Product.objects.filter(id=mug.id).update(name="Cup")
    told(engine, mug)
    assert (names(engine, make_channel(), "mug"), names(engine, make_channel(), "cup")) == ([], ["Cup"])
    mug_id = mug.id
    mug.delete()
    engine.delete([mug_id])
    engine.delete([mug_id])
    assert names(engine, make_channel(), "cup") == []


@pytest.mark.parametrize("text", ["", "  ", "!!!", "a" * 200, "' & | ! :* ( \\ % _", "🎉", "\u202e\u200b"])
def test_any_text_is_answered(engine: SearchEngine, text: str) -> None:
    told(engine, make_product("Mug"))
    assert names(engine, make_channel(), text) == []
    assert len(engine.suggest(make_channel().id, text, "de", 3)) <= 3
