"""Values of every leaf type: usual ones, unusual ones that are still right, and wrong ones."""

from __future__ import annotations

import datetime
import enum
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from graphql import GraphQLError


class Mood(enum.Enum):
    """An enum whose values are not its names."""

    CALM = "calm"
    CROSS = 2
    ELATED = "very-happy"


class Digit(enum.IntEnum):
    """An int that is not exactly an int."""

    TWO = 2


class Markup(str):
    """A str that is not exactly a str."""

    __slots__ = ()


class Printable:
    """An object that only its text makes a fair String or ID."""

    def __str__(self) -> str:
        return "printed"

    def __repr__(self) -> str:
        return "Printable()"


class Degrees:
    """What the scalar of our own stands for: a temperature."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Degrees({self.value})"


def write_temperature(degrees: Degrees) -> str | None:
    """`12.5C`; refuses what is below absolute zero, and has no answer for exactly zero."""
    if degrees.value < -273.15:
        raise GraphQLError("Nothing is that cold.", extensions={"code": "TOO_COLD"})
    return f"{degrees.value}C" if degrees.value else None


def read_temperature(text: Any) -> Degrees:
    """The inverse of `write_temperature`; raises ValueError for anything else."""
    if not isinstance(text, str) or not text.endswith("C"):
        raise ValueError("A temperature looks like 12.5C.")
    return Degrees(float(text[:-1]))


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a resolver may answer for a leaf type."""

    usual: tuple[Any, ...]
    unusual: tuple[Any, ...]
    wrong: tuple[Any, ...]


_UUID: Final = UUID("8c3a6a3e-7a1d-4c6f-9b0b-2f1f6c1d0a11")
_MOMENT: Final = datetime.datetime(2024, 2, 29, 12, 30, 5, 1234, tzinfo=datetime.UTC)

VALUES: Final[dict[str, Leaf]] = {
    "Int": Leaf(
        usual=(0, 1, -7, 2_147_483_647, -2_147_483_648),
        unusual=(True, 3.0, "7", Decimal(5), Digit.TWO),
        wrong=("seven", 2_147_483_648, -(10**30), 1.5, math.nan, math.inf, {"a": 1}, b"1", [1], Printable(), ""),
    ),
    "Float": Leaf(
        usual=(0.0, 1.5, -2.25, 1e100),
        unusual=(3, True, "1.5", Decimal("2.5"), Digit.TWO, -0.0),
        wrong=("much", math.nan, math.inf, -math.inf, {"a": 1}, [1.0], 10**400, Printable(), ""),
    ),
    "String": Leaf(
        usual=("", "tea", "für Ä", 'a "quoted"\nline', "null"),
        unusual=(5, True, 2.5, 3.0, Markup("bold"), Printable(), Decimal("1.10"), _UUID),
        wrong=({"a": 1}, [1], math.nan, b"bytes", ("a",), {1}, object),
    ),
    "Boolean": Leaf(
        usual=(True, False),
        unusual=(0, 1, 5, 0.0, 2.5, Decimal(0), Digit.TWO),
        wrong=("true", math.nan, [], {}, Printable(), ""),
    ),
    "Id": Leaf(
        usual=("a1", "", "0"),
        unusual=(5, 2.0, _UUID, Printable(), Markup("id")),
        wrong=(True, 1.5, {"a": 1}, [1], b"id", math.nan),
    ),
    "Decimal": Leaf(
        usual=(Decimal("1.10"), Decimal(0), Decimal("-3E+5")),
        unusual=(1, "7.5", 2.5),
        wrong=(math.nan, Printable(), {"a": 1}),
    ),
    "Moment": Leaf(
        usual=(_MOMENT, _MOMENT.replace(tzinfo=None)),
        unusual=(_MOMENT.date(),),
        wrong=("2024-02-29", 5, [_MOMENT]),
    ),
    "Day": Leaf(
        usual=(_MOMENT.date(), datetime.date(1, 1, 1)),
        unusual=(_MOMENT,),
        wrong=("2024-02-29", 5, {}),
    ),
    "Uuid": Leaf(usual=(_UUID, UUID(int=0)), unusual=("any text", 5), wrong=(Printable(),)),
    "Json": Leaf(
        usual=({"a": [1, None, {"b": 2.5}]}, [], "text", 5, True, {"null": None}),
        unusual=((1, 2), Markup("json")),
        wrong=(),
    ),
    "Temperature": Leaf(
        usual=(Degrees(12.5), Degrees(-40)),
        unusual=(Degrees(1_000_000),),
        wrong=(Degrees(-300), Degrees(0), "12.5C", 5),
    ),
    "Mood": Leaf(
        usual=tuple(Mood),
        unusual=("calm", 2),
        wrong=("CALM", "furious", 3, [], {}, Digit.TWO, "cross"),
    ),
}
