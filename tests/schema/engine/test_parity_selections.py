"""Section 6.3 of the specification: which fields are collected, in which order, and how selections merge."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Annotated, Any

import pytest
import strawberry

from schema.engine import BreadthFirstExecutor
from tests.schema.engine.executors import QuietSchema
from tests.schema.engine.parity import Case, hold, told


def _kind_is(kind: str) -> Any:
    return staticmethod(lambda row, _info: row.kind == kind)


@strawberry.interface
class Living:
    """The interface above the interface."""

    name: str


@strawberry.interface
class Pet(Living):
    """What has an owner."""

    owner: Person


@strawberry.type
class Person(Living):
    """Not a pet."""

    age: int
    pets: list[Pet]
    is_type_of = _kind_is("Person")


@strawberry.type
class Dog(Pet):
    """One of two pets."""

    barks: bool
    sound: str
    is_type_of = _kind_is("Dog")


@strawberry.type
class Cat(Pet):
    """The other one."""

    meows: bool
    sound: str
    is_type_of = _kind_is("Cat")


@strawberry.type
class Query:
    """Reads the root's attributes."""

    me: Person
    a: int
    b: int
    living: list[Living]
    either: list[Annotated[Dog | Person, strawberry.union("DogOrPerson")]]


SCHEMA = QuietSchema(Query, types=[Dog, Cat], execution_context_class=BreadthFirstExecutor)

ANN = Row(kind="Person", name="Ann", age=41)
REX = Row(kind="Dog", name="Rex", owner=ANN, barks=True, sound="woof")
TOM = Row(kind="Cat", name="Tom", owner=ANN, meows=True, sound="meow")
ANN.pets = [REX, TOM]
ROOT = Row(me=ANN, a=1, b=2, living=[ANN, REX, TOM], either=[REX, ANN])


def case(story: str, document: str, data: Any, **more: Any) -> Case:
    """A case on the family above."""
    return Case(story, document, data, root=ROOT, **more)


ORDER = [
    case("fields answer in the order of the document", "{ b a }", {"b": 2, "a": 1}),
    case("a key stands where it is met first", "{ b a b }", {"b": 2, "a": 1}),
    case("an alias is the key", "{ x: a a y: a }", {"x": 1, "a": 1, "y": 1}),
    case("aliases may swap names", "{ a: b b: a }", {"a": 2, "b": 1}),
    case("a fragment's fields stand where it is spread", "{ ...F a } fragment F on Query { b }", {"b": 2, "a": 1}),
    case(
        "what a fragment repeats keeps its place",
        "{ a ...F } fragment F on Query { b a }",
        {"a": 1, "b": 2},
    ),
    case("an inline fragment needs no condition", "{ ... { b } a }", {"b": 2, "a": 1}),
    case("the type name is a field like others", "{ t: __typename a __typename }", {
        "t": "Query", "a": 1, "__typename": "Query",
    }),
    case("python's words are fair aliases", "{ class: a None: b self: a o: b rows: a level: b }", {
        "class": 1, "None": 2, "self": 1, "o": 2, "rows": 1, "level": 2,
    }),
]  # fmt: skip

MERGING = [
    case(
        "selections of one key merge",
        "{ me { name } me { age } }",
        {"me": {"name": "Ann", "age": 41}},
    ),
    case(
        "they merge level by level",
        "{ me { pets { name } } ...F } fragment F on Query { me { pets { owner { name } } age } }",
        {
            "me": {
                "pets": [{"name": "Rex", "owner": {"name": "Ann"}}, {"name": "Tom", "owner": {"name": "Ann"}}],
                "age": 41,
            }
        },
    ),
    case(
        "a fragment that is spread twice counts once",
        "{ ...F ...F a } fragment F on Query { b }",
        {"b": 2, "a": 1},
    ),
    case(
        "a fragment that was skipped may be spread again",
        "{ ...F @skip(if: true) a ...F } fragment F on Query { b }",
        {"a": 1, "b": 2},
    ),
    case(
        "different fields may share a key where no row meets both",
        "{ living { ... on Dog { fact: barks } ... on Cat { fact: meows } } }",
        {"living": [{}, {"fact": True}, {"fact": True}]},
    ),
    case(
        "one fragment serves below different parents",
        "{ me { ...N } living { ... on Pet { owner { ...N } } } } fragment N on Person { name }",
        {"me": {"name": "Ann"}, "living": [{}, {"owner": {"name": "Ann"}}, {"owner": {"name": "Ann"}}]},
    ),
]

