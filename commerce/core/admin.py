"""What the merchant's screens have in common."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commerce.core.money import Money


class ReadOnly:
    """For a ModelAdmin or an inline: to look at, because only verbs may change these rows."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is removed by hand."""
        return False


def money_column(field: str, description: str, *, currency: str = "currency") -> Callable[[Any], str]:
    """A column that shows minor units as people write them: `39.95 USD`. `currency` is the path to the code."""
    read_currency = attrgetter(currency.replace("__", "."))

    @admin.display(description=description, ordering=field, empty_value="-")
    def column(row: Any) -> str:
        amount = getattr(row, field)
        if amount is None:
            return ""
        money = Money(amount, read_currency(row))
        return f"{money.decimal} {money.currency}"

    return column
