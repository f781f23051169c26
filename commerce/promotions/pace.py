"""When all prices of a change can have been written: judged by what was really done, in this run and in the last one.

The moment of change is far enough away for all to be written before it, and near enough to be waited for. Once prices
have been written for it, it can only be moved by writing them anew, which takes time before it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection

FIRST_GUESS: Final = 500.0
"""Products a second, for as long as a shop has never measured it."""
BEGINS_AFTER: Final = 4.0
"""Seconds until somebody has certainly begun to write."""
MARGIN: Final = 1.5
"""How much longer than measured it may take."""
ENOUGH_TO_JUDGE: Final = 1_500
"""Products that must have been written before the moment is brought forward, or the pace is kept."""

_PACE: Final = "SELECT products_a_second FROM promotions_pricepace"
_KEEP: Final = """
INSERT INTO promotions_pricepace (id, products_a_second) VALUES (1, %s)
    ON CONFLICT (id) DO UPDATE SET products_a_second = excluded.products_a_second
"""
_WAITING: Final = "SELECT count(*) FROM promotions_dueprice"


@dataclass(frozen=True, slots=True)
class Progress:
    """Of `listed` products `done` have been written in `spent` seconds; in `left` seconds they are to change."""

    listed: int
    done: int
    spent: float
    left: float

    @property
    def all_anew(self) -> float:
        """Seconds in which all of them can be written, as far as this run tells."""
        return self.listed * self.spent / self.done

    @property
    def to_do(self) -> float:
        """Seconds in which the others can be written, as far as this run tells."""
        return (self.listed - self.done) * self.spent / self.done


def seconds_until_change(products: int) -> float:
    """How far away the moment of change of so many products has to be, behind what waits already."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting = cursor.fetchone()[0]
        cursor.execute(_PACE)
        known = cursor.fetchone()
    return in_time(waiting + products, FIRST_GUESS if known is None else known[0])


def in_time(products: int, pace: float) -> float:
    """Seconds in which so many products are written at `pace` products a second, with a margin."""
    return BEGINS_AFTER + MARGIN * products / pace


def better_moment(progress: Progress) -> float | None:
    """In how many seconds prices had better change instead; None for leaving it at the moment that is set.

    It is put off while what is written already can be written once more before it: as soon as the others will
    not be done in time, and where that is uncertain when it is the last occasion. It is brought forward where the pace
    had been thought to be far slower than it is.
    """
    if progress.done <= 0 or progress.done >= progress.listed or progress.spent <= 0 or progress.left <= 0:
        return None
    can_be_moved_later = 1.2 * progress.spent < 0.8 * progress.left
    enough = 1.1 if can_be_moved_later else 2.0
    if progress.to_do * enough > progress.left:
        return BEGINS_AFTER + MARGIN * progress.all_anew
    sooner = BEGINS_AFTER + MARGIN * progress.all_anew
    if progress.done >= ENOUGH_TO_JUDGE and sooner < progress.left / 2:
        return sooner
    return None


def keep_pace(products: int, spent: timedelta) -> None:
    """Remember for the next time how fast products were written, if there were enough of them to tell."""
    if products >= ENOUGH_TO_JUDGE and spent > timedelta(0):
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [products / spent.total_seconds()])
