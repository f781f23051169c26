"""Section 6.4 of the specification: arguments, resolution and completion of values, each kind by itself."""

from __future__ import annotations

import datetime
import enum
import math
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

import pytest
import strawberry
from graphql import Undefined
from strawberry.scalars import JSON

from schema.engine import BreadthFirstExecutor, Level, batch
from tests.schema.engine.executors import QuietSchema
from tests.schema.engine.parity import Case, hold, told


@strawberry.enum
class Color(enum.Enum):
    """An enum whose values are not its names."""

    RED = "r"
    BLUE = 2


def _answer(parents: Level[Any], _context: Any) -> Any:
    return parents[0].answer


def _refuse(_context: Any) -> None:
    raise PermissionError("Nobody may ask.")


def _load_many(parents: Level[Any], context: Any, times: int = 1) -> list[int]:
    """One answer for each parent."""
    return [len(parents) * times for _ in parents]


@strawberry.type
class Query:
    """Everything is an attribute of the root, and nullable, so that an error stays where it is."""

    integer: int | None
    ratio: float | None
    text: str | None
    flag: bool | None
    id: strawberry.ID | None
    money: Decimal | None
    moment: datetime.datetime | None
    day: datetime.date | None
    uuid: UUID | None
    json: JSON | None
    color: Color | None
    integers: list[int | None] | None
    table: list[list[int]] | None
    loaded: int | None = batch(_answer)
    many: int = batch(_load_many)
    guarded: int | None = batch(_load_many, guard=_refuse, description="For nobody.")

    @strawberry.field
    def called(self) -> int | None:
        return self.call()  # type: ignore[attr-defined,no-any-return]

    @strawberry.field
    def echo(self, value: int | None = 5, color: Color = Color.RED) -> str:
        return f"{value!r} {color!r}"

    @strawberry.field
    def exact(self, value: int = 5) -> str | None:
        return f"{value!r}"


@strawberry.type
class Drain:
    """A resolver that changes its arguments."""

    @strawberry.field
    def drained(self, words: list[str]) -> int:
        words.pop()
        return len(words)


@strawberry.type
class Drains:
    """Several of them."""

    items: list[Drain]


SCHEMA = QuietSchema(Query, execution_context_class=BreadthFirstExecutor)
NOT_NULL = "Argument '{}' has invalid value: Expected variable '$v' provided to non-null type 'Int!' not to be None."
MOMENT = datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.UTC)


class Number(enum.IntEnum):
    """An int of a class of its own."""

    TWO = 2


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("integer", 5, 5),
        ("integer", True, 1),
        ("integer", 3.0, 3),
        ("integer", "7", 7),
        ("integer", Number.TWO, 2),
        ("integer", -(2**31), -(2**31)),
        ("ratio", 1, 1.0),
        ("ratio", "1.5", 1.5),
        ("ratio", Decimal("2.5"), 2.5),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("text", 2.5, "2.5"),
        ("text", "", ""),
        ("flag", 0, False),
        ("flag", 2.5, True),
        ("id", 5, "5"),
        ("id", UUID(int=0), str(UUID(int=0))),
        ("money", Decimal("1.10"), "1.10"),
        ("moment", MOMENT, MOMENT.isoformat()),
        ("day", MOMENT.date(), "2024-02-29"),
        ("uuid", UUID(int=1), str(UUID(int=1))),
        ("json", {"a": [None, {"b": 1}]}, {"a": [None, {"b": 1}]}),
        ("color", Color.RED, "RED"),
        ("color", "r", "RED"),
        ("color", 2, "BLUE"),
        ("integers", [1, None, "3"], [1, None, 3]),
        ("integers", (1, 2), [1, 2]),
        ("integers", deque([1, 2]), [1, 2]),
        ("integers", range(3), [0, 1, 2]),
        ("integers", [], []),
        ("table", [[1], [], (2, 3)], [[1], [], [2, 3]]),
        ("integer", None, None),
        ("integer", Undefined, None),
        ("integers", Undefined, None),
    ],
)
def test_leaves_and_lists_of_leaves_are_coerced(name: str, value: Any, answer: Any) -> None:
    hold(SCHEMA, Case(name, f"{{ {name} }}", {name: answer}, root=Row(**{name: value})))


def test_a_generator_is_read_once_and_in_order() -> None:
    class Root:
        @property
        def integers(self) -> Any:
            return (number for number in (3, 1, 2))

    hold(SCHEMA, Case("generator", "{ integers }", {"integers": [3, 1, 2]}, root=Root()))


