"""Holding on to rows that something is about to refer to.

Foreign keys are checked at the end of a transaction: without this, whoever deletes the row meanwhile turns a good
request into a fault.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def kept(model: type[Model], ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that exist; nobody deletes them before the transaction ends, and others may hold them as well."""
    if not ids:
        return set()
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        # In one order, so that two who hold several and one who deletes do not wait in a circle.
        cursor.execute(
            f"SELECT id FROM {table} WHERE id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE",  # noqa: S608
            [[str(each) for each in ids]],
        )
        return {row[0] for row in cursor.fetchall()}


def locked_for_deletion(row: Any) -> None:
    """Wait until nobody is about to refer to `row` any more: what refers to it can be seen from now on."""
    type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
