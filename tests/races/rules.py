"""Taking a rule of the shop away, so that a test can show that it would be missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.module_loading import import_string

from commerce.core.statements import Statement

TakeAway = Callable[[pytest.MonkeyPatch], None]
"""Takes one rule away until the test ends. Processes that are forked afterwards go without it too."""


def instead_of(path: str, words: str, others: str = "") -> TakeAway:
    """The SQL or the Statement at `path` has `others` where `words` were. Fails if they are not in it."""

    def take(monkeypatch: pytest.MonkeyPatch) -> None:
        rule = import_string(path)
        text = rule.sql if isinstance(rule, Statement) else rule
        assert words in text, f"{path} has changed: {words!r} is not in it"
        changed = text.replace(words, others)
        if isinstance(rule, Statement):
            changed = Statement(f"lax_{uuid4().hex}", rule.row, changed, *rule.types, is_read=False)
        monkeypatch.setattr(path, changed)

    return take


def doing(path: str, instead: Callable[..., Any]) -> TakeAway:
    """The function at `path` does something else: `instead(real, *args, **kwargs)`."""

    def take(monkeypatch: pytest.MonkeyPatch) -> None:
        real = import_string(path)
        monkeypatch.setattr(path, lambda *args, **kwargs: instead(real, *args, **kwargs))

    return take


def nothing(path: str) -> TakeAway:
    """The function at `path` does nothing."""
    return doing(path, lambda _real, *_args, **_kwargs: None)


def all_of(*rules: TakeAway) -> TakeAway:
    """Several rules of which each alone is enough."""

    def take(monkeypatch: pytest.MonkeyPatch) -> None:
        for rule in rules:
            rule(monkeypatch)

    return take


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """The table takes anything while the block runs; afterwards it is empty and strict again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
            [table, name],
        )
        row = cursor.fetchone()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        index = cursor.fetchone()
        assert row or index, f"{table} has no {name}"
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if row else f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {row[0]}" if row else index[0])
