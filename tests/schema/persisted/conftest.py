"""The corner shop with documents that are sent by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as configured
from pytest_django import Settings
from redis import Redis

from schema.context import Audience
from schema.http.documents import DocumentPreparation
from schema.http.endpoint import Endpoint
from schema.limits import Limits
from schema.persisted.automatic import AutomaticDocuments, quick_redis
from schema.persisted.names import DocumentNames
from schema.persisted.registered import RegisteredDocuments
from schema.persisted.services import text_of
from tests.schema.http.conftest import Api, door, known_tokens
from tests.schema.http.corner_shop import schema
from tests.schema.http.doors import Doors

__all__ = ["door", "known_tokens"]

MakeWorker = Callable[..., Api]


class Time:
    """A clock that a test sets forward."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_worker(db: None, redis_client: Redis, settings: Settings, door: str, time: Time) -> MakeWorker:
    """A process of its own that serves the corner shop: `make_worker(registered_only=True)`, with another Redis."""

    def make(*, registered_only: bool = False, redis_url: str = configured.REDIS_URL) -> Api:
        names = DocumentNames(
            RegisteredDocuments(text_of, clock=time),
            AutomaticDocuments(quick_redis(redis_url), "test:documents", clock=time),
            registered_only=registered_only,
        )
        return Api(Doors(Endpoint(schema, Audience.STOREFRONT, limits=Limits(), names=names), settings), door)

    return make


@pytest.fixture
def preparation() -> DocumentPreparation:
    """Checks documents against the corner shop."""
    return DocumentPreparation(schema._schema, Limits(), hide_suggestions=False)
