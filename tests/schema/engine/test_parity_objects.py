"""Section 6.4.3 of the specification: completion of objects, of lists of them, and of abstract types."""

from __future__ import annotations

from types import SimpleNamespace as Row
from typing import Annotated, Any

import pytest
import strawberry

from schema.engine import BreadthFirstExecutor
from tests.schema.engine.executors import QuietSchema
from tests.schema.engine.parity import Case, hold, told


@strawberry.interface
class Shape:
    """An interface that asks the type tests."""

    area: int


@strawberry.type
class Circle(Shape):
    """A shape."""

    is_type_of = staticmethod(lambda row, _info: row.kind == "Circle")


@strawberry.type
class Square(Shape):
    """Another shape."""

    is_type_of = staticmethod(lambda row, _info: row.kind == "Square")


@strawberry.interface
class Guessed:
    """An interface that says itself what a row is, or anything else."""

    area: int

    @classmethod
    def resolve_type(cls, row: Any, _info: Any, _type: Any) -> Any:
        return row.kind


@strawberry.type
class Ball(Guessed):
    """What a row may be guessed to be."""


@strawberry.type
class Plain:
    """An object type that believes every row."""

    area: int | None


@strawberry.type
class Query:
    """Everything is an attribute of the root, and nullable, so that an error stays where it is."""

    plain: Plain | None
    plains: list[Plain | None] | None
    circle: Circle | None
    shape: Shape | None
    guessed: Guessed | None
    either: Annotated[Circle | Square, strawberry.union("CircleOrSquare")] | None


SCHEMA = QuietSchema(Query, types=[Circle, Square, Ball], execution_context_class=BreadthFirstExecutor)

CIRCLE, SQUARE = Row(kind="Circle", area=3), Row(kind="Square", area=4)

OBJECTS = [
    Case("an object is answered", "{ plain { area } }", {"plain": {"area": 3}}, root=Row(plain=CIRCLE)),
    Case("a null object is null", "{ plain { area } }", {"plain": None}, root=Row(plain=None)),
    Case(
        "a row that the type test refuses is an error",
        "{ circle { area } }",
        {"circle": None},
        (("Expected value of type 'Circle' but got: <SimpleNamespace instance>.", ["circle"]),),
        root=Row(circle=SQUARE),
    ),
    Case(
        "an interface finds the row's type",
        "{ shape { __typename area } }",
        {"shape": {"__typename": "Square", "area": 4}},
        root=Row(shape=SQUARE),
    ),
    Case(
        "a union finds the row's type",
        "{ either { __typename ... on Circle { area } } }",
        {"either": {"__typename": "Circle", "area": 3}},
        root=Row(either=CIRCLE),
    ),
    Case(
        "a row that no type of the interface wants is an error",
        "{ shape { area } }",
        {"shape": None},
        (
            (
                (
                    "Abstract type 'Shape' must resolve to an Object type at runtime for field 'Query.shape'. Either"
                    " the 'Shape' type should provide a 'resolve_type' function or each possible type should provide an"
                    " 'is_type_of' function."
                ),
                ["shape"],
            ),
        ),
        root=Row(shape=Row(kind="Triangle", area=1)),
    ),
    Case(
        "a type test that fails is an error",
        "{ shape { area } }",
        {"shape": None},
        (("'types.SimpleNamespace' object has no attribute 'kind'", ["shape"]),),
        root=Row(shape=Row()),
    ),
    *(
        Case(
            f"an interface that guesses {kind!r} is an error",
            "{ guessed { area } }",
            {"guessed": None},
            ((message, ["guessed"]),),
            root=Row(guessed=Row(kind=kind, area=1)),
        )
        for kind, message in {
            "Nobody": "Abstract type 'Guessed' was resolved to a type 'Nobody' that does not exist inside the schema.",
            "Shape": "Abstract type 'Guessed' was resolved to a non-object type 'Shape'.",
            "Plain": "Runtime Object type 'Plain' is not a possible type for 'Guessed'.",
        }.items()
    ),
    Case(
        "a list of objects has its nulls",
        "{ plains { area } }",
        {"plains": [{"area": 3}, None, {"area": 4}]},
        root=Row(plains=[CIRCLE, None, SQUARE]),
    ),
    Case(
        "an error in a list is an error of its item",
        "{ plains { area } }",
        {"plains": [{"area": 3}, None, {"area": 4}]},
        (("Item broke.", ["plains", 1]),),
        root=Row(plains=[CIRCLE, ValueError("Item broke."), SQUARE]),
    ),
    Case(
        "the same object may stand twice",
        "{ plains { area } }",
        {"plains": [{"area": 3}, {"area": 3}]},
        root=Row(plains=[CIRCLE, CIRCLE]),
    ),
]


@pytest.mark.parametrize("case", OBJECTS, ids=told)
def test_objects(case: Case) -> None:
    hold(SCHEMA, case)
