"""A database beside the tests' own with a large generated catalog: migrated like theirs, gone with the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg2
from django.db import connection

from deploy.demo.generated.catalog import Size, generate_catalog
from tests.plans.translated import translate_everything

BIG: Final = os.environ.get("HANDCART_BIG_CATALOG") == "1"
SIZE: Final = Size(products=100_000, variants=300_000) if BIG else Size(products=5_000, variants=15_000)


@contextmanager
def large_catalog() -> Iterator[Any]:
    """A connection of psycopg2 to it. The tests' database is its template, so nobody may be connected to that."""
    own = connection.settings_dict["NAME"]
    name = f"{own}_large"
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    connection.close()
    with _session(parameters | {"dbname": "postgres"}) as server:
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {own}")
        try:
            connection.settings_dict["NAME"] = name
            try:
                generate_catalog(SIZE, seed=7)
                translate_everything()
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own
            with _session(parameters | {"dbname": name}) as session:
                yield session
        finally:
            server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _session(parameters: dict[str, Any]) -> Iterator[Any]:
    known = ("dbname", "user", "password", "host", "port")
    session = psycopg2.connect(**{key: value for key, value in parameters.items() if key in known})
    session.autocommit = True
    try:
        yield session
    finally:
        session.close()
