"""What a provider of outside rates is: values in, values out. A plugin needs this page and plugins/README.md only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from commerce.core.money import Money
from commerce.core.values import quickly_made

DEADLINE_SECONDS: Final = 5.0
"""A provider answers, or raises RatesUnavailable, within this time; later nobody waits for it any more."""
MOST_RATES: Final = 50

Options = Mapping[str, Any]
"""What settings.SHIPPING_PROVIDER_OPTIONS hold for the provider."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Destination:
    """Where it goes: as much as prices depend on. Neither a name nor a street. `country` is ISO 3166-1 alpha-2."""

    country: str
    country_area: str = ""
    city: str = ""
    postal_code: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class Item:
    """So many units of one kind. Grams and millimetres of one unit, as packed; None where the merchant has not said."""

    quantity: int
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class RateRequest:
    """What is to be sent. `goods` is what it costs, for insurance and customs; rates come in its currency."""

    destination: Destination
    items: tuple[Item, ...]
    goods: Money


@dataclass(frozen=True, slots=True)
class Rate:
    """One way to send it. `code` names it within the provider, always the same; `name` is what the shopper reads.

    `price` is on the side (with or without tax) on which the channel enters its prices.
    """

    code: str
    name: str
    price: Money
    minimum_delivery_days: int | None = None
    maximum_delivery_days: int | None = None


class RatesUnavailable(Exception):
    """No rates can be had now: the other side is down, slow, or answers nonsense."""


class RateProvider(Protocol):
    """Knows what others charge for a parcel. It may be asked by several threads at once, never inside a transaction."""

    id: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, options: Options) -> None: ...
    def rates(self, request: RateRequest) -> Sequence[Rate]: ...  # none: it does not go there
