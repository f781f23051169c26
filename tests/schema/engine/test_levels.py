"""The engine by itself: who stands beside whom, and how often a loader is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry

from schema.engine.batch import attribute, batch
from schema.engine.levels import Level, Levels


@dataclass(eq=False)
class Row:
    """Anything."""

    name: str
    children: list[Row] = field(default_factory=list)


@dataclass
class Context:
    """What a request knows; `calls` is what the loaders were asked for."""

    levels: Levels = field(default_factory=Levels)
    calls: list[tuple[str, list[str]]] = field(default_factory=list)
    roots: list[Row] = field(default_factory=list)


def _children(parents: Sequence[Row], context: Context, only: str = "") -> list[list[Row]]:
    """The rows below each parent."""
    context.calls.append((f"children {only}".strip(), [parent.name for parent in parents]))
    return [[child for child in parent.children if child.name.startswith(only)] for parent in parents]


def _first(parents: Sequence[Row], context: Context) -> list[Row | None]:
    context.calls.append(("first", [parent.name for parent in parents]))
    return [parent.children[0] if parent.children else None for parent in parents]


def _place(parents: Level[Row], context: Context) -> list[str]:
    """The scope that each row has inherited."""
    context.calls.append(("place", [parent.name for parent in parents]))
    return [str(scope) for scope in parents.scopes()]


@strawberry.type
class Node:
    """Source: Row."""

    name: str
    children: list[Node] = batch(_children)
    first: Node | None = batch(_first, description="The first row below.")
    place: str = batch(_place)
    same: list[Node] = batch(attribute("children"), description="The children that the row carries.")
    forbidden: str = batch(_place, guard=lambda context: _refuse(), description="For nobody.")


def _refuse() -> None:
    raise PermissionError("no")


def _roots(info: strawberry.Info) -> Any:
    return info.context.levels.seat([info.context.roots], [None])[0]


@strawberry.type
class Query:
    """The rows that a test put into the context."""

    roots: list[Node] = strawberry.field(resolver=_roots)


SCHEMA = strawberry.Schema(Query)


def tree(width: int, depth: int, name: str = "") -> list[Row]:
    """`width` rows, each with as many below it, `depth` levels down."""
    if not depth:
        return []
    return [Row(f"{name}{number}", tree(width, depth - 1, f"{name}{number}")) for number in range(width)]


def ask(document: str, roots: list[Row]) -> tuple[Any, Context]:
    """The data, and what was asked of the loaders."""
    context = Context(roots=roots)
    result = SCHEMA.execute_sync(document, context_value=context)
    assert result.errors is None, result.errors
    return result.data, context


@pytest.mark.parametrize("width", [1, 2, 7])
def test_a_loader_is_called_once_for_each_level_however_many_parents_there_are(width: int) -> None:
    data, context = ask("{ roots { name children { name children { name first { name } } } } }", tree(width, 3))
    assert [name for name, _ in context.calls] == ["children", "children", "first"]
    assert [len(parents) for _, parents in context.calls] == [width, width**2, width**3]
    assert [row["name"] for row in data["roots"]] == [str(number) for number in range(width)]
    last = data["roots"][-1]["children"][-1]["children"][-1]
    assert last == {"name": str(width - 1) * 3, "first": None}, "every parent got its own answer"


def test_the_same_field_under_two_names_is_loaded_once_for_each() -> None:
    data, context = ask('{ roots { all: children { name } some: children(only: "01") { name } } }', tree(2, 2))
    assert data["roots"][0] == {"all": [{"name": "00"}, {"name": "01"}], "some": [{"name": "01"}]}
    assert data["roots"][1] == {"all": [{"name": "10"}, {"name": "11"}], "some": []}
    assert sorted(name for name, _ in context.calls) == ["children", "children 01"]


def test_nothing_is_loaded_below_nothing() -> None:
    data, context = ask("{ roots { name first { name first { name children { name } } } } }", tree(3, 1))
    assert [row["first"] for row in data["roots"]] == [None] * 3
    assert [name for name, _ in context.calls] == ["first"]
    assert ask("{ roots { children { name } } }", [])[1].calls == []


def test_parents_without_an_answer_do_not_disturb_the_others() -> None:
    roots = [Row("a"), Row("b", [Row("c", [Row("d")])])]
    data, context = ask("{ roots { first { name first { name } } } }", roots)
    assert data["roots"] == [{"first": None}, {"first": {"name": "c", "first": {"name": "d"}}}]
    assert context.calls == [("first", ["a", "b"]), ("first", ["c"])]


def test_scopes_are_inherited_and_differ_by_parent() -> None:
    roots = tree(2, 3)
    context = Context(roots=roots)
    for root, scope in zip(roots, ("eu", "us"), strict=True):
        context.levels.enter([root], scope)
    result = SCHEMA.execute_sync("{ roots { place children { place first { place } } } }", context_value=context)
    assert result.errors is None
    assert result.data is not None
    assert [row["place"] for row in result.data["roots"]] == ["eu", "us"]
    for row, scope in zip(result.data["roots"], ("eu", "us"), strict=True):
        assert all(child == {"place": scope, "first": {"place": scope}} for child in row["children"])
    assert [len(parents) for name, parents in context.calls if name == "place"][1:] == [4, 4], "still one call a level"


def test_an_object_that_two_scopes_share_answers_for_each_of_them() -> None:
    shared = Row("shared", [Row("below")])
    roots = [Row("a", [shared]), Row("b", [shared]), Row("c", [shared])]
    context = Context(roots=roots)
    for root, scope in zip(roots, ("eu", "us", "eu"), strict=True):
        context.levels.enter([root], scope)
    result = SCHEMA.execute_sync("{ roots { children { name place children { place } } } }", context_value=context)
    assert result.errors is None
    assert result.data is not None
    places = [root["children"][0] for root in result.data["roots"]]
    assert [place["place"] for place in places] == ["eu", "us", "eu"]
    assert [place["children"][0]["place"] for place in places] == ["eu", "us", "eu"]
    assert all(place["name"] == "shared" for place in places)


def test_one_object_under_many_parents_of_one_scope_is_one_member() -> None:
    shared = Row("shared")
    data, context = ask("{ roots { children { name first { name } } } }", [Row("a", [shared]), Row("b", [shared])])
    assert [row["children"] for row in data["roots"]] == [[{"name": "shared", "first": None}]] * 2
    assert context.calls == [("children", ["a", "b"]), ("first", ["shared"])]


def test_a_scope_that_was_chosen_is_kept_where_the_object_turns_up_again() -> None:
    levels, order, parent = Levels(), Row("order"), Row("page")
    levels.enter([order], "eu")
    assert levels.seat([order], ["us"]) == [order]
    assert _asked_of(levels, order) == ([order], ["eu"])
    assert _asked_of(levels, parent) == ([parent], [None])


def test_lists_in_lists_leaves_and_nothing_are_seated_as_they_are() -> None:
    levels, row = Levels(), Row("a")
    answer = [[row, None], ["text", 1, {"key": "value"}], None]
    assert levels.seat(answer, ["x", "y", "z"]) == answer
    assert _asked_of(levels, row) == ([row], ["x"])


def _asked_of(levels: Levels, source: Any) -> tuple[list[Any], list[Any]]:
    """What a loader is asked when `source` is, and below which scopes."""
    seen: list[tuple[list[Any], list[Any]]] = []

    def load(parents: Level[Any]) -> list[None]:
        seen.append((list(parents), parents.scopes()))
        return [None] * len(parents)

    levels.answer(source, "key", load)
    return seen[0]


def test_what_a_loader_raises_is_raised_for_each_parent_and_not_asked_again() -> None:
    levels, rows, calls = Levels(), [Row("a"), Row("b")], []

    def load(parents: Level[Any]) -> list[None]:
        calls.append(len(parents))
        raise LookupError("gone")

    levels.seat(rows, [None, None])
    for row in rows:
        with pytest.raises(LookupError, match="gone"):
            levels.answer(row, "key", load)
    assert calls == [2]


def test_a_guard_refuses_before_anything_is_loaded() -> None:
    context = Context(roots=tree(2, 1))
    result = SCHEMA.execute_sync("{ roots { forbidden } }", context_value=context)
    assert result.errors is not None
    assert {str(error.original_error) for error in result.errors} == {"no"}
    assert context.calls == []


def test_a_loader_that_forgets_a_parent_is_a_fault() -> None:
    levels, rows = Levels(), [Row("a"), Row("b")]
    levels.seat(rows, [None, None])
    with pytest.raises(RuntimeError, match="answered 1 times for 2 parents"):
        levels.answer(rows[0], "key", lambda parents: [1])


def test_a_composite_value_that_the_parent_carries_needs_no_loader_of_its_own() -> None:
    data, context = ask("{ roots { same { name same { name } } } }", tree(2, 3))
    assert data["roots"][1]["same"][0] == {"name": "10", "same": [{"name": "100"}, {"name": "101"}]}
    assert context.calls == []
