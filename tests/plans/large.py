"""A database beside the tests' own with a large generated catalog: migrated like theirs, gone with the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg2
from django.db import connection

from commerce.search.documents import count_words, learn_words
from deploy.demo.generated.catalog import Size, generate_catalog
from tests.plans.translated import translate_everything

BIG: Final = os.environ.get("HANDCART_BIG_CATALOG") == "1"
SIZE: Final = Size(products=100_000, variants=300_000) if BIG else Size(products=5_000, variants=15_000)
# 5,000 pages with two attributes each, and 20 menus of 200 lines, half of which lead to pages.
_CONTENT: Final = """
INSERT INTO content_pagetype (id, created_at, updated_at, metadata, private_metadata, version, slug, name)
VALUES (gen_random_uuid(), now(), now(), '{}', '{}', 1, 'article', 'Article');
INSERT INTO content_pagetypeattribute (page_type_id, attribute_id, required, sort_order)
SELECT type.id, attribute.id, false, 0
  FROM content_pagetype AS type, (SELECT id FROM attributes_attribute ORDER BY slug LIMIT 2) AS attribute;
INSERT INTO content_page (id, created_at, updated_at, metadata, private_metadata, version, slug, seo_title,
                          seo_description, title, is_published, page_type_id)
SELECT gen_random_uuid(), now(), now(), '{}', '{}', 1, 'page-' || n, '', '', 'Page ' || n, true, type.id
  FROM generate_series(1, 5000) AS n, content_pagetype AS type;
INSERT INTO content_pageattributevalue (page_id, value_id, sort_order)
SELECT page.id, value.id, 0
  FROM content_page AS page, content_pagetypeattribute AS link,
       LATERAL (SELECT id FROM attributes_attributevalue WHERE attribute_id = link.attribute_id LIMIT 1) AS value;
INSERT INTO content_menu (id, created_at, updated_at, metadata, private_metadata, version, slug, name)
SELECT gen_random_uuid(), now(), now(), '{}', '{}', 1, 'menu-' || n, 'Menu ' || n FROM generate_series(1, 20) AS n;
INSERT INTO content_menuitem (id, created_at, updated_at, metadata, private_metadata, name, sort_order, url, menu_id,
                              page_id)
SELECT gen_random_uuid(), now(), now(), '{}', '{}', 'Item ' || n, n, CASE n % 2 WHEN 0 THEN '/x' ELSE '' END, menu.id,
       CASE n % 2 WHEN 1 THEN (SELECT id FROM content_page WHERE slug = 'page-' || n) END
  FROM content_menu AS menu, generate_series(1, 200) AS n;
ANALYZE search_document, search_word;
ANALYZE content_page, content_pageattributevalue, content_menuitem, content_menu, content_pagetypeattribute
"""


@contextmanager
def large_catalog() -> Iterator[Any]:
    """A connection of psycopg2 to it. The tests' database is its template, so nobody may be connected to that."""
    own = connection.settings_dict["NAME"]
    name = f"{own}_large"
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    connection.close()
    with _session(parameters | {"dbname": "postgres"}) as server:
        # Threads of other tests may have left sessions behind.
        server.cursor().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [own])
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {own}")
        try:
            connection.settings_dict["NAME"] = name
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET statement_timeout = 0")  # a busy machine may take its time over it
                generate_catalog(SIZE, seed=7)
                translate_everything()
                learn_words()
                count_words()
                with connection.cursor() as cursor:
                    cursor.execute(_CONTENT)
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
