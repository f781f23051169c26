"""The tax services of this shop, and what is done so that one that hangs holds up nobody but a few."""

from __future__ import annotations

from functools import cache
from typing import Final

from django.conf import settings

from commerce.core.breaker import Breaker, Unavailable
from commerce.core.outside_calls import OutsideCalls
from commerce.core.plugins import plugin_classes
from commerce.taxes.provider import Consignment, ServiceTaxes, ServiceUnavailable, TaxedAmount, TaxService

PREFIX: Final = "taxes."
"""A package registers its service as the entry point `taxes.<anything>` of the group `handcart.plugins`."""


def service_classes() -> dict[str, type[TaxService]]:
    """The class of every service by its id. Raises ImproperlyConfigured if two share one."""
    return plugin_classes(settings.TAX_SERVICES, prefix=PREFIX, kind="tax services")


@cache
def bounded_service(service_id: str) -> BoundedService | None:
    """The service of this process; None for one that is not installed (any more)."""
    made = service_classes().get(service_id)
    return None if made is None else BoundedService(made(settings.TAX_SERVICE_OPTIONS.get(service_id, {})))


class BoundedService:
    """A service that is asked by a few threads at once, and not while it fails."""

    def __init__(self, service: TaxService) -> None:
        self._service = service
        self._calls = OutsideCalls(settings.OUTSIDE_CALLS, ServiceUnavailable)
        self._breaker = Breaker(ServiceUnavailable, name=f"the tax service {service.id}")

    def taxes_of(self, consignment: Consignment) -> ServiceTaxes:
        """What the service says, checked. Raises ServiceUnavailable or CannotTax."""
        with self._calls.place():
            try:
                with self._breaker.closed():
                    taxes = self._service.taxes_of(consignment)
                    _require_fit(consignment, taxes)
            except Unavailable as error:
                raise ServiceUnavailable(str(error.__cause__ or "It failed a moment ago.")) from error
        return taxes


def _require_fit(consignment: Consignment, taxes: ServiceTaxes) -> None:
    """Raise ServiceUnavailable for an answer that is not about these goods, or makes less of them."""
    asked = {line.line_id: line.amount for line in consignment.lines}
    if taxes.lines.keys() != asked.keys():
        raise ServiceUnavailable("The answer is about other lines.")
    pairs = [(asked[key], said) for key, said in taxes.lines.items()]
    for amount, said in [*pairs, (consignment.shipping, taxes.shipping)]:
        entered = said.gross if consignment.prices_include_tax else said.net
        if entered != amount or not 0 <= said.net <= said.gross or not _is_sane(said):
            raise ServiceUnavailable("The answer changes prices, or is no tax.")


def _is_sane(said: TaxedAmount) -> bool:
    return said.percent.is_finite() and 0 <= said.percent < 1_000