CONDITIONS = [
    case("skip true leaves out", "{ a @skip(if: true) b }", {"b": 2}),
    case("skip false keeps", "{ a @skip(if: false) }", {"a": 1}),
    case("include false leaves out", "{ a @include(if: false) b }", {"b": 2}),
    case("include true keeps", "{ a @include(if: true) }", {"a": 1}),
    case("skip wins over include", "{ a @include(if: true) @skip(if: true) b }", {"b": 2}),
    case("include false wins over skip false", "{ a @skip(if: false) @include(if: false) b }", {"b": 2}),
    case("both must allow", "{ a @skip(if: false) @include(if: true) }", {"a": 1}),
    case("one unskipped twin is enough", "{ a @skip(if: true) a }", {"a": 1}),
    case("a skipped twin does not hold a place", "{ a @skip(if: true) b a }", {"b": 2, "a": 1}),
    case("everything may be skipped", "{ a @skip(if: true) }", {}),
    case("everything below may be skipped", "{ me { name @skip(if: true) } }", {"me": {}}),
    case("a spread may be skipped", "{ a ...F @skip(if: true) } fragment F on Query { b }", {"a": 1}),
    case("an inline fragment may be left out", "{ a ... @include(if: false) { b } }", {"a": 1}),
    case("a field in a kept fragment may be skipped", "{ a ... @include(if: true) { b @skip(if: true) } }", {"a": 1}),
    *(
        case(
            f"a variable decides {'for' if yes else 'against'} it",
            "query($yes: Boolean!) { a @include(if: $yes) b @skip(if: $yes) me { name @include(if: $yes) } }",
            {"a": 1, "me": {"name": "Ann"}} if yes else {"b": 2, "me": {}},
            variables={"yes": yes},
        )
        for yes in (True, False)
    ),
    case("a variable may have a default", "query($no: Boolean = true) { a @skip(if: $no) b }", {"b": 2}),
    case(
        "a null condition at the root takes everything",
        "query($no: Boolean = true) { a @skip(if: $no) b }",
        None,
        errors=(
            (
                (
                    "Argument 'if' has invalid value: Expected variable '$no' provided to non-null type 'Boolean!'"
                    " not to be None."
                ),
                None,
            ),
        ),
        variables={"no": None},
        planned=False,
    ),
    case(
        "a null condition below fails the field above it",
        "query($no: Boolean = true) { a living { name @skip(if: $no) } }",
        None,
        errors=(
            (
                (
                    "Argument 'if' has invalid value: Expected variable '$no' provided to non-null type 'Boolean!'"
                    " not to be None."
                ),
                ["living", 0],
            ),
        ),
        variables={"no": None},
        planned=False,
    ),
]

TYPE_CONDITIONS = [
    case(
        "a condition on an object takes its rows alone",
        "{ living { __typename ... on Dog { barks } } }",
        {"living": [{"__typename": "Person"}, {"__typename": "Dog", "barks": True}, {"__typename": "Cat"}]},
    ),
    case(
        "a condition on an interface takes all that implement it",
        "{ living { ... on Pet { owner { name } } } }",
        {"living": [{}, {"owner": {"name": "Ann"}}, {"owner": {"name": "Ann"}}]},
    ),
    case(
        "a condition on the interface above takes everyone",
        "{ either { ... on Living { name } } }",
        {"either": [{"name": "Rex"}, {"name": "Ann"}]},
    ),
    case(
        "a condition on a union takes its members",
        "{ living { name ... on DogOrPerson { kind: __typename } } }",
        {"living": [{"name": "Ann", "kind": "Person"}, {"name": "Rex", "kind": "Dog"}, {"name": "Tom"}]},
    ),
    case(
        "conditions nest",
        "{ living { ... on Pet { ... on Cat { meows } } ... on Living { ... on Dog { barks } } } }",
        {"living": [{}, {"barks": True}, {"meows": True}]},
    ),
    case(
        "a named fragment has its condition",
        "{ living { ...D } } fragment D on Dog { sound }",
        {"living": [{}, {"sound": "woof"}, {}]},
    ),
    case(
        "keys keep the document's order whatever the type",
        "{ living { ... on Dog { sound } name ... on Cat { sound } } }",
        {"living": [{"name": "Ann"}, {"sound": "woof", "name": "Rex"}, {"name": "Tom", "sound": "meow"}]},
    ),
    case(
        "fields of an interface merge with those of the object",
        "{ living { ... on Pet { owner { name } } ... on Dog { owner { age } } } }",
        {"living": [{}, {"owner": {"name": "Ann", "age": 41}}, {"owner": {"name": "Ann"}}]},
    ),
]


@pytest.mark.parametrize("each", [*ORDER, *MERGING, *CONDITIONS, *TYPE_CONDITIONS], ids=told)
def test_selections(each: Case) -> None:
    hold(SCHEMA, each)
