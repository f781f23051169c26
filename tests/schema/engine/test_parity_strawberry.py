"""What Strawberry adds to the specification works alike: its ways of resolving, its extensions, Relay."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from types import SimpleNamespace as Row
from typing import Any, Generic, TypeVar

import pytest
import strawberry
from strawberry import relay
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from schema.engine import BreadthFirstExecutor
from tests.schema.engine.executors import QuietSchema
from tests.schema.engine.parity import Case, hold, told

T = TypeVar("T")


class OnlyAnn(BasePermission):
    """A permission that looks at the row."""

    message = "Only Ann is shown."

    def has_permission(self, source: Any, info: strawberry.Info, **arguments: Any) -> bool:
        return source.name == "Ann"


class Doubling(FieldExtension):
    """An extension that changes the answer."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        return next_(source, info, **arguments) * 2


class CountedField(StrawberryField):
    """A field that gets its answer in a way of its own."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return f"{self.python_name} of {source.name}"


class OurInfo(strawberry.Info):
    """The Info of a project."""

    @property
    def shout(self) -> str:
        return self.field_name.upper()


def _initials(root: Any) -> str:
    return root.name[:1]


def _longest(words: list[str]) -> str:
    return max(words, key=len)


@strawberry.type
class Box(Generic[T]):
    """A generic type."""

    content: T


@strawberry.type
class Fruit(relay.Node):
    """A Relay node."""

    code: relay.NodeID[str]
    name: str

    @classmethod
    def resolve_nodes(cls, *, info: Any, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        known = {"a": Fruit(code="a", name="apple"), "b": Fruit(code="b", name="banana")}
        return [known.get(node_id) for node_id in node_ids]


@strawberry.type
class Query:
    """Every way of Strawberry's own; `name` is the root's."""

    name: str
    secret: str | None = strawberry.field(permission_classes=[OnlyAnn])
    hidden: list[str] = strawberry.field(extensions=[PermissionExtension([OnlyAnn()], fail_silently=True)])
    initials: str = strawberry.field(resolver=_initials)
    longest: str = strawberry.field(resolver=_longest)
    counted: str = CountedField(python_name="counted", graphql_name=None, type_annotation=None)
    box: Box[int]
    node: relay.Node = relay.node()
    nodes: list[relay.Node | None] = relay.node()

    @strawberry.field(extensions=[Doubling()])
    def doubled(self, number: int = 2) -> int:
        return number

    @strawberry.field
    @staticmethod
    def from_a_static_method(word: str = "static") -> str:
        return word

    @strawberry.field
    @classmethod
    def from_a_class_method(cls, word: str = "class") -> str:
        return f"{word} {cls.__name__}"

    @strawberry.field
    def from_info(self, info: OurInfo) -> str:
        return info.shout

    @strawberry.field(name="import")
    def a_word_of_python(self, from_: str | None = strawberry.UNSET) -> str:
        return repr(from_)

    @relay.connection(relay.ListConnection[Fruit])
    def fruits(self) -> Iterable[Fruit]:
        return [Fruit(code=code, name=f"fruit {code}") for code in "abc"]


SCHEMA = QuietSchema(Query, execution_context_class=BreadthFirstExecutor, config=StrawberryConfig(info_class=OurInfo))
ANN = Row(name="Ann", secret="s", hidden=["h"], box=Box(content=5))
BOB = Row(name="Bob", secret="s", hidden=["h"], box=Box(content=6))
APPLE, BANANA, PEAR = (relay.to_base64("Fruit", code) for code in "abx")

CASES = [
    Case("a permission admits", "{ secret hidden }", {"secret": "s", "hidden": ["h"]}, root=ANN),
    Case(
        "a permission refuses, aloud or silently",
        "{ secret hidden name }",
        {"secret": None, "hidden": [], "name": "Bob"},
        (("Only Ann is shown.", ["secret"]),),
        root=BOB,
    ),
    Case(
        "functions and methods of all kinds resolve",
        '{ initials longest(words: ["a", "bb"]) fromAStaticMethod fromAClassMethod(word: "a") fromInfo }',
        {
            "initials": "A",
            "longest": "bb",
            "fromAStaticMethod": "static",
            "fromAClassMethod": "a Query",
            "fromInfo": "FROMINFO",
        },
        root=ANN,
    ),
    Case("an extension changes the answer", "{ doubled a: doubled(number: 5) }", {"doubled": 4, "a": 10}, root=ANN),
    Case("a field may be of a class of its own", "{ counted }", {"counted": "counted of Ann"}, root=ANN),
    Case("a generic type is an object like others", "{ box { __typename content } }", {
        "box": {"__typename": "IntBox", "content": 5},
    }, root=ANN),
    Case("a name may be a word of Python's", "{ import }", {"import": "UNSET"}, root=ANN),
    Case(
        "a node is found by its global id",
        f'{{ node(id: "{APPLE}") {{ id __typename ... on Fruit {{ name }} }} }}',
        {"node": {"id": APPLE, "__typename": "Fruit", "name": "apple"}},
        root=ANN,
    ),
    Case(
        "several nodes are found in the order asked for",
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        {"nodes": [{"id": BANANA}, None, {"id": APPLE}]},
        variables={"ids": [BANANA, PEAR, APPLE]},
        root=ANN,
    ),
    Case(
        "a connection has edges, cursors and pages",
        "{ fruits(first: 1) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage } } }",
        {
            "fruits": {
                "edges": [{"cursor": relay.to_base64("arrayconnection", "0"), "node": {"name": "fruit a"}}],
                "pageInfo": {"hasNextPage": True, "hasPreviousPage": False},
            }
        },
        root=ANN,
    ),
    Case(
        "a connection refuses too much",
        "{ fruits(first: 1000) { edges { cursor } } }",
        None,
        (("Argument 'first' cannot be higher than 100.", ["fruits"]),),
        root=ANN,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=told)
def test_strawberry(case: Case) -> None:
    hold(SCHEMA, case)


@strawberry.type
class Entry:
    """A row that is a dictionary."""

    word: str
    next: Entry | None


@strawberry.type
class Dictionary:
    """The root is one, too."""

    first: Entry
    entries: list[Entry]


BY_KEY = QuietSchema(
    Dictionary,
    execution_context_class=BreadthFirstExecutor,
    config=StrawberryConfig(default_resolver=operator.getitem),
)


@pytest.mark.parametrize(
    "case",
    [
        Case(
            "rows may be dictionaries",
            "{ first { word next { word } } entries { word } }",
            {"first": {"word": "a", "next": {"word": "b"}}, "entries": [{"word": "c"}]},
            root={"first": {"word": "a", "next": {"word": "b"}}, "entries": [{"word": "c"}]},
        ),
        Case(
            "a key that is not there is an error",
            "{ first { word next { word } } }",
            {"first": {"word": "a", "next": None}},
            (("'next'", ["first", "next"]),),
            root={"first": {"word": "a"}},
        ),
    ],
    ids=told,
)
def test_a_default_resolver_of_the_project(case: Case) -> None:
    hold(BY_KEY, case)
