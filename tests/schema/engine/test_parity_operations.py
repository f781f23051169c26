"""Section 6.1 and 6.2 of the specification: which operation runs, with which variables, and in which order."""

from __future__ import annotations

import enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import parse

from schema.engine import BreadthFirstExecutor
from tests.schema.engine.executors import QuietSchema, by_graphql_core, compiled_at_once
from tests.schema.engine.parity import Case, hold, told
from tests.schema.engine.runs import Request, Setting, run


@strawberry.enum
class Size(enum.Enum):
    """Of a shirt."""

    SMALL = "s"
    LARGE = "l"


@strawberry.input
class Wish:
    """An input object with everything that coercion has a rule for."""

    size: Size
    count: int = 1
    tags: list[str] | None = None


@strawberry.input(one_of=True)
class Way:
    """Exactly one of two."""

    by_name: str | None = strawberry.UNSET
    by_number: int | None = strawberry.UNSET


@strawberry.type
class Query:
    """Says what it was given."""

    @strawberry.field
    def number(self, value: int | None = 7) -> str:
        return repr(value)

    @strawberry.field
    def needed(self, value: int) -> str:
        return repr(value)

    @strawberry.field
    def ratio(self, value: float) -> str:
        return repr(value)

    @strawberry.field
    def words(self, value: list[str | None] | None = strawberry.UNSET) -> str:
        return repr(value)

    @strawberry.field
    def wish(self, value: Wish) -> str:
        return f"{value.size.name} x {value.count} {value.tags}"

    @strawberry.field
    def way(self, value: Way) -> str:
        return f"{value.by_name!r} or {value.by_number!r}"


@strawberry.type
class Counter:
    """What a mutation answers: read later than it was made, on purpose."""

    count: strawberry.Private[Any]

    @strawberry.field
    def now(self) -> int:
        return self.count.value


@strawberry.type
class Mutation:
    """Side effects in order."""

    @strawberry.mutation
    def add(self, info: strawberry.Info, number: int) -> Counter:
        info.context.value += number
        return Counter(count=info.context)

    @strawberry.mutation
    def fail(self, info: strawberry.Info, number: int = 100) -> int | None:
        info.context.value += number
        raise ValueError("It failed.")

    @strawberry.mutation
    def must_not_fail(self, info: strawberry.Info, number: int = 1_000) -> int:
        info.context.value += number
        raise ValueError("It failed for all.")


SCHEMA = QuietSchema(Query, Mutation, execution_context_class=BreadthFirstExecutor)
TWO = "query One { number } query Two { needed(value: 2) }"

OPERATIONS = [
    Case("the only operation needs no name", "{ number }", {"number": "7"}),
    Case("the only operation may be named", "query Q { number }", {"number": "7"}, operation_name="Q"),
    Case("the named one of several runs", TWO, {"needed": "2"}, operation_name="Two"),
]

VARIABLES = [
    Case("an absent variable takes its default", "query($v: Int = 3) { number(value: $v) }", {"number": "3"}),
    Case(
        "null overrides the default",
        "query($v: Int = 3) { number(value: $v) }",
        {"number": "None"},
        variables={"v": None},
    ),
    Case(
        "an absent variable without a default leaves the argument to its own",
        "query($v: Int) { number(value: $v) }",
        {"number": "7"},
    ),
    Case(
        "a null variable is a null argument",
        "query($v: Int) { number(value: $v) }",
        {"number": "None"},
        variables={"v": None},
    ),
    Case(
        "a variable that nobody declared is no matter",
        "query($v: Int) { number(value: $v) }",
        {"number": "1"},
        variables={"v": 1, "w": 2},
    ),
    Case("an integer is a fair Float", "query($v: Float!) { ratio(value: $v) }", {"ratio": "2.0"}, variables={"v": 2}),
    Case(
        "one item is a fair list of one",
        "query($v: [String]) { words(value: $v) }",
        {"words": "['a']"},
        variables={"v": "a"},
    ),
    Case(
        "null in a list stays",
        "query($v: [String]) { words(value: $v) }",
        {"words": "['a', None]"},
        variables={"v": ["a", None]},
    ),
    Case(
        "an absent variable in a list is null",
        'query($v: String) { words(value: [$v, "b"]) }',
        {"words": "[None, 'b']"},
    ),
    Case(
        "an input object takes its defaults",
        "query($v: Wish!) { wish(value: $v) }",
        {"wish": "LARGE x 1 None"},
        variables={"v": {"size": "LARGE"}},
    ),
    Case(
        "a variable stands inside an input object",
        "query($v: Size!, $n: Int) { wish(value: {size: $v, count: $n}) }",
        {"wish": "SMALL x 1 None"},
        variables={"v": "SMALL"},
    ),
    Case(
        "a list is coerced inside an input object",
        '{ wish(value: {size: SMALL, tags: "new"}) }',
        {"wish": "SMALL x 1 ['new']"},
    ),
    Case("exactly one key is given", "{ way(value: {byNumber: 5}) }", {"way": "UNSET or 5"}),
    Case(
        "exactly one key is given by a variable",
        "query($v: Way!) { way(value: $v) }",
        {"way": "'n' or UNSET"},
        variables={"v": {"byName": "n"}},
    ),
]

