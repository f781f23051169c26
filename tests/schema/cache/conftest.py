"""A shop whose answers are kept, on the real Redis and in real transactions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from redis import Redis

from schema.cache import shared


@pytest.fixture
def caching(durable: None, redis_client: Redis, settings: Settings) -> Iterator[None]:
    """The response cache is on and empty."""
    settings.RESPONSE_CACHE = True
    shared._at.cache_clear()
    yield
    shared._at.cache_clear()
