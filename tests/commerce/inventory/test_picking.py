"""Which shelf gives what: pure values."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from commerce.inventory.picking import Plan, Shelf, Shortage, WantedLine, pick

MUG, CUP = uuid4(), uuid4()


def shelf(free: int, *, oversellable: bool = False) -> Shelf:
    return Shelf(uuid4(), free, oversellable)


def test_a_line_is_split_over_warehouses_when_one_is_not_enough() -> None:
    first, second = shelf(2), shelf(5)
    line = WantedLine(uuid4(), MUG, 4)
    plan = pick([line], {MUG: [first, second]}, {})
    assert plan == {(line.line_id, first.stock_id): 2, (line.line_id, second.stock_id): 2}


def test_two_lines_of_one_variant_share_what_there_is() -> None:
    lines = [WantedLine(uuid4(), MUG, 3), WantedLine(uuid4(), MUG, 3)]
    assert pick(lines, {MUG: [shelf(5)]}, {}) == [Shortage(1, 2)]


def test_what_a_line_holds_it_keeps_where_it_is() -> None:
    first, second = shelf(9), shelf(3)
    line = WantedLine(uuid4(), MUG, 2)
    kept: Plan = {(line.line_id, second.stock_id): 2}
    assert pick([line], {MUG: [first, second]}, kept) == kept


def test_an_oversellable_shelf_gives_more_only_when_all_others_are_empty() -> None:
    endless, small = shelf(1, oversellable=True), shelf(2)
    line = WantedLine(uuid4(), MUG, 10)
    plan = pick([line], {MUG: [endless, small]}, {})
    assert plan == {(line.line_id, endless.stock_id): 8, (line.line_id, small.stock_id): 2}


def test_a_variant_without_any_shelf_is_missing() -> None:
    assert pick([WantedLine(uuid4(), CUP, 1)], {}, {}) == [Shortage(0, 0)]


@given(
    free=st.lists(st.integers(0, 5), max_size=4),
    wanted=st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_everybody_gets_exactly_what_they_want_or_nobody_gets_anything(free: list[int], wanted: list[int]) -> None:
    shelves = [shelf(units) for units in free]
    room: dict[UUID, int] = {each.stock_id: each.free for each in shelves}
    lines = [WantedLine(uuid4(), MUG, units) for units in wanted]
    plan = pick(lines, {MUG: shelves}, {})
    if isinstance(plan, list):
        assert sum(wanted) > sum(free)
        return
    for line in lines:
        assert sum(units for (line_id, _), units in plan.items() if line_id == line.line_id) == line.quantity
    for stock_id, units in room.items():
        assert sum(taken for (_, place), taken in plan.items() if place == stock_id) <= units
