"""What a tax service is: values in, values out. A plugin needs this page and plugins/README.md, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final, Protocol

DEADLINE_SECONDS: Final = 3.0
"""A service answers, or raises ServiceUnavailable, within this time: a shopper waits for it."""

Options = Mapping[str, Any]
"""What settings.TAX_SERVICE_OPTIONS hold for the service."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go. `country` is an ISO 3166-1 alpha-2 code, `area` a state or province, e.g. CA."""

    country: str
    area: str = ""
    city: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """All units of a line: `amount` is what they cost together, all reductions off; `code` is the tax class's."""

    line_id: str
    sku: str
    code: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Consignment:
    """What is taxed: amounts are minor units of `currency`, with tax or without it as `prices_include_tax` says.

    `vat_id` is the buyer's, "" for none. The same consignment is asked about once, as long as its answer is fresh.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[TaxableLine, ...]
    shipping: int
    destination: Destination
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A price in minor units, without tax and with it; `percent` is for show, e.g. 8.875."""

    net: int
    gross: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ServiceTaxes:
    """What a service says: each line, by its id, and the delivery. The side that was entered stays as it was."""

    lines: Mapping[str, TaxedAmount]
    shipping: TaxedAmount


class ServiceUnavailable(Exception):
    """No answer, or none that can be read: it may be asked again later."""


class CannotTax(Exception):
    """The service is well, but will not tax this, e.g. for an address that it does not know."""


class TaxService(Protocol):
    """Knows what places put on goods. Never touches our tables; asking it changes nothing there."""

    id: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, options: Options) -> None: ...
    def taxes_of(self, consignment: Consignment) -> ServiceTaxes: ...  # raises ServiceUnavailable or CannotTax
