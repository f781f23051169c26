"""What every provider of outside rates promises. It runs over all that are built in, against a server on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commerce.core.money import Money
from commerce.shipping.provider import Destination, Item, Rate, RateProvider, RateRequest, RatesUnavailable
from commerce.shipping.providers import checked
from plugins.json_rates import JsonRates
from tests.receiver import Answer, Receiver

PARCEL = RateRequest(
    Destination("DE", city="Berlin", postal_code="10117"), (Item(2, 300, 120, 120, 100),), Money(2400, "EUR")
)
EXPRESS = {"code": "express", "name": "Express", "amount": 990, "currency": "EUR", "minimum_delivery_days": 1}


@pytest.fixture
def provider(receiver: Receiver) -> RateProvider:
    """The provider in front of the server."""
    return JsonRates({"url": receiver.url, "token": "secret", "allow_private": True})


def says(receiver: Receiver, body: Any, status: int = 200) -> None:
    receiver.default = Answer(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_rates_come_as_values(provider: RateProvider, receiver: Receiver) -> None:
    says(receiver, {"rates": [EXPRESS]})
    assert checked(provider.rates(PARCEL), PARCEL) == [Rate("express", "Express", Money(990, "EUR"), 1, None)]


def test_the_server_is_told_what_is_sent_and_where_to_but_not_to_whom(
    provider: RateProvider, receiver: Receiver
) -> None:
    says(receiver, {"rates": []})
    assert list(provider.rates(PARCEL)) == []
    (request,) = receiver.requests
    assert request.headers["authorization"] == "Bearer secret"
    assert json.loads(request.body) == {
        "destination": {"country": "DE", "country_area": "", "city": "Berlin", "postal_code": "10117"},
        "items": [{"quantity": 2, "weight_grams": 300, "length_mm": 120, "width_mm": 120, "height_mm": 100}],
        "goods": {"amount": 2400, "currency": "EUR"},
    }


@pytest.mark.parametrize("status", [201, 301, 401, 429, 500, 503])
def test_any_other_status_is_no_answer(provider: RateProvider, receiver: Receiver, status: int) -> None:
    says(receiver, {"rates": [EXPRESS]}, status)
    with pytest.raises(RatesUnavailable):
        provider.rates(PARCEL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        {"rates": None},
        {"rates": [None]},
        {"rates": [{**EXPRESS, "amount": "990"}]},
        {"rates": [{**EXPRESS, "amount": 9.9}]},
        {"rates": [{**EXPRESS, "amount": True}]},
        {"rates": [{**EXPRESS, "amount": -1}]},
        {"rates": [{**EXPRESS, "amount": 10**16}]},
        {"rates": [{**EXPRESS, "currency": "USD"}]},
        {"rates": [{**EXPRESS, "name": "x\x00"}]},
        {"rates": [{**EXPRESS, "name": ""}]},
        {"rates": [{**EXPRESS, "code": "x" * 101}]},
        {"rates": [{**EXPRESS, "minimum_delivery_days": -1}]},
        {"rates": [{**EXPRESS, "maximum_delivery_days": 0}]},
        {"rates": [EXPRESS, EXPRESS]},
        {"rates": [{**EXPRESS, "code": str(number)} for number in range(51)]},
        b'{"rates": [' + b" " * 300_000 + b"]}",
    ],
)
def test_what_cannot_be_is_no_answer(provider: RateProvider, receiver: Receiver, body: Any) -> None:
    says(receiver, body)
    with pytest.raises(RatesUnavailable):
        checked(provider.rates(PARCEL), PARCEL)


def test_a_server_that_is_gone_is_no_answer(provider: RateProvider, receiver: Receiver) -> None:
    receiver.stop()
    with pytest.raises(RatesUnavailable):
        provider.rates(PARCEL)
    receiver.start = lambda: None  # type: ignore[method-assign]


def test_addresses_inside_are_not_asked_unless_that_is_said(receiver: Receiver) -> None:
    with pytest.raises(RatesUnavailable):
        JsonRates({"url": receiver.url}).rates(PARCEL)
    assert receiver.requests == []
