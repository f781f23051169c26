"""The percentages that hold at one place, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """What a place puts on goods, in percent: `default`, or the tax class's own. `shipping` is what delivery bears."""

    default: Decimal
    shipping: Decimal
    by_class: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, tax_class_id: str | None) -> Decimal:
        """The percentage of a tax class; the default one for goods without a class or for a class without its own."""
        return self.by_class.get(tax_class_id, self.default) if tax_class_id else self.default
