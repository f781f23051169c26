"""A connection that lives as long as its thread is replaced when the server closed it, before anybody notices."""

import psycopg2
import pytest
from django.db import close_old_connections, connection
from django.test import Client

pytestmark = pytest.mark.usefixtures("durable")


def close_from_the_server() -> None:
    """What a restart of PostgreSQL does to an idle connection."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = psycopg2.connect(connection.connection.dsn)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def test_an_idle_connection_is_usable_and_one_that_the_server_ended_is_not() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    close_from_the_server()
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_the_request_after_a_restart_of_the_database_is_served(client: Client) -> None:
    close_from_the_server()
    close_old_connections()  # what the start of a request does
    assert client.get("/health/ready").json()["database"] == "ok"
