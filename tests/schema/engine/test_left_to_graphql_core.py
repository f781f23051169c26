"""What a plan cannot do is left to graphql-core, and the answer is the same as ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, parse
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.schema.config import StrawberryConfig

from schema.engine import BreadthFirstExecutor, Levels, batch
from tests.schema.engine.comparison import faults_of, written
from tests.schema.engine.executors import QuietSchema, by_graphql_core, compiled_at_once
from tests.schema.engine.runs import Request, Setting, run


def _load_now(parents: Sequence[Any], context: Any) -> list[int]:
    return [2 for _ in parents]


@strawberry.type
class Item:
    """With a field that has to be awaited, and fields that have not."""

    name: str
    now: int = batch(_load_now)

    @strawberry.field
    async def later(self) -> str:
        await asyncio.sleep(0)
        return f"{self.name} later"

    @strawberry.field
    async def broken(self) -> str | None:
        await asyncio.sleep(0)
        raise ValueError(f"{self.name} broke")

    @strawberry.field
    async def must_not_break(self) -> str:
        await asyncio.sleep(0)
        raise ValueError(f"{self.name} broke for all")


@strawberry.type
class Query:
    """Some of both."""

    @strawberry.field
    def items(self) -> list[Item | None]:
        return [Item(name="a"), Item(name="b")]

    @strawberry.field
    async def item(self) -> Item:
        await asyncio.sleep(0)
        return Item(name="c")

    @strawberry.field
    def hello(self) -> str:
        return "hello"


@strawberry.type
class Mutation:
    """Effects that take their time."""

    @strawberry.mutation
    async def append(self, info: strawberry.Info, word: str, turns: int = 0) -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        info.context.words.append(word)
        return ", ".join(info.context.words)


@strawberry.type
class Subscription:
    """Three events."""

    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[Item]:
        for number in range(to):
            yield Item(name=str(number))


class Context:
    """Of one request."""

    def __init__(self) -> None:
        self.levels = Levels()
        self.words: list[str] = []


SCHEMA = QuietSchema(Query, Mutation, Subscription, execution_context_class=BreadthFirstExecutor)

AWAITED = [
    "{ items { name later } }",
    "{ items { name broken } hello }",
    "{ items { name mustNotBreak } hello }",
    "{ item { name later now } hello }",
    "{ item { mustNotBreak } hello }",
    'mutation { a: append(word: "a", turns: 5) b: append(word: "b") c: append(word: "c", turns: 1) }',
]


def both(schema: strawberry.Schema, ask: Callable[[strawberry.Schema], Any]) -> tuple[Any, Any]:
    """What the engine and graphql-core answer."""
    return ask(schema), ask(by_graphql_core(schema))


@pytest.mark.parametrize("document", AWAITED)
def test_what_has_to_be_awaited_is_awaited(document: str) -> None:
    plans = compiled_at_once(SCHEMA)

    def ask(schema: strawberry.Schema) -> Any:
        return asyncio.run(schema.execute(document, context_value=Context()))

    for _ in range(2):
        ours, theirs = both(SCHEMA, ask)
        assert written(ours.data) == written(theirs.data)
        assert faults_of(ours) == faults_of(theirs)
    assert plans.figures.planned == 0


def test_what_needs_no_waiting_has_a_plan_in_an_event_loop_as_well() -> None:
    plans = compiled_at_once(SCHEMA)
    document = "{ hello items { name now } }"

    def ask(schema: strawberry.Schema) -> Any:
        return asyncio.run(schema.execute(document, context_value=Context()))

    ours, theirs = both(SCHEMA, ask)
    assert written(ours.data) == written(theirs.data)
    assert plans.figures.planned == 1


def test_a_subscription_yields_its_events() -> None:
    plans = compiled_at_once(SCHEMA)

    async def events(schema: strawberry.Schema) -> list[Any]:
        stream: Any = await schema.subscribe(
            "subscription { count(to: 3) { name later now } }", context_value=Context()
        )
        return [(event.data, event.errors) async for event in stream]

    ours, theirs = both(SCHEMA, lambda schema: asyncio.run(events(schema)))
    assert ours == theirs
    assert [data["count"]["name"] for data, _ in ours] == ["0", "1", "2"]
    assert plans.figures.planned == 0


@pytest.mark.parametrize("wait", [True, False])
def test_deferred_fragments_come_later(wait: bool) -> None:
    schema = QuietSchema(
        Query,
        execution_context_class=BreadthFirstExecutor,
        config=StrawberryConfig(enable_experimental_incremental_execution=True),
    )
    compiled_at_once(schema)
    field = "later" if wait else "now"

    async def parts(asked: strawberry.Schema) -> list[Any]:
        result: Any = await asked.execute(
            f"{{ hello items {{ name ... @defer {{ {field} }} }} }}", context_value=Context()
        )
        found = [result.initial_result.formatted]
        found += [part.formatted async for part in result.subsequent_results]
        return found

    ours, theirs = both(schema, lambda asked: asyncio.run(parts(asked)))
    assert ours == theirs
    assert len(ours) > 1
    assert field not in ours[0]["data"]["items"][0]


def test_a_deferred_fragment_that_is_not_deferred_is_an_ordinary_one() -> None:
    schema = QuietSchema(
        Query,
        execution_context_class=BreadthFirstExecutor,
        config=StrawberryConfig(enable_experimental_incremental_execution=True),
    )
    compiled_at_once(schema)

    def ask(asked: strawberry.Schema) -> Any:
        document = "query($yes: Boolean!) { hello items { name ... @defer(if: $yes) { now } } }"
        return asyncio.run(asked.execute(document, {"yes": False}, context_value=Context()))

    ours, theirs = both(schema, ask)
    assert written(ours.data) == written(theirs.data)


def test_an_operation_that_wants_no_null_to_travel_has_its_way() -> None:
    @strawberry.type
    class Root:
        sound: int
        broken: int

    schema = QuietSchema(Root, execution_context_class=BreadthFirstExecutor)
    plans = compiled_at_once(schema)
    request = Request(parse("query @experimental_disableErrorPropagation { sound broken }"), {})
    root = Root(sound=1, broken=None)  # type: ignore[arg-type]
    ours, theirs = both(schema, lambda asked: run(asked, request, Setting(None, root)))
    assert ours == theirs
    assert ours.data == {"sound": 1, "broken": None}
    assert plans.figures.planned == 0


def test_a_directive_of_the_projects_own_does_its_work() -> None:
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def shout(value: DirectiveValue[str]) -> str:
        return value.upper()

    schema = QuietSchema(Query, directives=[shout], execution_context_class=BreadthFirstExecutor)
    compiled_at_once(schema)
    for _ in range(2):
        assert schema.execute_sync("{ hello @shout quiet: hello }").data == {"hello": "HELLO", "quiet": "hello"}


def test_a_plain_function_that_returns_something_to_await_gets_an_error() -> None:
    """It cannot be told from its definition, and is the engine's one known limit: refused, whoever waits or not."""
    promised = []

    async def late() -> str:
        return "late"

    @strawberry.type
    class Root:
        @strawberry.field
        def sly(self) -> str:
            promised.append(late())
            return promised[-1]  # type: ignore[return-value]

    schema = QuietSchema(Root, execution_context_class=BreadthFirstExecutor)
    compiled_at_once(schema)
    answers = [
        schema.execute_sync("{ sly }", root_value=Root()),
        asyncio.run(schema.execute("{ sly }", root_value=Root())),
    ]
    for answer in answers:
        assert answer.data is None
        assert [error.message for error in answer.errors or ()] == ["String cannot represent value: <coroutine late>"]
    for each in promised:
        each.close()


def test_fields_that_the_schema_lacks_are_left_out_of_unvalidated_documents() -> None:
    compiled_at_once(SCHEMA)
    request = Request(parse("{ hello missing items { name nothing } ...Nowhere }"), {})
    ours, theirs = both(SCHEMA, lambda schema: run(schema, request, Setting(Context(), None)))
    assert ours == theirs
    assert ours.data == {"hello": "hello", "items": [{"name": "a"}, {"name": "b"}]}


def test_a_switch_turns_plans_off() -> None:
    plans = compiled_at_once(SCHEMA)
    plans.enabled = False
    assert SCHEMA.execute_sync("{ hello }").data == {"hello": "hello"}
    assert plans.figures.planned == 0


def test_an_error_before_execution_is_no_matter_of_the_executor() -> None:
    for schema in both(SCHEMA, lambda schema: schema):
        result = schema.execute_sync("{ hello(")
        assert result.data is None
        assert isinstance((result.errors or [None])[0], GraphQLError)
