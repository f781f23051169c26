"""One line of a file: its fields as values of the types that the catalog has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from commerce.catalog.slugs import checked_slug
from commerce.core.errors import InvalidInput, Required
from commerce.core.text import is_storable

_MOST: Final = 2**31 - 1


@dataclass(slots=True)
class Line:
    """The fields of one object. What is not there stays as it is in the shop."""

    number: int
    fields: dict[str, Any]
    path: tuple[str, ...] = ()
    read: set[str] = field(default_factory=lambda: {"type"})
    inner: list[Line] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    @property
    def name(self) -> str:
        """What a report calls the object."""
        known = (self.fields.get(key) for key in ("slug", "sku", "externalReference", "name"))
        return next((text[:250] for text in known if isinstance(text, str) and text), "")

    def unread(self, kind: str, into: Counter[str]) -> None:
        """Count the fields that nobody has asked for."""
        into.update(f"{kind}.{name}"[:200] for name in self.fields.keys() - self.read)
        for line in self.inner:
            line.unread(f"{kind}.{line.path[-1] if not line.path[-1].isdigit() else line.path[-2]}", into)

    def text(self, name: str) -> str:
        """A text. Raises Required or InvalidInput."""
        value = self._value(name)
        if value is None:
            raise Required(f"{name} is missing.", path=self._at(name))
        return cast(str, self._typed(name, value, str))

    def text_or_none(self, name: str) -> str | None:
        """A text, or null."""
        value = self._value(name)
        return None if value is None else self._typed(name, value, str)

    def slug(self, name: str = "slug") -> str:
        """A name in addresses."""
        return checked_slug(self.text(name))

    def flag(self, name: str) -> bool:
        """True or false."""
        return cast(bool, self._typed(name, self._value(name), bool))

    def flag_or_none(self, name: str) -> bool | None:
        """True, false, or null."""
        return None if self._value(name) is None else self.flag(name)

    def integer(self, name: str, *, least: int = -_MOST, most: int = _MOST) -> int:
        """A whole number within bounds."""
        value = cast(int, self._typed(name, self._value(name), int))
        if not least <= value <= most:
            raise InvalidInput(f"{name} is a whole number from {least} to {most}.", path=self._at(name))
        return value

    def integer_or_none(self, name: str, *, least: int = -_MOST, most: int = _MOST) -> int | None:
        """A whole number within bounds, or null."""
        return None if self._value(name) is None else self.integer(name, least=least, most=most)

    def decimal_or_none(self, name: str) -> Decimal | None:
        """An exact number, written as text; or null."""
        text = self.text_or_none(name)
        if text is None:
            return None
        try:
            number = Decimal(text)
            if not number.is_finite() or abs(number) >= Decimal(10) ** 18 or number != round(number, 6):
                raise InvalidOperation
        except InvalidOperation:
            raise InvalidInput(f"{name} is a decimal number as text.", path=self._at(name)) from None
        return number

    def moment_or_none(self, name: str) -> datetime | None:
        """A moment after ISO 8601 with its time zone, or null."""
        text = self.text_or_none(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None or not 1900 <= moment.year <= 9000:
                raise ValueError
        except ValueError:
            raise InvalidInput(f"{name} is a moment with a time zone.", path=self._at(name)) from None
        return moment

    def json(self, name: str) -> Any:
        """Any JSON value."""
        return self._value(name)

    def choice(self, name: str, words: list[str]) -> str:
        """One of `words`."""
        word = self.text(name)
        if word not in words:
            raise InvalidInput(f"{name} is none of {', '.join(words)}.", path=self._at(name))
        return word

    def texts(self, name: str) -> dict[str, str]:
        """An object whose values are texts."""
        value = cast(dict[str, str], self._typed(name, self._value(name), dict))
        if not all(isinstance(text, str) for text in value.values()):
            raise InvalidInput(f"{name} is an object of texts.", path=self._at(name))
        return value

    def strings(self, name: str) -> list[str]:
        """A list of texts."""
        value = cast(list[str], self._typed(name, self._value(name), list))
        if not all(isinstance(text, str) for text in value):
            raise InvalidInput(f"{name} is a list of texts.", path=self._at(name))
        return value

    def lines(self, name: str) -> list[Line]:
        """A list of objects."""
        value = self._typed(name, self._value(name), list)
        found = [Line(self.number, entry, (*self._at(name), str(place))) for place, entry in enumerate(value)]
        for line in found:
            if not isinstance(line.fields, dict):
                raise InvalidInput(f"{name} is a list of objects.", path=line.path)
        self.inner += found
        return found

    def object_or_none(self, name: str) -> Line | None:
        """An object, or null."""
        value = self._value(name)
        if value is None:
            return None
        found = Line(self.number, self._typed(name, value, dict), self._at(name))
        self.inner.append(found)
        return found

    def named_lines(self, name: str) -> list[tuple[str, Line]]:
        """An object of objects."""
        value = self._typed(name, self._value(name), dict)
        for key, entry in value.items():
            if not isinstance(entry, dict):
                raise InvalidInput(f"{name} is an object of objects.", path=(*self._at(name), key))
        found = [(key, Line(self.number, entry, (*self._at(name), key))) for key, entry in value.items()]
        self.inner += [line for _, line in found]
        return found

    def _value(self, name: str) -> Any:
        self.read.add(name)
        return self.fields.get(name)

    def _at(self, name: str) -> tuple[str, ...]:
        return (*self.path, name)

    def _typed(self, name: str, value: Any, kind: type) -> Any:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InvalidInput(f"{name} is not what it should be ({kind.__name__}).", path=self._at(name))
        return value


def strings_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    pending = [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, list):
            pending += inner
        elif isinstance(inner, dict):
            pending += inner.keys()
            pending += inner.values()


def is_sound(value: Any) -> bool:
    """Whether the database can hold every text in a JSON value."""
    return all(is_storable(text) for text in strings_in(value))
