"""When a large sale can begin: what the pace of the work says about the moment of change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from commerce.promotions.pace import BEGINS_AFTER, ENOUGH_TO_JUDGE, MARGIN, Progress, better_moment, in_time

SEVERAL = st.integers(min_value=1, max_value=1_000_000)
SECONDS = st.floats(min_value=0.01, max_value=10_000, allow_nan=False)


@given(listed=SEVERAL, done=SEVERAL, spent=SECONDS, left=SECONDS)
def test_a_moment_that_is_moved_leaves_time_for_writing_everything_anew(
    listed: int, done: int, spent: float, left: float
) -> None:
    progress = Progress(listed=listed, done=done, spent=spent, left=left)
    moment = better_moment(progress)
    if moment is not None:
        assert done < listed
        assert moment >= BEGINS_AFTER + MARGIN * progress.all_anew


@given(listed=st.integers(min_value=2, max_value=200_000), pace=st.floats(min_value=10, max_value=10_000))
def test_work_that_goes_on_as_it_was_thought_to_is_left_alone(listed: int, pace: float) -> None:
    whole = in_time(listed, pace)
    for tenth in range(1, 10):
        done = max(1, listed * tenth // 10)
        spent = done / pace
        assert better_moment(Progress(listed=listed, done=done, spent=spent, left=whole - spent)) is None


def test_work_that_is_too_slow_puts_the_moment_off_with_its_first_portion() -> None:
    assert better_moment(Progress(listed=10_000, done=500, spent=2, left=20)) == BEGINS_AFTER + MARGIN * 40


def test_work_that_slows_down_puts_the_moment_off_while_that_can_still_be_done() -> None:
    progress = Progress(listed=10_000, done=6_000, spent=12, left=15)
    assert better_moment(progress) == BEGINS_AFTER + MARGIN * 20
    assert better_moment(replace(progress, done=8_000)) is None, "the last fifth will certainly be done"


def test_work_that_is_much_faster_than_thought_brings_the_moment_forward() -> None:
    progress = Progress(listed=30_000, done=ENOUGH_TO_JUDGE, spent=1, left=90)
    assert better_moment(progress) == BEGINS_AFTER + MARGIN * 20
    assert better_moment(replace(progress, done=ENOUGH_TO_JUDGE - 1)) is None, "it is too early to tell"
    assert better_moment(replace(progress, left=60)) is None, "it is not worth the work"
