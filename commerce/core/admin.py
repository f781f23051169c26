"""What the merchant's screens have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from commerce.core.errors import InvalidInput
from commerce.core.money import MAX_MINOR, Money, parse_amount

INTEGRATIONS: Final[Any] = (
    "Data of integrations",
    {"classes": ["collapse"], "fields": ["metadata", "private_metadata"]},
)
"""Folded at the end of a form."""


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


class MoneyForm(forms.ModelForm[Any]):
    """Amounts as people write them, `39.95`, where the table has minor units: those that `amounts` names.

    Subclasses say which currency they are in. An amount with more digits than the currency has is refused.
    """

    amounts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = self.currency({})
        for name in self.amounts:
            column = self.fields[name]
            self.fields[name] = forms.DecimalField(
                required=column.required,
                min_value=0,
                max_value=MAX_MINOR,
                label=column.label,
                help_text=column.help_text,
                widget=forms.NumberInput(attrs={"class": "vTextField", "step": "any", "style": "width: 8em"}),
            )
            amount = getattr(self.instance, name)
            if amount is not None and currency is not None:
                self.initial[name] = Decimal(Money(amount, currency).decimal)

    def currency(self, values: Mapping[str, Any]) -> str | None:
        """The code of the currency that the form's values, or what is stored, lead to; None if nothing does yet."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        currency = self.currency(values)
        for name in self.amounts:
            if values.get(name) is not None and currency is not None:
                try:
                    values[name] = parse_amount(format(values[name], "f"), currency)
                except InvalidInput as error:
                    self.add_error(name, error.message)
        return values


class ChannelMoneyForm(MoneyForm):
    """Amounts in the currency of the channel that the form names."""

    def currency(self, values: Mapping[str, Any]) -> str | None:
        """The channel's."""
        channel = values.get("channel") or (self.instance.channel if self.instance.channel_id else None)
        return channel.currency_code if channel is not None else None
