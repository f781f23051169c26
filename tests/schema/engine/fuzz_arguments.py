"""Fields that say which arguments reached them, one for each kind of argument and each way of resolving."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, NewType
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from schema.engine.batch import batch
from tests.schema.engine.leaves import Degrees
from tests.schema.engine.leaves import Mood as PythonMood
from tests.schema.engine.ways import Passing, WhoeverTheWorldAdmits

Temperature = NewType("Temperature", Degrees)
Mood = strawberry.enum(PythonMood)


@strawberry.input
class Range:
    """An input object with a default and without."""

    low: int = 0
    high: int | None = None


@strawberry.input
class Filter:
    """An input object that nests, renames, and tells absence from null."""

    words: list[str] = strawberry.field(default_factory=lambda: ["tea"])
    range: Range | None = None
    moods: list[Mood | None] | None = strawberry.UNSET
    exact: bool | None = strawberry.UNSET
    inner: Filter | None = strawberry.UNSET
    limit: strawberry.Maybe[int | None]
    from_: int = strawberry.field(default=1, name="from")


@strawberry.input(one_of=True)
class Pick:
    """Exactly one of three."""

    by_word: str | None = strawberry.UNSET
    by_number: int | None = strawberry.UNSET
    by_range: Range | None = strawberry.UNSET


def told(**arguments: Any) -> str:
    """The arguments as a resolver got them."""
    return ", ".join(f"{name}={value!r}" for name, value in sorted(arguments.items()))


def echo_method(
    self: Any,
    required: int,
    number: int = 3,
    word: str | None = None,
    mood: Mood = PythonMood.CROSS,
    words: list[str | None] | None = None,
    table: list[list[int | None]] | None = None,
) -> str:
    """Called with the row as `self`."""
    return told(required=required, number=number, word=word, mood=mood, words=words, table=table)


def echo_function(
    root: Any,
    info: strawberry.Info,
    filter: Filter,
    pick: Pick | None = None,
    filters: list[Filter] | None = None,
    price: Decimal = Decimal("1.5"),
    flag: bool | None = True,
) -> str:
    """Called with `root` and `info`."""
    return told(filter=filter, pick=pick, filters=filters, price=price, flag=flag, field=info.field_name)


def echo_nothing_of_the_row(
    moment: datetime.datetime | None = strawberry.UNSET,
    day: datetime.date | None = None,
    uuid: UUID | None = None,
    anything: JSON | None = None,
    heat: Temperature | None = None,
    in_: Annotated[float | None, strawberry.argument(name="in")] = None,
    perhaps: strawberry.Maybe[str] = None,
    id: strawberry.ID | None = None,
) -> str:
    """Called with arguments alone."""
    return told(moment=moment, day=day, uuid=uuid, anything=anything, heat=heat, in_=in_, perhaps=perhaps, id=id)


def echo_extended(self: Any, numbers: list[int] = [1, 2], mood: Mood | None = None) -> str:  # noqa: B006 - a default
    """Called through a field extension."""
    return told(numbers=numbers, mood=mood)


def echo_permitted(root: Any, info: strawberry.Info, moods: list[Mood], pick: Pick) -> str:
    """Called after a permission class."""
    return told(moods=moods, pick=pick, asked=sorted(info.variable_values))


def echo_refusing(self: Any, number: int, mood: Mood | None = None) -> str | None:
    """Refuses some arguments."""
    if number < 0:
        raise ValueError(f"{number} is too small")
    return told(number=number, mood=mood) if number else None


def echo_batch(
    parents: Sequence[Any],
    context: Any,
    required: int,
    filter: Filter | None = None,
    moods: list[Mood] | None = None,
    price: Decimal | None = strawberry.UNSET,
) -> list[str]:
    """Called once for a level."""
    return [told(required=required, filter=filter, moods=moods, price=price) for _ in parents]


def echoes(cls: type) -> type:
    """A class decorator: all of the above as fields."""
    fields: dict[str, Any] = {
        "echo_method": strawberry.field(resolver=echo_method),
        "echo_function": strawberry.field(resolver=echo_function),
        "echo_nothing_of_the_row": strawberry.field(resolver=echo_nothing_of_the_row),
        "echo_extended": strawberry.field(resolver=echo_extended, extensions=[Passing()]),
        "echo_permitted": strawberry.field(resolver=echo_permitted, permission_classes=[WhoeverTheWorldAdmits]),
        "echo_refusing": strawberry.field(resolver=echo_refusing),
        "echo_batch": batch(echo_batch),
    }
    for name, field in fields.items():
        cls.__annotations__[name] = "str | None" if name == "echo_refusing" else "str"
        setattr(cls, name, field)
    return cls


Decorator = Callable[[type], type]
