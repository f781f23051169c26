"""What came of an export, in numbers and in reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 1_000
"""How many products that were left out are kept with their reasons; the rest are only counted."""


@dataclass(slots=True)
class ExportReport:
    """Counts, the products that the format has no words for, and what it cannot say about the others."""

    products: int = 0
    rows: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of handle and reason."""
    more_left_out: int = 0
    not_written: Counter[str] = field(default_factory=Counter)
    """What is not in the file -> how often."""

    def leave_out(self, handle: str, reason: str) -> None:
        """One product is not in the file."""
        if len(self.left_out) < KEPT:
            self.left_out.append((handle, reason))
        else:
            self.more_left_out += 1

    def lines(self) -> list[str]:
        """The report as text, line by line."""
        text = [f"LEFT OUT    {handle}: {reason}" for handle, reason in self.left_out]
        if self.more_left_out:
            text.append(f"LEFT OUT    ... and {self.more_left_out} more products")
        text += [f"NOT WRITTEN {what}: {count}" for what, count in sorted(self.not_written.items())]
        return [*text, f"{self.products} products in {self.rows} rows, {self.missing} left out"]

    @property
    def missing(self) -> int:
        """How many products of the channel are not in the file."""
        return len(self.left_out) + self.more_left_out
