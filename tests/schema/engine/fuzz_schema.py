"""Two schemas out of the same types, one for each executor, and what a request brings along."""

from __future__ import annotations

import copy
import datetime  # noqa: F401 - the generated annotations name it, and more below
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal  # noqa: F401
from typing import Any, Final
from uuid import UUID  # noqa: F401

import strawberry
from graphql import GraphQLError
from strawberry import relay
from strawberry.scalars import JSON  # noqa: F401
from strawberry.schema.config import StrawberryConfig

from schema.engine import BreadthFirstExecutor, Level, Levels, batch
from tests.schema.engine.executors import QuietSchema, by_graphql_core
from tests.schema.engine.fuzz_arguments import Mood, Temperature, echoes  # noqa: F401
from tests.schema.engine.fuzz_scopes import Scoped
from tests.schema.engine.fuzz_types import (  # noqa: F401
    Article,
    Award,
    Badge,
    Either,
    Named,
    Person,
    Plain,
    Priced,
    Robot,
    Thing,
    Ticket,
)
from tests.schema.engine.leaves import read_temperature, write_temperature
from tests.schema.engine.ways import every_shape_every_way
from tests.schema.engine.world import POOL, World


@dataclass
class Context:
    """What a request knows; `effects` are the words that mutations wrote down, in order."""

    world: World
    levels: Levels = field(default_factory=Levels)
    effects: list[str] = field(default_factory=list)


def _scoped(parents: Level[Any], context: Any, words: list[str]) -> list[Any]:
    """Rows, each in a scope of its own."""
    answers = []
    for _ in parents:
        rows = [copy.copy(context.world.row("Scoped", key)) for key in range(len(words))]
        for row, word in zip(rows, words, strict=True):
            context.levels.enter([row], word)
        answers.append(rows)
    return answers


@strawberry.type
@echoes
@every_shape_every_way("Query", Award="Award", Either="Either")
class Query:
    """The root is a row too."""

    scoped: list[Scoped] = batch(_scoped)
    node: relay.Node = relay.node()
    maybe_node: relay.Node | None = relay.node()
    nodes: list[relay.Node] = relay.node()
    maybe_nodes: list[relay.Node | None] = relay.node()

    @relay.connection(relay.ListConnection[Article], max_results=5)
    def articles(self, info: strawberry.Info) -> Iterable[Article]:
        return [info.context.world.row("Article", key) for key in range(POOL)]

    @strawberry.field
    def thing(self, info: strawberry.Info, key: int = 1) -> Thing | None:
        return info.context.world.row("Thing", key % POOL) if key >= 0 else None

    @strawberry.field
    def things(self, info: strawberry.Info, first: int = 3) -> list[Thing]:
        return [info.context.world.row("Thing", key % POOL) for key in range(min(first, 9))]

    @strawberry.field
    def person(self, info: strawberry.Info, key: int = 1) -> Person:
        return info.context.world.row("Person", key % POOL)

    @strawberry.field
    def crowd(self, info: strawberry.Info) -> list[Named | None]:
        """Many rows, of every kind."""
        world = info.context.world
        return [world.row(("Person", "Robot", "Thing")[key % 3], key % POOL) for key in range(60)]

    @strawberry.field
    def numbers(self) -> list[int]:
        """A long list of leaves."""
        return list(range(1_000))

    @strawberry.field
    def no_thing(self) -> list[Thing]:
        return []

    @strawberry.field
    def tickets(self, info: strawberry.Info) -> list[Priced | None]:
        return (info.context.world.row("Ticket", key) for key in range(3))  # type: ignore[return-value]


@strawberry.type
class Note:
    """What a mutation wrote."""

    word: str
    thing: Thing | None
    plain: Plain

    @strawberry.field
    def so_far(self, info: strawberry.Info) -> list[str]:
        """Everything written when this is answered: later mutations must not be in it."""
        return list(info.context.effects)


def _write(context: Any, word: str) -> Any:
    """Write a word down. Fails, after writing, where the world says so."""
    context.effects.append(word)
    world = context.world
    if world.fails(f"write/{word}"):
        raise GraphQLError(f"{word} went wrong", extensions={"code": "WRONG"})
    if world.fails(f"null/{word}"):
        return None
    return Note(word=word, thing=world.row("Thing", len(word) % POOL), plain=world.row("Plain", 0))


def _write_together(parents: Sequence[Any], context: Any, words: list[str]) -> list[Any]:
    """A mutation may be a batch field."""
    return [[_write(context, word) for word in words] for _ in parents]


@strawberry.type
class Mutation:
    """Side effects, in order."""

    write_together: list[Note | None] | None = batch(_write_together)

    @strawberry.mutation
    def write(self, info: strawberry.Info, word: str) -> Note:
        return _write(info.context, word)

    @strawberry.mutation
    def try_to_write(self, info: strawberry.Info, word: str = "tried") -> Note | None:
        return _write(info.context, word)

    @strawberry.mutation
    def count(self, info: strawberry.Info, by: int = 1) -> int:
        info.context.effects.append(f"count {by}")
        if by < 0:
            raise ValueError("One does not count backwards.")
        return len(info.context.effects)


COMPILED: Final = QuietSchema(
    Query,
    Mutation,
    types=[Robot],
    execution_context_class=BreadthFirstExecutor,
    config=StrawberryConfig(
        scalar_map={
            Temperature: strawberry.scalar(
                name="Temperature", serialize=write_temperature, parse_value=read_temperature
            )
        }
    ),
)
PLAIN: Final = by_graphql_core(COMPILED)
