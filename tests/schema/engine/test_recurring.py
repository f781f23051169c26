"""Answers of values that come again are written once, and only where nothing else decides about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry

from schema.engine import BreadthFirstExecutor, Level, Levels, Plans, attribute, batch, computed, plans_of, set_plans
from schema.engine.recurring import Pool

read: list[str] = []


@dataclass(frozen=True)
class Sum:
    amount: int


@dataclass(frozen=True)
class Cost:
    net: Sum
    gross: Sum


@dataclass
class Mug:
    cost: Cost | None
    former: Cost | None = None


@dataclass
class Context:
    mugs: list[Mug]
    levels: Levels = field(default_factory=Levels)


def _amount(each: Sum) -> int:
    read.append("amount")
    if each.amount < 0:
        raise ValueError("less than nothing")
    return each.amount


def _mugs(parents: Level[Any], context: Context) -> list[list[Mug]]:
    return [context.mugs]


def _doubled(costs: Level[Cost], context: Context) -> list[int]:
    read.append("doubled")
    return [2 * cost.net.amount for cost in costs]


@strawberry.type(name="Sum")
class SumType:
    amount: int = computed(_amount)


@strawberry.type(name="Cost")
class CostType:
    net: SumType = batch(attribute("net"))
    gross: SumType = batch(attribute("gross"))
    doubled: int = batch(_doubled)


@strawberry.type(name="Mug")
class MugType:
    cost: CostType | None = batch(attribute("cost", recurring=True))
    former: CostType | None = batch(attribute("former"))


@strawberry.type
class Query:
    mugs: list[MugType] = batch(_mugs)


@pytest.fixture
def schema() -> Iterator[strawberry.Schema]:
    made = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)
    set_plans(made._schema, Plans(compile_after=1))
    read.clear()
    yield made
    assert plans_of(made._schema).figures.planned


def ask(schema: strawberry.Schema, text: str, *mugs: Mug) -> Any:
    found = schema.execute_sync(text, context_value=Context(list(mugs)), root_value=Query())
    return found.data if not found.errors else (found.data, [str(each.path) for each in found.errors])


def test_the_cost_of_a_second_mug_is_not_written_again(schema: strawberry.Schema) -> None:
    cost, other = Cost(Sum(1), Sum(2)), Cost(Sum(3), Sum(4))
    text = "{ mugs { cost { net { amount } gross { amount } } } }"
    shown = {"net": {"amount": 1}, "gross": {"amount": 2}}
    assert ask(schema, text, Mug(cost)) == {"mugs": [{"cost": shown}]}
    before = len(read)
    assert ask(schema, text, Mug(cost), Mug(cost)) == {"mugs": [{"cost": shown}, {"cost": shown}]}
    assert len(read) == before
    shown_too = {"net": {"amount": 3}, "gross": {"amount": 4}}
    assert ask(schema, text, Mug(cost), Mug(other), Mug(None)) == {
        "mugs": [{"cost": shown}, {"cost": shown_too}, {"cost": None}]
    }


def test_what_a_loader_decides_is_asked_again(schema: strawberry.Schema) -> None:
    cost = Cost(Sum(1), Sum(2))
    for _ in range(3):
        assert ask(schema, "{ mugs { cost { doubled } } }", Mug(cost)) == {"mugs": [{"cost": {"doubled": 2}}]}
    assert read.count("doubled") == 3


def test_a_field_that_does_not_say_so_is_written_each_time(schema: strawberry.Schema) -> None:
    cost = Cost(Sum(1), Sum(2))
    for _ in range(3):
        ask(schema, "{ mugs { former { net { amount } } } }", Mug(None, former=cost))
    assert read.count("amount") == 3


def test_an_error_is_told_in_every_request_and_at_its_own_place(schema: strawberry.Schema) -> None:
    broken, whole = Cost(Sum(-1), Sum(2)), Cost(Sum(1), Sum(2))
    text = "{ mugs { cost { net { amount } } } }"
    nothing = {"mugs": [{"cost": None}]}
    place = "['mugs', {}, 'cost', 'net', 'amount']"
    assert ask(schema, text, Mug(broken)) == (nothing, [place.format(0)])
    assert ask(schema, text, Mug(broken)) == (nothing, [place.format(0)])
    assert ask(schema, text, Mug(whole)) == {"mugs": [{"cost": {"net": {"amount": 1}}}]}
    assert ask(schema, text, Mug(whole), Mug(broken))[1] == [place.format(1)]


def test_a_full_pool_begins_anew() -> None:
    pool = Pool(most=3)
    ours: dict[int, tuple[Any, Any]] = {}
    theirs: dict[int, tuple[Any, Any]] = {}
    pool.keep(ours, [Sum(1), Sum(2)], [1, 2])
    pool.keep(theirs, [Sum(3)], [3])
    assert (len(ours), len(theirs)) == (2, 1)
    pool.keep(theirs, [Sum(4)], [4])
    assert (len(ours), len(theirs)) == (0, 1)
