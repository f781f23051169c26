"""What came of an import, in numbers and in reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

KEPT: Final = 1_000
"""How many problems are kept word for word; the rest are only counted, so that memory stays bounded."""


class Outcome(StrEnum):
    """What happened to a product of the file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the file: where (line and column as a spreadsheet shows them), with which product, and why."""

    line: int
    column: str
    handle: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column!r}" if self.column else "")
        return f"{where}{f' ({self.handle})' if self.handle else ''}: {self.reason}"


@dataclass(slots=True)
class ImportReport:
    """Counts of products, the problems that kept some out, and the warnings about those that came in anyway."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    rows: int = 0
    failures: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    more_failures: int = 0
    more_warnings: int = 0
    not_kept: Counter[str] = field(default_factory=Counter)
    """Columns of the file that the shop has no place for -> how many of their cells have something in them."""

    def count(self, outcome: Outcome) -> None:
        """One more product ended like this."""
        self.outcomes[outcome] += 1

    def fail(self, problems: list[Problem]) -> None:
        """One product stays as it was, for these reasons."""
        self.outcomes[Outcome.FAILED] += 1
        kept = problems[: max(0, KEPT - len(self.failures))]
        self.failures += kept
        self.more_failures += len(problems) - len(kept)

    def warn(self, problems: list[Problem]) -> None:
        """Things to look at in a product that is imported all the same."""
        kept = problems[: max(0, KEPT - len(self.warnings))]
        self.warnings += kept
        self.more_warnings += len(problems) - len(kept)

    def add(self, other: ImportReport) -> None:
        """What came of another part of the same file."""
        self.outcomes.update(other.outcomes)
        kept = max(0, KEPT - len(self.failures))
        self.failures += other.failures[:kept]
        self.more_failures += other.more_failures + len(other.failures[kept:])
        kept = max(0, KEPT - len(self.warnings))
        self.warnings += other.warnings[:kept]
        self.more_warnings += other.more_warnings + len(other.warnings[kept:])

    @property
    def failed(self) -> int:
        """How many products of the file could not be imported."""
        return self.outcomes[Outcome.FAILED]

    def lines(self) -> list[str]:
        """The report as text, line by line."""
        text = [f"FAILED  {problem}" for problem in self.failures]
        if self.more_failures:
            text.append(f"FAILED  ... and {self.more_failures} more problems")
        text += [f"WARNING {problem}" for problem in self.warnings]
        if self.more_warnings:
            text.append(f"WARNING ... and {self.more_warnings} more warnings")
        text += [
            f"NOT KEPT column {header!r}: {cells} {'cell' if cells == 1 else 'cells'}"
            for header, cells in self.not_kept.items()
        ]
        counts = ", ".join(f"{self.outcomes[outcome]} {outcome.value}" for outcome in Outcome)
        return [*text, f"{self.rows} rows: {counts}"]
