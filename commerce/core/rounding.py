"""Which whole number an amount between two becomes. Integers in, integers out."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never


class Rounding(StrEnum):
    """How amounts are made whole minor units. The three nearest modes differ only where it is exactly a half."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    DOWN = "down"
    UP = "up"

    @property
    def opposite(self) -> Rounding:
        """The mode that rounds the rest of a whole when this one rounds a part: down for up; a nearest one is kept."""
        if self is Rounding.DOWN:
            return Rounding.UP
        return Rounding.DOWN if self is Rounding.UP else self


def divided(amount: int, divisor: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """`amount / divisor` as a whole number; `amount` is 0 or more, `divisor` above 0."""
    match rounding:
        case Rounding.HALF_UP:
            return (2 * amount + divisor) // (2 * divisor)
        case Rounding.DOWN:
            return amount // divisor
        case Rounding.UP:
            return -(-amount // divisor)
        case Rounding.HALF_DOWN:
            return -((divisor - 2 * amount) // (2 * divisor))
        case Rounding.HALF_EVEN:
            whole, rest = divmod(amount, divisor)
            return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1))
        case _:
            assert_never(rounding)
