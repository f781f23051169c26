"""Rows in scopes: below a row that was entered, everything inherits its scope."""

from __future__ import annotations

import copy
from typing import Any

import strawberry

from schema.engine import Level, batch
from tests.schema.engine.shapes import Many, One
from tests.schema.engine.ways import answers_of
from tests.schema.engine.world import SHAPES


def _seen(parents: Level[Any], _context: Any) -> list[str]:
    """The scope of each row."""
    return [str(scope) for scope in parents.scopes()]


def _together(parents: Level[Any], _context: Any) -> list[str]:
    """The scope that a row has whether or not its neighbours share it."""
    return [str(scope if parents.several is not None else parents.scope) for scope in parents.scopes()]


def _below(parents: Level[Any], context: Any) -> list[Any]:
    """Rows in the scope of their parent."""
    return answers_of(parents, context, "below")


def _next(parents: Level[Any], context: Any) -> list[Any]:
    """One row in the scope of its parent."""
    return answers_of(parents, context, "next")


def _entered(parents: Level[Any], context: Any, word: str = "in") -> list[Any]:
    """Rows in a scope of their own. Copies: a row that stands elsewhere as well must not be moved."""
    answers = []
    for parent, scope in zip(parents, parents.scopes(), strict=True):
        rows = [copy.copy(parent) for _ in range(parent.key % 3)]
        context.levels.enter(rows, f"{scope}/{word}{parent.key}")
        answers.append(rows)
    return answers


@strawberry.type
class Scoped:
    """A row that knows its scope."""

    key: int
    seen: str = batch(_seen)
    together: str | None = batch(_together)
    below: list[Scoped | None] = batch(_below)
    next: Scoped | None = batch(_next)
    entered: list[Scoped] = batch(_entered)


SHAPES["Scoped"] = {"below": Many(One("Scoped", nullable=True)), "next": One("Scoped", nullable=True)}
