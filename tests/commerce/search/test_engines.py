"""Another engine searches while it answers in time; else the shop does without it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django import Settings

from commerce.catalog.models import Product, ProductChannelListing
from commerce.channels.models import Channel
from commerce.search.documents import learn_words
from commerce.search.engines import find_products, outside_engine, suggest
from commerce.search.models import UntoldProduct
from commerce.search.provider import SearchUnavailable
from commerce.search.telling import tell_engine, tell_engine_everything
from tests.factories import make_channel, make_product, make_variant
from tests.search_engine import EngineServer


@pytest.fixture
def server(durable: None, settings: Settings) -> Iterator[EngineServer]:
    """The shop asks this server."""
    server = EngineServer()
    server.start()
    settings.SEARCH_ENGINE = "http"
    settings.SEARCH_ENGINES = [*settings.SEARCH_ENGINES, "tests.search_engine.HttpSearch"]
    settings.SEARCH_ENGINE_OPTIONS = {"http": {"url": server.url}}
    settings.SEARCH_TIMEOUT_MS = 1_000
    outside_engine.cache_clear()
    yield server
    server.stop()
    outside_engine.cache_clear()


@pytest.fixture
def channel(server: EngineServer) -> Channel:
    return make_channel()


def found(channel: Channel, text: str) -> list[str]:
    ids = find_products(channel_id=channel.id, text=text, language=None).product_ids
    return sorted(Product.objects.filter(id__in=ids).values_list("name", flat=True))


def test_it_hears_of_every_change_and_is_asked(server: EngineServer, channel: Channel) -> None:
    mug, lamp = make_product("Mug"), make_product("Lamp")
    make_variant(product=mug, sku="M-77")
    learn_words()
    assert tell_engine() == 2
    assert found(channel, "m-77") == ["Mug"]
    assert server.calls[-1] == "/find"
    mug.name = "Cup"
    mug.save()
    lamp_id = str(lamp.id)
    ProductChannelListing.objects.filter(product=lamp).delete()
    lamp.delete()
    learn_words()
    assert tell_engine() == 2
    assert (found(channel, "cup"), lamp_id in server.products) == (["Cup"], False)
    assert [each.id for each in suggest(channel_id=channel.id, text="cup", language=None, limit=5)] == [mug.id]


def test_a_product_that_is_listed_in_one_more_channel_is_sent_again(server: EngineServer, channel: Channel) -> None:
    mug = make_product("Mug")
    learn_words()
    tell_engine()
    ProductChannelListing.objects.create(product=mug, channel=make_channel("other"))
    learn_words()
    assert tell_engine() == 1
    assert len(server.products[str(mug.id)]["channel_ids"]) == 2


def test_it_can_be_told_everything_anew(server: EngineServer, channel: Channel) -> None:
    make_product("Mug")
    learn_words()
    tell_engine()
    server.products.clear()
    tell_engine_everything()
    assert tell_engine() == 1
    assert found(channel, "mug") == ["Mug"]


def test_what_it_did_not_hear_stays_due(server: EngineServer, channel: Channel) -> None:
    make_product("Mug")
    learn_words()
    server.is_broken = True
    with pytest.raises(SearchUnavailable):
        tell_engine()
    assert UntoldProduct.objects.count() > 0
    server.is_broken = False
    assert tell_engine() == 1


@pytest.mark.parametrize("trouble", ["broken", "slow", "gone"])
def test_postgresql_searches_while_it_does_not_answer(server: EngineServer, channel: Channel, trouble: str) -> None:
    make_product("Mug")
    learn_words()
    server.is_broken, server.delay = trouble == "broken", 3.0 if trouble == "slow" else 0.0
    if trouble == "gone":
        server.stop()
    assert found(channel, "mug") == ["Mug"]
    asked = len(server.calls)
    began = time.monotonic()
    assert found(channel, "mug") == ["Mug"]
    assert len(server.calls) == asked, "it is left alone for a while"
    assert time.monotonic() - began < 1.0


def test_or_nothing_is_found_meanwhile(server: EngineServer, channel: Channel, settings: Settings) -> None:
    settings.SEARCH_WITHOUT_ENGINE = "empty"
    make_product("Mug")
    server.is_broken = True
    assert found(channel, "mug") == []
    assert list(suggest(channel_id=channel.id, text="mug", language=None, limit=5)) == []


def test_no_transaction_waits_for_it(server: EngineServer, channel: Channel) -> None:
    make_product("Mug")
    with transaction.atomic():
        assert found(channel, "mug") == ["Mug"]
    assert server.calls == []


def test_staff_search_where_everything_is(server: EngineServer, channel: Channel) -> None:
    make_product("Mug", is_published=False)
    answer = find_products(channel_id=channel.id, text="mug", language=None, hidden_too=True)
    assert len(answer.product_ids) == 1
    assert server.calls == []


def test_postgresql_needs_to_be_told_nothing(durable: None) -> None:
    make_product("Mug")
    learn_words()
    assert not UntoldProduct.objects.exists()
    assert tell_engine() == 0


def test_an_engine_that_is_not_there_is_a_mistake_of_the_settings(settings: Settings) -> None:
    settings.SEARCH_ENGINE = "elsewhere"
    outside_engine.cache_clear()
    with pytest.raises(ImproperlyConfigured):
        outside_engine()
    outside_engine.cache_clear()
