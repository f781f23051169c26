"""Keeping documents and words as the catalog is: what triggers leave to later, and what bulk writers call."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from commerce.core.statements import uuid_array

_CHUNK: Final = 500
_LEARN_CHUNK: Final = 2_000
_POSTGRES: Final = "postgres"

# Deleted and read in one statement: who else drains takes others.
_TAKE: Final = """
WITH taken AS (
    SELECT id FROM {table} ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM {table} AS due USING taken WHERE due.id = taken.id RETURNING due.product_id::text
"""
# Only this job writes words, so that no two writers wait for each other's; what is known already is not written again.
_LEARN: Final = """
WITH said AS (
    SELECT part.lexeme AS word, bool_or(part.weights && '{A,C}') AS is_suggested, count(*) AS documents
      FROM search_document AS document CROSS JOIN LATERAL unnest(document.body) AS part
     WHERE document.product_id = ANY(%s::uuid[])
       AND length(part.lexeme) BETWEEN 3 AND 40 AND part.lexeme !~ '[[:digit:]]'
       AND part.weights <> '{B}'
     GROUP BY part.lexeme
)
INSERT INTO search_word (word, is_suggested, documents, deletions)
SELECT said.word, said.is_suggested, said.documents, search_deletions(said.word)
  FROM said
  LEFT JOIN search_word AS known ON known.word = said.word
 WHERE known.word IS NULL OR (said.is_suggested AND NOT known.is_suggested)
 ORDER BY said.word
ON CONFLICT (word) DO UPDATE SET is_suggested = true WHERE excluded.is_suggested
"""
# Nothing is deleted that a product may have got since the counting began: it begins again in an hour.
_COUNT: Final = """
WITH counted AS MATERIALIZED (
    SELECT word, ndoc FROM ts_stat('SELECT body FROM search_document')
)
UPDATE search_word AS known SET documents = coalesce(counted.ndoc, 0)
  FROM search_word AS listed LEFT JOIN counted ON counted.word = listed.word
 WHERE known.word = listed.word AND known.documents IS DISTINCT FROM coalesce(counted.ndoc, 0)
"""
_FORGET: Final = """
DELETE FROM search_word AS known
 WHERE known.documents = 0
   AND NOT EXISTS (SELECT FROM search_document WHERE body @@ quote_literal(known.word)::tsquery)
"""


def refresh_documents(product_ids: Collection[UUID | str]) -> None:
    """Make the documents of these products as the catalog is now.

    For bulk writers that have put the triggers off by `SET LOCAL handcart.read_rows = 'later'`; in chunks, inside the
    caller's transaction if there is one.
    """
    ids = [str(product_id) for product_id in product_ids]
    for start in range(0, len(ids), _CHUNK):
        with connection.cursor() as cursor:
            cursor.execute("SELECT search_refresh(%s::uuid[])", [uuid_array(ids[start : start + _CHUNK])])


def refresh_all_documents() -> None:
    """The same for every product of the shop."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM catalog_product ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    refresh_documents(ids)


def refresh_due_documents() -> int:
    """Sweeper: documents that were too many for the transaction that changed them; how many."""
    done = 0
    while True:
        with transaction.atomic():
            ids = _take("search_dueproduct", _CHUNK)
            refresh_documents(ids)
        if not ids:
            return done
        done += len(ids)


def learn_words() -> int:
    """Sweeper: take up the words of documents that were written, and note whom another engine is to be told of."""
    done = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            ids = _take("search_changedproduct", _LEARN_CHUNK)
            if not ids:
                return done
            cursor.execute(_LEARN, [uuid_array(ids)])
            if settings.SEARCH_ENGINE != _POSTGRES:
                cursor.execute(
                    "INSERT INTO search_untoldproduct (product_id) SELECT unnest(%s::uuid[])", [uuid_array(ids)]
                )
        done += len(ids)


def count_words() -> None:
    """Sweeper: in how many products each word is, so that the usual one is suggested first; unused ones go."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        cursor.execute(_FORGET)


def _take(table: str, most: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(table=table), [most])
        return sorted({row[0] for row in cursor.fetchall()})
