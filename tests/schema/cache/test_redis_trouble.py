"""Redis may be refused, hang, lose everything or come back old: shoppers are answered, and rightly."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings

from schema.cache import shared
from tests.factories import make_product, make_variant
from tests.schema.cache.window import LOOKS, Window
from tests.schema.doing import gid
from tests.webhooks.processes import OwnRedis, until

NAMES = LOOKS["names"][0]


@pytest.fixture
def own_redis(durable: None, settings: Settings) -> Iterator[OwnRedis]:
    """A Redis for this test alone, on which answers are kept."""
    server = OwnRedis()
    settings.REDIS_URL = server.url
    settings.RESPONSE_CACHE = True
    shared._at.cache_clear()
    yield server
    server.close()
    shared._at.cache_clear()


class Silent:
    """A server that takes every connection and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    @property
    def callers(self) -> int:
        return len(self._taken)

    def _take(self) -> None:
        try:
            while True:
                self._taken.append(self._listener.accept()[0])
        except OSError:
            return

    def close(self) -> None:
        self._listener.close()
        for each in self._taken:
            each.close()


def rename(name: str) -> None:
    """Somebody whom Redis does not hear of changes the only product."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET name = %s", [name])


def recovered(window: Window) -> bool:
    """Whether answers are kept again."""
    window.ask(NAMES)
    return window.is_kept(NAMES)


def test_a_redis_that_hangs_is_asked_once_and_then_left_alone(durable: None, settings: Settings) -> None:
    silent = Silent()
    settings.REDIS_URL = silent.url
    settings.RESPONSE_CACHE = True
    shared._at.cache_clear()
    make_variant(product=make_product("Mug"))
    asked = silent.callers
    assert asked == 1, "making the mug was one attempt to tell"
    window = Window()
    for _ in range(20):
        assert b"Mug" in window.ask(NAMES)
    assert silent.callers == asked
    silent.close()
    shared._at.cache_clear()


def test_a_redis_that_is_killed_and_started_again(own_redis: OwnRedis) -> None:
    make_variant(product=make_product("Mug"))
    window = Window()
    assert recovered(window)
    own_redis.kill()
    rename("Beaker")
    for _ in range(5):
        assert b"Beaker" in window.ask(NAMES)
        assert not window.is_kept(NAMES)
    own_redis.start()
    until(lambda: recovered(window))
    assert b"Beaker" in window.ask(NAMES)


def test_what_was_kept_before_redis_hung_does_not_come_back(own_redis: OwnRedis) -> None:
    make_variant(product=make_product("Mug"))
    window = Window()
    assert recovered(window)
    assert own_redis._child is not None
    os.kill(own_redis._child.pid, signal.SIGSTOP)
    rename("Beaker")
    assert b"Beaker" in window.ask(NAMES)
    os.kill(own_redis._child.pid, signal.SIGCONT)
    other_process = Window()
    shared._at.cache_clear()
    until(lambda: b"Mug" not in other_process.ask(NAMES))
    until(lambda: recovered(other_process))
    assert b"Beaker" in other_process.ask(NAMES)


def test_a_redis_that_is_emptied(own_redis: OwnRedis) -> None:
    make_variant(product=make_product("Mug"))
    window = Window()
    assert recovered(window)
    shared.shared_cache()._store._redis.flushall()
    rename("Beaker")
    assert b"Beaker" in window.ask(NAMES)
    assert recovered(window)
    assert b"Beaker" in window.ask(NAMES)


def test_a_mutation_while_redis_is_away_gives_a_version_that_is_read_without_cache(own_redis: OwnRedis) -> None:
    variant = make_variant(product=make_product("Mug"))
    window = Window()
    assert recovered(window)
    own_redis.kill()
    create = """mutation($id: ID!) { checkoutCreate(
        input: {channel: "default-channel", lines: [{variantId: $id, quantity: 1}]}) { errors { code } } }"""
    response = window.client.post(
        "/graphql/",
        {"query": create, "variables": {"id": gid("ProductVariant", variant.id)}},
        "application/json",
    )
    assert response.json()["data"]["checkoutCreate"]["errors"] == []
    version = {"X-Handcart-Version": response.headers["X-Handcart-Version"]}
    own_redis.start()
    until(lambda: recovered(window))
    assert not window.is_kept(NAMES, **version)
