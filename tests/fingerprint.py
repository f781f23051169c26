"""Whether anything in the database has moved, within the transaction of a test."""

from __future__ import annotations

from django.db import connection

# PostgreSQL counts what a transaction does, also what it takes back: whatever is not counted has not moved.
_WRITTEN = """
SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname
"""


def fingerprint() -> dict[str, str]:
    """One hash for each table that this transaction has written to and that has rows, by the table's name."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        hashes = [
            f"SELECT '{table}', md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM \"{table}\" t"
            for (table,) in cursor.fetchall()
        ]
        if not hashes:
            return {}
        cursor.execute(" UNION ALL ".join(hashes))
        return {table: rows for table, rows in cursor.fetchall() if rows is not None}