def test_an_answer_is_no_part_of_the_row() -> None:
    row = Row(integers=[1, 2])
    for _ in range(3):
        result = SCHEMA.execute_sync("{ integers }", root_value=row)
        assert result.data is not None
        result.data["integers"].append(3)
    assert row.integers == [1, 2]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("integer", "seven", "Int cannot represent non-integer value: 'seven'"),
        ("integer", 2**31, "Int cannot represent non 32-bit signed integer value: 2147483648"),
        ("integer", 1.5, "Int cannot represent non-integer value: 1.5"),
        ("integer", math.nan, "Int cannot represent non-integer value: nan"),
        ("integer", [1], "Int cannot represent non-integer value: [1]"),
        ("ratio", math.inf, "Float cannot represent non numeric value: inf"),
        ("ratio", "much", "Float cannot represent non numeric value: 'much'"),
        ("text", {"a": 1}, "String cannot represent value: {'a': 1}"),
        ("flag", "true", "Boolean cannot represent a non boolean value: 'true'"),
        ("id", True, "ID cannot represent value: True"),
        ("moment", "2024", "'str' object has no attribute 'isoformat'"),
        ("color", "RED", "Enum 'Color' cannot represent value: 'RED'"),
        ("color", [], "Enum 'Color' cannot represent value: []"),
        ("integers", 5, "Expected Iterable, but did not find one for field 'Query.integers'."),
        ("integers", "12", "Expected Iterable, but did not find one for field 'Query.integers'."),
        ("integers", {"a": 1}, "Expected Iterable, but did not find one for field 'Query.integers'."),
        ("integer", ValueError("returned, not raised"), "returned, not raised"),
        ("integers", KeyError("a"), "'a'"),
    ],
)
def test_what_is_no_fair_value_is_an_error_of_the_field(name: str, value: Any, message: str) -> None:
    hold(SCHEMA, Case(name, f"{{ {name} }}", {name: None}, ((message, [name]),), root=Row(**{name: value})))


def _raise(error: BaseException) -> Callable[[], Any]:
    def call() -> Any:
        raise error

    return call


RESOLUTION = [
    Case("a resolver's answer counts", "{ called }", {"called": 4}, root=Row(call=lambda: 4)),
    Case(
        "what a resolver raises is the field's error",
        "{ called }",
        {"called": None},
        (("It broke.", ["called"]),),
        root=Row(call=_raise(ValueError("It broke."))),
    ),
    Case(
        "a StopIteration ends nothing but its field",
        "{ called text }",
        {"called": None, "text": "still here"},
        (("enough", ["called"]),),
        root=Row(call=_raise(StopIteration("enough")), text="still here"),
    ),
    Case(
        "an attribute that is not there is the field's error",
        "{ integer text }",
        {"integer": None, "text": "a"},
        (("'types.SimpleNamespace' object has no attribute 'integer'", ["integer"]),),
        root=Row(text="a"),
    ),
    Case(
        "a loader's exception as an answer fails its parent",
        "{ loaded }",
        {"loaded": None},
        (("not this one", ["loaded"]),),
        root=Row(answer=[LookupError("not this one")]),
    ),
    Case(
        "a loader that answers too often fails",
        "{ loaded }",
        {"loaded": None},
        (("A loader answered 2 times for 1 parents.", ["loaded"]),),
        root=Row(answer=[1, 2]),
    ),
    Case(
        "a loader that answers nothing at all fails",
        "{ loaded }",
        {"loaded": None},
        (("object of type 'NoneType' has no len()", ["loaded"]),),
        root=Row(answer=None),
    ),
    Case("a loader has arguments", "{ many(times: 3) one: many }", {"many": 3, "one": 1}, root=Row()),
]

ARGUMENTS = [
    Case("defaults fill in", "{ echo }", {"echo": "5 <Color.RED: 'r'>"}, root=Row()),
    Case("a literal counts", "{ echo(value: 1, color: BLUE) }", {"echo": "1 <Color.BLUE: 2>"}, root=Row()),
    Case("null counts", "{ echo(value: null) }", {"echo": "None <Color.RED: 'r'>"}, root=Row()),
    Case(
        "one field may stand under two keys with two sets of arguments",
        "{ a: echo(value: 1) b: echo(value: 2) }",
        {"a": "1 <Color.RED: 'r'>", "b": "2 <Color.RED: 'r'>"},
        root=Row(),
    ),
    Case(
        "a nullable variable may stand where a default is, and be absent",
        "query($v: Int) { exact(value: $v) }",
        {"exact": "5"},
        root=Row(),
    ),
    Case(
        "but not be null",
        "query($v: Int) { exact(value: $v) }",
        {"exact": None},
        ((NOT_NULL.format("value"), ["exact"]),),
        root=Row(),
        variables={"v": None},
    ),
    Case(
        "a guard refuses the caller",
        "{ guarded(times: 2) }",
        {"guarded": None},
        (("Nobody may ask.", ["guarded"]),),
        root=Row(),
    ),
    Case(
        "what is wrong with the arguments is told before the guard is asked",
        "query($v: Int) { guarded(times: $v) }",
        {"guarded": None},
        ((NOT_NULL.format("times"), ["guarded"]),),
        root=Row(),
        variables={"v": None},
    ),
]


@pytest.mark.parametrize("case", [*RESOLUTION, *ARGUMENTS], ids=told)
def test_values(case: Case) -> None:
    hold(SCHEMA, case)


def test_what_is_no_error_is_not_caught() -> None:
    """KeyboardInterrupt and the like end the request, whoever executes it."""
    root = Row(call=_raise(KeyboardInterrupt()))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            SCHEMA.execute_sync("{ called }", root_value=root)


def test_keeping_a_resolvers_list_does_not_change_the_next_answer() -> None:
    """Each call of a resolver gets arguments of its own: what it does to them, the next one does not see."""
    hold(
        QuietSchema(Drains, execution_context_class=BreadthFirstExecutor),
        Case(
            "drained",
            'query($w: [String!]!) { items { drained(words: ["a", "b"]) v: drained(words: $w) } }',
            {"items": [{"drained": 1, "v": 0}, {"drained": 1, "v": 0}]},
            root=Row(items=[Row(), Row()]),
            variables={"w": ["c"]},
        ),
    )
