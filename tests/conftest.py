"""What every test can ask for."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings
from redis import Redis

from tests.emptying import empty_only_what_was_written
from tests.receiver import Receiver
from tests.sharing_out import SharingOut
from tests.statements import Statements, recorded_statements
from tests.static_files import look_for_static_files_once
from tests.template import template

configured.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2", *configured.PASSWORD_HASHERS]
# Runs that overlap have databases of their own when they carry a name; pytest-xdist adds its worker's.
run = os.environ.get("HANDCART_TEST_RUN") or "main"
configured.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_handcart_{run}"
empty_only_what_was_written()
look_for_static_files_once()
_ASK_FOR_IT = {"db", "transactional_db"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingOut:
    """However tests are to be spread over processes, those that belong together stay so."""
    return SharingOut(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The database that those of tests are copied from is made before the clock of the first of them runs."""
    if any(item.get_closest_marker("django_db") or _ASK_FOR_IT & {*item.fixturenames} for item in session.items):  # type: ignore[attr-defined]
        template()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Databases of test processes are copies of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session", autouse=True)
def plans_at_once() -> None:
    """Tests see plans at work."""
    from tests.engine_twice import compile_at_once

    compile_at_once()


QueryBudget = Callable[[str], AbstractContextManager[Statements]]


@pytest.fixture(autouse=True)
def media_of_this_run(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that a test stores go to a folder of this run."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    private = configured.STORAGES["private"] | {"OPTIONS": {"location": tmp_path_factory.getbasetemp() / "private"}}
    settings.STORAGES = configured.STORAGES | {"private": private}


@pytest.fixture
def redis_client() -> Iterator[Redis]:
    """This process's own cache number on the real Redis, empty before and after."""
    client: Redis = Redis.from_url(configured.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """Django's cache, empty before and after."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def query_count(db: None) -> Callable[[], AbstractContextManager[Statements]]:
    """`with query_count() as statements:` records what is sent to PostgreSQL, without transaction control."""
    return recorded_statements


@pytest.fixture
def query_budget(db: None) -> QueryBudget:
    """`with query_budget("products"):` fails when the block sends more statements than tests/budgets.py allows."""

    @contextmanager
    def budget(operation: str) -> Iterator[Statements]:
        from tests.budgets import BUDGETS

        allowed = BUDGETS[operation]
        with recorded_statements() as statements:
            yield statements
        assert len(statements) <= allowed, f"{operation}: {len(statements)} statements, {allowed} allowed\n{statements}"

    return budget


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A partner's HTTP server on loopback that records what it gets."""
    server = Receiver()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def durable(transactional_db: None) -> Iterator[None]:
    """Real transactions: commits are commits, as `transaction.atomic(durable=True)` wants them."""
    yield
    connection.close()
