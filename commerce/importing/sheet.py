"""The cells of one product as values. What is wrong is noted, and reading goes on to find every mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from commerce.core.errors import InvalidInput
from commerce.core.money import parse_amount
from commerce.importing.reader import RawRow
from commerce.importing.report import Problem

_QUANTITY: Final = re.compile(r"-?\d{1,9}(\.0+)?\Z", re.ASCII)
_TRUE: Final = {"true", "yes", "1", "continue"}
_FALSE: Final = {"false", "no", "0", "deny"}


class Sheet:
    """Reads the cells of one product."""

    def __init__(self, handle: str, tidy: Callable[[str], str], headers: Mapping[str, str]) -> None:
        """`headers` are the file's by our names for its columns: what a person who reads the report sees there."""
        self._tidy = tidy
        self._headers = headers
        self._handle = handle[:250].encode("utf-8", "replace").decode()
        self.failures: list[Problem] = []
        self.warnings: list[Problem] = []

    def fail(self, row: RawRow, column: str, reason: str) -> None:
        """Note why the product cannot come in."""
        self.failures.append(Problem(row.line, self._headers.get(column, column), self._handle, reason))

    def warn(self, row: RawRow, column: str, reason: str) -> None:
        """Note what to look at."""
        self.warnings.append(Problem(row.line, self._headers.get(column, column), self._handle, reason))

    def text(self, row: RawRow, column: str, limit: int) -> str:
        """A text of at most `limit` characters; empty for one that is longer."""
        value = self._tidy(row[column])
        if len(value) > limit:
            self.fail(row, column, f"It has {len(value)} characters; {limit} is the limit.")
            return ""
        return value

    def cut(self, row: RawRow, column: str, limit: int) -> str:
        """A text, cut to `limit` characters."""
        value = self._tidy(row[column])
        if len(value) > limit:
            self.warn(row, column, f"It has {len(value)} characters and is cut to {limit}.")
        return value[:limit]

    def amount(self, row: RawRow, column: str, currency: str) -> int | None:
        """Minor units of `currency`; None for a blank cell and for what is no amount."""
        if not row[column]:
            return None
        try:
            return parse_amount(row[column], currency)
        except InvalidInput as error:
            self.fail(row, column, error.message)
            return None

    def checked(self, row: RawRow, column: str, check: Callable[[str], str | None]) -> str | None:
        """What `check` makes of a cell; None where it raises InvalidInput."""
        try:
            return check(row[column].removeprefix("'"))
        except InvalidInput as error:
            self.fail(row, column, error.message)
            return None

    def quantity(self, row: RawRow, column: str) -> int | None:
        """Whole units, 0 or more; None for a blank cell and for what is no number."""
        text = row[column]
        if not text:
            return None
        if not _QUANTITY.match(text):
            self.fail(row, column, f"{text[:50]!r} is not a whole number.")
            return None
        quantity = int(text.partition(".")[0])
        if quantity < 0:
            self.warn(row, column, f"{quantity} on hand is taken for 0.")
        return max(quantity, 0)

    def grams(self, row: RawRow, column: str) -> int | None:
        """Whole grams; None for a blank cell and for what is no weight."""
        text = row[column]
        if not text:
            return None
        try:
            grams = Decimal(text)
            if not 0 <= grams <= 2**31 - 1:
                raise InvalidOperation
        except InvalidOperation:
            self.fail(row, column, f"{text[:50]!r} is not a weight in grams.")
            return None
        return int(grams.to_integral_value(ROUND_HALF_UP))

    def flag(self, row: RawRow, column: str, *, default: bool) -> bool:
        """Yes or no; `default` for a blank cell."""
        word = row[column].casefold()
        if word in _TRUE:
            return True
        if word and word not in _FALSE:
            self.fail(row, column, f"{row[column][:50]!r} is neither yes nor no.")
        return default if not word else False

    def one_of(self, row: RawRow, column: str, words: tuple[str, ...]) -> str:
        """One of `words` in lower case; empty for a blank cell."""
        word = row[column].casefold()
        if word and word not in words:
            self.fail(row, column, f"{row[column][:50]!r} is none of {', '.join(words)}.")
        return word