REFUSED = [
    ("query($v: Int!) { needed(value: $v) }", {}, "was not provided|to be provided|not provided"),
    ("query($v: Int!) { needed(value: $v) }", {"v": None}, "not to be None|must not be null"),
    ("query($v: Int!) { needed(value: $v) }", {"v": "1"}, "Int cannot represent non-integer value"),
    ("query($v: Int!) { needed(value: $v) }", {"v": 2**31}, "32-bit"),
    ("query($v: Int!) { needed(value: $v) }", {"v": True}, "Int cannot represent"),
    ("query($v: Wish!) { wish(value: $v) }", {"v": {"size": "HUGE"}}, "HUGE"),
    ("query($v: Wish!) { wish(value: $v) }", {"v": {}}, "size"),
    ("query($v: Wish!) { wish(value: $v) }", {"v": {"size": "SMALL", "color": "red"}}, "color"),
    ("query($v: [String]) { words(value: $v) }", {"v": [1]}, "String cannot represent"),
]


@pytest.mark.parametrize("case", [*OPERATIONS, *VARIABLES], ids=told)
def test_operations_and_variables(case: Case) -> None:
    hold(SCHEMA, case)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "Must provide operation name if query contains multiple operations."),
        ("Three", "Unknown operation named 'Three'."),
        ("", "Unknown operation named ''."),
    ],
)
def test_an_operation_that_is_not_there_is_a_request_error(name: str | None, message: str) -> None:
    compiled_at_once(SCHEMA)
    for schema in (SCHEMA, SCHEMA, by_graphql_core(SCHEMA)):
        # Strawberry has ideas of its own about missing names, so it is not asked here.
        result = run(schema, Request(parse(TWO), {}, name), Setting(None, None))
        assert result.data is None
        assert [error.message for error in result.errors or ()] == [message]


@pytest.mark.parametrize(("document", "variables", "said"), REFUSED)
def test_bad_variables_are_a_request_error(document: str, variables: dict[str, Any], said: str) -> None:
    plans = compiled_at_once(SCHEMA)
    answers = [schema.execute_sync(document, variables) for schema in (SCHEMA, SCHEMA, by_graphql_core(SCHEMA))]
    for answer in answers:
        assert answer.data is None
        assert answer.errors is not None
        assert answer.errors[0].path is None
        assert any(words in answer.errors[0].message for words in said.split("|"))
        assert answer.errors == answers[0].errors
    assert plans.figures.planned == 0


SERIAL = [
    Case(
        "each mutation is completed before the next begins",
        "mutation { add(number: 1) { now } b: add(number: 10) { now } c: add(number: 100) { now } }",
        {"add": {"now": 1}, "b": {"now": 11}, "c": {"now": 111}},
    ),
    Case(
        "a mutation that fails and may be null lets the next ones run",
        "mutation { a: add(number: 1) { now } fail b: add(number: 10) { now } }",
        {"a": {"now": 1}, "fail": None, "b": {"now": 111}},
        (("It failed.", ["fail"]),),
    ),
    Case(
        "a mutation that may not be null takes the answer with it and stops those behind it",
        "mutation { a: add(number: 1) { now } mustNotFail b: add(number: 10) { now } }",
        None,
        (("It failed for all.", ["mustNotFail"]),),
    ),
    Case(
        "the same mutation merged into one runs once",
        "mutation { add(number: 5) { now } ...Again } fragment Again on Mutation { add(number: 5) { now } }",
        {"add": {"now": 5}},
    ),
    Case(
        "a skipped mutation does not run",
        "mutation($no: Boolean!) { add(number: 1) @include(if: $no) { now } b: add(number: 10) { now } }",
        {"b": {"now": 10}},
        variables={"no": False},
    ),
]
EFFECTS = [111, 111, 1_001, 5, 10]


@pytest.mark.parametrize(
    ("case", "effect"), list(zip(SERIAL, EFFECTS, strict=True)), ids=[told(case) for case in SERIAL]
)
def test_mutations_run_one_after_the_other(case: Case, effect: int) -> None:
    compiled_at_once(SCHEMA)
    for schema in (by_graphql_core(SCHEMA), SCHEMA, SCHEMA):
        counter = SimpleNamespace(value=0)
        result = schema.execute_sync(case.document, case.variables, context_value=counter)
        assert result.data == case.data
        assert [(error.message, error.path) for error in result.errors or ()] == list(case.errors)
        assert counter.value == effect
