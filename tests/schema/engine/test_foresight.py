"""A type that looks ahead is told what will be asked of its objects, once for a level, before any loader is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry

from schema.engine import Ahead, BreadthFirstExecutor, Level, Levels, batch, looks_ahead


@dataclass
class Context:
    """What a request knows, and what has happened in it."""

    levels: Levels = field(default_factory=Levels)
    happened: list[str] = field(default_factory=list)


@dataclass
class Row:
    """Something with a number."""

    number: int


def load_pages(rows: Sequence[Row], context: Context, count: int = 3, of: str | None = None) -> list[list[Row]]:
    context.happened.append(f"pages of {[row.number for row in rows]}")
    return [[Row(row.number * 10 + place) for place in range(count)] for row in rows]


def look(books: Level[Row], context: Context, ahead: Ahead) -> None:
    """Tell what is seen."""
    numbers = [row.number for row in books]
    seen = [name for name in ("number", "pages", "sheets") if ahead.asks(name)]
    below = ahead.below("pages", "sheets")
    context.happened.append(f"{numbers}: {seen} {ahead.arguments('pages')} below {below.asks('number')}")
    if len(books) > 2:
        raise RuntimeError("too many books")


@strawberry.type
class Page:
    """Source: Row."""

    number: int


@looks_ahead(look)
@strawberry.type
class Book:
    """Source: Row."""

    number: int
    pages: list[Page] = batch(load_pages)
    sheets: list[Page] = batch(load_pages)


def load_books(roots: Sequence[Any], context: Context, count: int = 2) -> list[list[Row]]:
    return [[Row(number) for number in range(1, count + 1)] for _ in roots]


@strawberry.type
class Query:
    """Books."""

    books: list[Book] = batch(load_books)


SCHEMA = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


def second_time(document: str) -> tuple[Any, list[str]]:
    """The data and what happened when the document, known by then, was asked."""
    SCHEMA.execute_sync(document, context_value=Context(), root_value=object())
    context = Context()
    answer = SCHEMA.execute_sync(document, context_value=context, root_value=object())
    assert answer.errors is None
    return answer.data, context.happened


def test_it_is_told_names_arguments_and_what_is_below_before_anything_is_loaded() -> None:
    data, happened = second_time("{ books { number pages(count: 1) { number } more: pages(of: null) { __typename } } }")
    assert happened == [
        "[1, 2]: ['number', 'pages'] [{'count': 1, 'of': None}, {'count': 3, 'of': None}] below True",
        "pages of [1, 2]",
        "pages of [1, 2]",
    ]
    assert [len(book["more"]) for book in data["books"]] == [3, 3]


def test_what_is_skipped_is_not_told() -> None:
    _, happened = second_time("{ books { number sheets @skip(if: true) { number } } }")
    assert happened == ["[1, 2]: ['number'] [] below False"]


def test_its_errors_are_nobodys() -> None:
    data, happened = second_time("{ books(count: 3) { pages(count: 0) { number } } }")
    assert data == {"books": [{"pages": []}] * 3}
    assert happened[-1] == "pages of [1, 2, 3]"


def test_without_books_there_is_nothing_to_look_at() -> None:
    assert second_time("{ books(count: 0) { number } }") == ({"books": []}, [])


def test_arguments_that_are_the_same_in_every_request_stay_apart_from_those_that_are_not() -> None:
    document = "query($n: Int) { books { pages(count: $n) { number } fixed: pages(count: 1) { number } } }"
    for number in (1, 2, 1):
        answer = SCHEMA.execute_sync(
            document, variable_values={"n": number}, context_value=Context(), root_value=object()
        )
        assert answer.data is not None
        book = answer.data["books"][0]
        assert (len(book["pages"]), len(book["fixed"])) == (number, 1)
