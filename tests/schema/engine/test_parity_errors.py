"""Section 6.4.4 of the specification: how far a null travels, and what is reported of its cause."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Any

import pytest
import strawberry

from schema.engine import BreadthFirstExecutor, Level, batch
from tests.schema.engine.executors import QuietSchema
from tests.schema.engine.parity import Case, hold, told

BOOM = ValueError("Boom.")


def _load_child(parents: Level[Any], _context: Any) -> list[Any]:
    return [parent.child for parent in parents]


def _refuse(parents: Level[Any], _context: Any) -> list[Any]:
    raise LookupError("The loader broke.")


@strawberry.type
class Node:
    """Every way for a null to go up, or to stay."""

    name: str
    nick: str | None
    child: Node
    maybe: Node | None
    loaded: Node = batch(_load_child)
    refused: Node | None = batch(_refuse)
    strict: list[Node]
    loose: list[Node | None]
    maybe_strict: list[Node] | None
    words: list[str]
    maybe_words: list[str] | None
    loose_words: list[str | None]
    table: list[list[str]] | None
    loose_table: list[list[str] | None]
    nodes_of_nodes: list[list[Node] | None] | None


@strawberry.type
class Query:
    """The root, non-null and nullable."""

    node: Node
    maybe: Node | None
    nodes: list[Node]
    maybe_nodes: list[Node | None] | None
    number: int | None


SCHEMA = QuietSchema(Query, execution_context_class=BreadthFirstExecutor)


def null(parent_and_field: str, path: list[str | int]) -> tuple[str, list[str | int]]:
    """The error of a null where none may be."""
    return f"Cannot return null for non-nullable field {parent_and_field}.", path


OK = Row(name="ok", nick=None)
NAMELESS = Row(name=None, nick="n")
BROKEN = Row(name=BOOM, nick=BOOM)

STAYING = [
    Case(
        "an error of a nullable field is a null there",
        "{ maybe { nick name } }",
        {"maybe": {"nick": None, "name": "x"}},
        (("Boom.", ["maybe", "nick"]),),
        root=Row(maybe=Row(nick=BOOM, name="x")),
    ),
    Case(
        "the path has aliases and indices",
        "{ all: maybeNodes { n: nick } }",
        {"all": [{"n": "n"}, {"n": None}]},
        (("Boom.", ["all", 1, "n"]),),
        root=Row(maybe_nodes=[NAMELESS, BROKEN]),
    ),
    Case(
        "errors of several rows are reported each",
        "{ maybeNodes { nick } number }",
        {"maybeNodes": [{"nick": None}, {"nick": None}], "number": 1},
        (("Boom.", ["maybeNodes", 0, "nick"]), ("Boom.", ["maybeNodes", 1, "nick"])),
        root=Row(maybe_nodes=[BROKEN, BROKEN], number=1),
    ),
    Case(
        "a merged field reports one error",
        "{ maybe { nick } maybe { nick } }",
        {"maybe": {"nick": None}},
        (("Boom.", ["maybe", "nick"]),),
        root=Row(maybe=BROKEN),
    ),
    Case(
        "a loader that raises fails each of its parents",
        "{ maybeNodes { nick refused { name } } }",
        {"maybeNodes": [{"nick": "n", "refused": None}, {"nick": None, "refused": None}]},
        (("The loader broke.", ["maybeNodes", 0, "refused"]), ("The loader broke.", ["maybeNodes", 1, "refused"])),
        root=Row(maybe_nodes=[NAMELESS, OK]),
    ),
]

TRAVELLING = [
    Case(
        "a null in a non-null field takes its object",
        "{ maybe { nick name } number }",
        {"maybe": None, "number": 1},
        (null("Node.name", ["maybe", "name"]),),
        root=Row(maybe=NAMELESS, number=1),
    ),
    Case(
        "and the object above it, and so on, up to what may be null",
        "{ maybe { child { child { name } } } number }",
        {"maybe": None, "number": 1},
        (("Boom.", ["maybe", "child", "child", "name"]),),
        root=Row(maybe=Row(child=Row(child=BROKEN)), number=1),
    ),
    Case(
        "it stops at the nearest that may be null",
        "{ node { maybe { child { name } } name } }",
        {"node": {"maybe": None, "name": "top"}},
        (null("Node.name", ["node", "maybe", "child", "name"]),),
        root=Row(node=Row(name="top", maybe=Row(child=NAMELESS))),
    ),
    Case(
        "through a batch field as well",
        "{ node { maybe { loaded { name } } name } }",
        {"node": {"maybe": None, "name": "top"}},
        (("Boom.", ["node", "maybe", "loaded", "name"]),),
        root=Row(node=Row(name="top", maybe=Row(child=BROKEN))),
    ),
    Case(
        "where nothing may be null, data is",
        "{ number node { child { name } } }",
        None,
        (("Boom.", ["node", "child", "name"]),),
        root=Row(number=1, node=Row(child=BROKEN)),
    ),
    Case(
        "a root field itself may be what fails",
        "{ number node { name } }",
        None,
        (null("Query.node", ["node"]),),
        root=Row(number=1, node=None),
    ),
]

LISTS = [
    Case(
        "a bad item that may be null is null",
        "{ maybe { loose { name } } }",
        {"maybe": {"loose": [{"name": "ok"}, None, None, {"name": "ok"}]}},
        (null("Node.name", ["maybe", "loose", 1, "name"]), ("Boom.", ["maybe", "loose", 2, "name"])),
        root=Row(maybe=Row(loose=[OK, NAMELESS, BROKEN, OK])),
    ),
    Case(
        "a bad item that may not takes the list",
        "{ maybe { maybeStrict { name } nick } }",
        {"maybe": {"maybeStrict": None, "nick": "n"}},
        (("Boom.", ["maybe", "maybeStrict", 1, "name"]),),
        root=Row(maybe=Row(maybe_strict=[OK, BROKEN, OK], nick="n")),
    ),
    Case(
        "and what is above it",
        "{ maybe { strict { name } nick } number }",
        {"maybe": None, "number": 1},
        (null("Node.name", ["maybe", "strict", 2, "name"]),),
        root=Row(maybe=Row(strict=[OK, OK, NAMELESS], nick="n"), number=1),
    ),
    Case(
        "one row of a list falls, the others stand",
        "{ maybeNodes { strict { name } } }",
        {"maybeNodes": [{"strict": [{"name": "ok"}]}, None, {"strict": []}]},
        (("Boom.", ["maybeNodes", 1, "strict", 1, "name"]),),
        root=Row(maybe_nodes=[Row(strict=[OK]), Row(strict=[OK, BROKEN]), Row(strict=[])]),
    ),
    Case(
        "a null item of a list of leaves",
        "{ maybe { maybeWords looseWords } }",
        {"maybe": {"maybeWords": None, "looseWords": ["a", None]}},
        (null("Node.maybeWords", ["maybe", "maybeWords", 1]),),
        root=Row(maybe=Row(maybe_words=["a", None], loose_words=["a", None])),
    ),
    Case(
        "a wrong item of a list of leaves",
        "{ maybe { looseWords } }",
        {"maybe": {"looseWords": ["a", None, "b"]}},
        (("String cannot represent value: {}", ["maybe", "looseWords", 1]),),
        root=Row(maybe=Row(loose_words=["a", {}, "b"])),
    ),
    Case(
        "a null deep in a table takes the row that may be null",
        "{ maybe { looseTable table } }",
        {"maybe": {"looseTable": [["a"], None, []], "table": None}},
        (null("Node.looseTable", ["maybe", "looseTable", 1, 1]), null("Node.table", ["maybe", "table", 0, 0])),
        root=Row(maybe=Row(loose_table=[["a"], ["b", None], []], table=[[None]])),
    ),
    Case(
        "objects in lists of lists",
        "{ maybe { nodesOfNodes { name } } }",
        {"maybe": {"nodesOfNodes": [[{"name": "ok"}], None, None, []]}},
        (("Boom.", ["maybe", "nodesOfNodes", 1, 1, "name"]), ("Row broke.", ["maybe", "nodesOfNodes", 2])),
        root=Row(maybe=Row(nodes_of_nodes=[[OK], [OK, BROKEN], ValueError("Row broke."), []])),
    ),
    Case(
        "a list at the root takes data",
        "{ number nodes { name } }",
        None,
        (("Boom.", ["nodes", 1, "name"]),),
        root=Row(number=1, nodes=[OK, BROKEN]),
    ),
]

COMPETING = [
    Case(
        "two errors that take the same object: one of them is told",
        "{ maybe { name child { name } } number }",
        {"maybe": None, "number": 1},
        (("Boom.", ["maybe", "name"]),),
        root=Row(maybe=Row(name=BOOM, child=NAMELESS), number=1),
    ),
    Case(
        "what was noted below a fallen object is dropped with it",
        "{ maybe { maybe { nick } name } number }",
        {"maybe": None, "number": 1},
        (("Boom.", ["maybe", "maybe", "nick"]), null("Node.name", ["maybe", "name"])),
        root=Row(maybe=Row(maybe=BROKEN, name=None), number=1),
    ),
]


@pytest.mark.parametrize("case", [*STAYING, *TRAVELLING, *LISTS], ids=told)
def test_nulls(case: Case) -> None:
    hold(SCHEMA, case)


@pytest.mark.parametrize("case", COMPETING, ids=told)
def test_nulls_that_compete(case: Case) -> None:
    hold(SCHEMA, case)
