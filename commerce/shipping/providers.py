"""The providers of outside rates of this shop, and asking them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Final, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from commerce.core.money import MAX_MINOR
from commerce.core.outside import Outside
from commerce.core.text import is_storable
from commerce.shipping.provider import (
    DEADLINE_SECONDS,
    MOST_RATES,
    Rate,
    RateProvider,
    RateRequest,
    RatesUnavailable,
)

GROUP: Final = "handcart.plugins"
PREFIX: Final = "shipping."
"""A package registers its provider as the entry point `shipping.<anything>` of the group `handcart.plugins`."""
_LONGEST_CODE: Final = 100
_LONGEST_NAME: Final = 250
_MOST_DAYS: Final = 3650


def provider_classes() -> dict[str, type[RateProvider]]:
    """The class of every provider by its id. Raises ImproperlyConfigured if two share one."""
    classes = [cast(type[RateProvider], import_string(path)) for path in settings.SHIPPING_PROVIDERS]
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    classes += [point.load() for point in found if point.name.startswith(PREFIX)]
    by_id: dict[str, type[RateProvider]] = {}
    for made in classes:
        if made.id in by_id:
            raise ImproperlyConfigured(f"Two providers of rates have the id {made.id!r}.")
        by_id[made.id] = made
    return by_id


@cache
def providers() -> dict[str, Outside[RateProvider]]:
    """Every provider by its id, each with its own bound on threads and its own rest after a failure."""
    return {
        name: Outside(
            made(settings.SHIPPING_PROVIDER_OPTIONS.get(name, {})),
            what=f"the shipping provider {name}",
            refusal=RatesUnavailable,
            timeout_seconds=DEADLINE_SECONDS,
            pause_seconds=settings.SHIPPING_PROVIDER_PAUSE_SECONDS,
        )
        for name, made in provider_classes().items()
    }


def ask(provider_id: str, request: RateRequest) -> list[Rate] | None:
    """What the provider says of a parcel; None if it does not answer, or answers what cannot be.

    It calls the network: outside of any transaction, or the answer is None.
    """
    outside = providers().get(provider_id)
    return None if outside is None else outside.ask(lambda provider: checked(provider.rates(request), request))


def checked(rates: Sequence[Rate], request: RateRequest) -> list[Rate]:
    """The rates, if every one of them can be offered. Raises RatesUnavailable."""
    if len(rates) > MOST_RATES or len({rate.code for rate in rates}) != len(rates):
        raise RatesUnavailable("There are too many rates, or two with one code.")
    for rate in rates:
        if rate.price.currency != request.goods.currency or not 0 <= rate.price.amount <= MAX_MINOR:
            raise RatesUnavailable(f"The price of {rate.code!r} cannot be.")
        for text, longest in ((rate.code, _LONGEST_CODE), (rate.name, _LONGEST_NAME)):
            if not text or len(text) > longest or not is_storable(text):
                raise RatesUnavailable("A rate has a code and a name.")
        days = [day for day in (rate.minimum_delivery_days, rate.maximum_delivery_days) if day is not None]
        if days != sorted(days) or any(not 0 <= day <= _MOST_DAYS for day in days):
            raise RatesUnavailable(f"The days of {rate.code!r} cannot be.")
    return list(rates)
