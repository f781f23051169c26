"""A CSV file as rows with line numbers, one after the other: the file is never in memory as a whole.

A row that cannot be read becomes a row with a problem, and reading goes on after it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from commerce.core.errors import CommerceError
from commerce.importing.cells import unescaped

MAX_RECORD_CHARACTERS: Final = 8 * 1024 * 1024
"""More than any product has; an opened quote that nobody closes would otherwise swallow the rest of the file."""

_SHOWN: Final = 1_000

csv.field_size_limit(2 * MAX_RECORD_CHARACTERS)


class FileRefused(CommerceError):
    """The file as a whole cannot be an export of products. `facts` has the line and the column."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the line that it begins on, its cells by column, and what kept it from being read, if anything did."""

    line: int
    cells: Mapping[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of column and reason."""

    def __getitem__(self, column: str) -> str:
        """The trimmed text of a cell, without its escape; empty for a column that the file does not have."""
        return self.cells.get(column, "")


class RowReader:
    """Reads rows of `file`, whose columns go by the names that `canonical` gives them (others are only counted)."""

    def __init__(self, file: BinaryIO, *, canonical: Callable[[str], str], encoding: str = "utf-8") -> None:
        self.unread: Counter[str] = Counter()
        """The headers of the columns that are left out -> how many of their cells have something in them."""
        self._lines = _Lines(_text(file, encoding))
        self.columns = self._header(canonical)
        self.width = len(self._names)

    def __iter__(self) -> Iterator[RawRow]:
        while True:
            line = self._lines.number + 1
            try:
                cells = self._lines.next_record()
            except StopIteration:
                return
            except _TooLong:
                yield self._broken(line, "The row does not end: a quote is opened and never closed.")
                continue
            if any(cells):
                yield self._row(line, cells)

    def _header(self, canonical: Callable[[str], str]) -> dict[str, str]:
        try:
            names = self._lines.next_record()
        except StopIteration:
            raise FileRefused("The file is empty.", line=1, column="") from None
        except _TooLong:
            raise FileRefused("The first line does not end.", line=1, column="") from None
        if len(names) == 1 and ";" in names[0]:
            raise FileRefused("The columns are separated by semicolons; commas are needed.", line=1, column="")
        headers = [unescaped(name.strip()) for name in names]
        known = [canonical(header) for header in headers]
        # A column that stands there twice counts once: the first.
        self._names = [name if name and name not in known[:place] else "" for place, name in enumerate(known)]
        self._left_out = [(place, headers[place]) for place, name in enumerate(self._names) if not name]
        return {name: header for name, header in zip(self._names, headers, strict=True) if name}

    def _row(self, line: int, cells: list[str]) -> RawRow:
        problems: list[tuple[str, str]] = []
        if len(cells) != self.width:
            self._lines.put_back_all_but_first()
            problems.append(
                ("", f"The row has {len(cells)} cells and the header {self.width}: a quote or a comma is out of place.")
            )
        else:
            self.unread.update(header for place, header in self._left_out if cells[place].strip())
        named = {name: unescaped(cell.strip()) for name, cell in zip(self._names, cells, strict=False) if name and cell}
        for name, cell in named.items():
            if not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell):
                problems.append((name, "The text is not UTF-8. Save the file as UTF-8, or name its --encoding."))
            elif "\x00" in cell:
                problems.append((name, "The text has a NUL character in it."))
        return RawRow(line, named, problems)

    def _broken(self, line: int, reason: str) -> RawRow:
        first = next(csv.reader([self._lines.put_back_all_but_first()[:_SHOWN]]), [""])
        named = {name: unescaped(cell.strip()) for name, cell in zip(self._names, first, strict=False) if name}
        return RawRow(line, named, [("", reason)])


class _TooLong(Exception):
    pass


class _Lines:
    """Physical lines, with a way to give those of a broken record back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: deque[str] = deque()
        self._record: list[str] = []
        self.number = 0
        """How many lines have been read to their end."""

    def next_record(self) -> list[str]:
        self._record = []
        return next(csv.reader(self._of_one_record()))

    def put_back_all_but_first(self) -> str:
        """Undo reading what a broken record took besides its first line, and return that one."""
        first, *others = self._record
        self._returned.extendleft(reversed(others))
        self.number -= sum(map(_ends, others))
        self._record = [first]
        return first

    def _of_one_record(self) -> Iterator[str]:
        length = 0
        while True:
            line = self._returned.popleft() if self._returned else next(self._lines, None)
            if line is None:
                return
            self.number += _ends(line)
            self._record.append(line)
            length += len(line)
            if length > MAX_RECORD_CHARACTERS:
                raise _TooLong
            yield line


def _ends(line: str) -> bool:
    return line.endswith(("\n", "\r"))


def _text(file: BinaryIO, encoding: str) -> Iterator[str]:
    # Bytes that are no text survive as lone surrogates, so that only their own rows fail.
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
        if file.seekable():
            start = file.read(2)
            file.seek(0)
            if start in (b"\xff\xfe", b"\xfe\xff"):
                encoding = "utf-16"
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    # A line without end comes in pieces, so that not even one has to fit into memory.
    return iter(lambda: text.readline(MAX_RECORD_CHARACTERS + 1), "")
