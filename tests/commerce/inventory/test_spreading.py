"""How the units of a stock lie in its rows: pure values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commerce.inventory.spreading import Promised, Share, spread

rows = st.lists(
    st.builds(Promised, reserved=st.integers(0, 20), is_closed=st.booleans()), min_size=1, max_size=8
).filter(lambda found: not all(row.is_closed for row in found))


def open_row(reserved: int = 0) -> Promised:
    return Promised(reserved, is_closed=False)


def test_units_are_dealt_out_in_equal_parts() -> None:
    assert spread([open_row(), open_row(), open_row()], 8, 0) == [Share(3, 0, 0), Share(3, 0, 0), Share(2, 0, 0)]


def test_what_is_promised_is_covered_before_anything_is_free() -> None:
    assert spread([open_row(), open_row(5)], 6, 0) == [Share(1, 0, 0), Share(5, 0, 0)]


def test_a_closed_row_keeps_just_what_it_has_promised() -> None:
    assert spread([open_row(), Promised(2, is_closed=True)], 10, 4) == [Share(8, 4, 0), Share(2, 0, 0)]


def test_the_limit_covers_what_units_do_not() -> None:
    assert spread([open_row(3), open_row()], 1, 6) == [Share(1, 4, 0), Share(0, 2, 0)]


def test_what_nothing_covers_is_overdrawn() -> None:
    assert spread([open_row(5)], 2, 1) == [Share(2, 1, 2)]
    assert spread([open_row(5)], 2, 0, endless=True) == [Share(2, 0, 0)]


@given(rows=rows, on_hand=st.integers(0, 200), limit=st.integers(0, 50))
def test_nothing_is_lost_and_no_more_is_overdrawn_than_must_be(rows: list[Promised], on_hand: int, limit: int) -> None:
    shares = spread(rows, on_hand, limit)
    assert sum(share.on_hand for share in shares) == on_hand
    assert sum(share.backorder_limit for share in shares) == limit
    reserved = sum(row.reserved for row in rows)
    assert sum(share.overdrawn for share in shares) == max(0, reserved - on_hand - limit)
    for row, share in zip(rows, shares, strict=True):
        assert 0 <= row.reserved <= share.on_hand + share.backorder_limit + share.overdrawn
        assert min(share.on_hand, share.backorder_limit, share.overdrawn) >= 0
        free = share.on_hand + share.backorder_limit - row.reserved
        assert not row.is_closed or free <= 0
