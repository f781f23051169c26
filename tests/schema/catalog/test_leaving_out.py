"""IGNORE_FAILED takes out of a row exactly what is wrong, and every error is where its cause stood."""

from __future__ import annotations

from typing import Any

import strawberry
from hypothesis import given
from hypothesis import strategies as st
from strawberry import UNSET

from commerce.core.errors import CommerceError, InvalidInput
from schema.catalog.bulk import compacted, without
from schema.errors import camel


@strawberry.input
class Part:
    """A thing in a list that can do without some of its fields."""

    number: int = strawberry.field()
    small_name: str | None = strawberry.field(default=UNSET)
    marks: list[int] | None = strawberry.field(default=UNSET)

    @property
    def is_divisible(self) -> bool:
        """It can be made without a field of it that is wrong."""
        return True


@strawberry.input
class Whole:
    """A row."""

    id: str = strawberry.field()
    long_name: str | None = strawberry.field(default=UNSET)
    marks: list[int] | None = strawberry.field(default=UNSET)
    parts: list[Part] | None = strawberry.field(default=UNSET)


def faults(row: Any) -> list[tuple[str, ...]]:
    """What is wrong: negative numbers and the text "bad", wherever they stand."""
    found: list[tuple[str, ...]] = [
        (camel(name),) for name in ("long_name", "small_name") if getattr(row, name, None) == "bad"
    ]
    for index, mark in enumerate(getattr(row, "marks", None) or []):
        if mark < 0:
            found.append(("marks", str(index)))
    for index, part in enumerate(getattr(row, "parts", None) or []):
        if part.number < 0:
            found.append(("parts", str(index), "number"))
        found += [("parts", str(index), *path) for path in faults(part)]
    return found


NAMES = st.sampled_from(["good", "bad"])
MARKS = st.lists(st.integers(min_value=-3, max_value=9), max_size=5)
PARTS = st.builds(Part, number=st.integers(min_value=-2, max_value=5), small_name=NAMES, marks=MARKS)
WHOLES = st.builds(Whole, id=st.just("a"), long_name=NAMES, marks=MARKS, parts=st.lists(PARTS, max_size=4))


@given(WHOLES, st.data())
def test_what_is_wrong_is_left_out_wherever_it_is_and_nothing_else(row: Whole, data: st.DataObject) -> None:
    told: set[tuple[str, ...]] = set()
    rest: Whole | None = row
    while rest is not None and (found := faults(compacted(rest))):
        # As a verb does, it says only some of what is wrong at a time.
        some = data.draw(st.lists(st.sampled_from(found), min_size=1, unique=True))
        errors: list[CommerceError] = [InvalidInput("Wrong.", path=path) for path in some]
        rest = without(rest, errors)
        told |= {error.path for error in errors}
    assert rest is not None
    assert told <= set(faults(row))
    left = compacted(rest)
    assert faults(left) == []
    assert left.marks == [mark for mark in row.marks or [] if mark >= 0]
    kept = [part for part in row.parts or [] if part.number >= 0]
    assert [part.number for part in left.parts or []] == [part.number for part in kept]
    assert [part.marks for part in left.parts or []] == [[m for m in part.marks or [] if m >= 0] for part in kept]


def test_what_a_row_is_cannot_be_left_out() -> None:
    for path in (("id",), ("version",), ("nothing",), ()):
        assert without(Whole(id="a", long_name="x"), [InvalidInput("Wrong.", path=path)]) is None
    assert without(Whole(id="a"), [InvalidInput("Missing.", path=("longName",))]) is None
