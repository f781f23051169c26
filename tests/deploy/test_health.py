"""What a load balancer is told."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from deploy import health


def test_a_shop_with_everything_in_place_is_live_and_ready(db: None, client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "database": "ok", "redis": "ok", "migrations": "ok"},
    )


def test_without_redis_it_is_live_but_not_ready_and_says_which_part(
    db: None, client: Client, settings: Settings
) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["redis"], answer.json()["database"]) == (503, "unreachable", "ok")
    assert client.get("/health/live").status_code == 200


def test_without_its_database_it_says_so_and_gives_nothing_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise OperationalError("connection to server at 10.1.2.3 failed: password authentication failed for shop")

    monkeypatch.setattr(connection, "cursor", unreachable)
    health.schema_is_current.clear()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    assert b"10.1.2.3" not in answer.content


def test_a_database_that_lacks_a_migration_is_not_ready(db: None, client: Client) -> None:
    health.schema_is_current.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'checkout'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"].endswith("not applied")


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/health/live").status_code == 405
