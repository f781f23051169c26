"""The shapes that a field's type can have: a named type, wrapped in lists and nullability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class One:
    """A named type, a leaf or a composite one; `nullable` if null is a fair answer."""

    name: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list; `nullable` if null is a fair answer for the list as a whole."""

    of: Shape
    nullable: bool = False


Shape = One | Many


def annotation(shape: Shape, spelled: dict[str, str]) -> str:
    """The Python annotation of a shape; `spelled` says how a named type is written if not by its own name."""
    inner = spelled.get(shape.name, shape.name) if isinstance(shape, One) else f"list[{annotation(shape.of, spelled)}]"
    return f"{inner} | None" if shape.nullable else inner


def wrapped(name: str) -> dict[str, Shape]:
    """Every wrapping that differs in how a null travels through it, under a name for the field."""
    one, maybe = One(name), One(name, nullable=True)
    return {
        "one": one,
        "maybe": maybe,
        "list": Many(one),
        "maybe_list": Many(one, nullable=True),
        "list_of_maybe": Many(maybe),
        "maybe_list_of_maybe": Many(maybe, nullable=True),
        "lists": Many(Many(one)),
        "maybe_lists": Many(Many(maybe, nullable=True), nullable=True),
        "mixed_lists": Many(Many(one, nullable=True)),
    }


LEAVES: Final = {
    "Int": "int",
    "Float": "float",
    "String": "str",
    "Boolean": "bool",
    "Id": "strawberry.ID",
    "Decimal": "Decimal",
    "Moment": "datetime.datetime",
    "Day": "datetime.date",
    "Uuid": "UUID",
    "Json": "JSON",
    "Temperature": "Temperature",
    "Mood": "Mood",
}
"""The leaf types by the names that they have in `One`, and how Python spells them."""

COMPOSITES: Final = ("Thing", "Plain", "Badge", "Named", "Priced", "Award", "Either")
"""Objects with and without a type test, real instances, interfaces and unions of each kind."""
