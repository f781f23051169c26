"""What every tax service that settings name has to hold, and what is done with those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from commerce.taxes.provider import (
    CannotTax,
    Consignment,
    Destination,
    ServiceTaxes,
    ServiceUnavailable,
    TaxableLine,
    TaxedAmount,
    TaxService,
)
from commerce.taxes.tax_services import BoundedService, bounded_service, service_classes
from plugins.tax_service import HttpTaxService
from tests.tax_server import TaxServer

CONSIGNMENT = Consignment(
    "USD",
    False,
    (TaxableLine("a", "MUG", "P1", 2, 2000), TaxableLine("b", "", "", 1, 5)),
    500,
    Destination("US", "CA", "San Francisco", "94105"),
)


@pytest.fixture
def server() -> Iterator[TaxServer]:
    found = TaxServer()
    yield found
    found.stop()


@pytest.fixture(params=["http"])
def service(request: pytest.FixtureRequest, server: TaxServer) -> TaxService:
    """Each service, with a fake of its server. A new one needs a line here."""
    options = {"http": {"url": server.url, "token": "s3cret", "allow_private": True, "deadline_seconds": 0.5}}
    made: TaxService = service_classes()[request.param](options[request.param])
    return made


def test_no_service_was_forgotten() -> None:
    assert list(service_classes()) == ["http"]


@pytest.mark.parametrize("gross", [False, True])
def test_every_line_and_the_delivery_get_their_tax_and_prices_stay(service: TaxService, gross: bool) -> None:
    taxes = service.taxes_of(replace(CONSIGNMENT, prices_include_tax=gross))
    assert taxes.lines.keys() == {"a", "b"}
    entered = [said.gross if gross else said.net for said in (*taxes.lines.values(), taxes.shipping)]
    assert entered == [2000, 5, 500]
    assert all(0 <= said.net <= said.gross and said.percent.is_finite() for said in taxes.lines.values())
    if not gross:
        assert taxes.lines["a"] == TaxedAmount(2000, 2200, Decimal(10))


@pytest.mark.parametrize("trouble", ["fails", "babbles", "hangs"])
def test_trouble_is_said_in_time(service: TaxService, server: TaxServer, trouble: str) -> None:
    server.behaves = trouble
    with pytest.raises(ServiceUnavailable):
        service.taxes_of(CONSIGNMENT)


def test_what_cannot_be_taxed_is_said_so(service: TaxService, server: TaxServer) -> None:
    server.behaves = "refuses"
    with pytest.raises(CannotTax):
        service.taxes_of(CONSIGNMENT)


def test_the_http_service_says_who_asks(service: TaxService, server: TaxServer) -> None:
    service.taxes_of(CONSIGNMENT)
    assert server.tokens == ["Bearer s3cret"]
    (question,) = server.questions
    assert question["lines"][0] == {"line_id": "a", "sku": "MUG", "code": "P1", "quantity": 2, "amount": 2000}
    assert question["destination"]["postal_code"] == "94105"


def test_a_service_without_an_address_is_no_service() -> None:
    with pytest.raises(ServiceUnavailable):
        HttpTaxService({}).taxes_of(CONSIGNMENT)
    with pytest.raises(ServiceUnavailable):  # our own network, unless it is allowed
        HttpTaxService({"url": "https://127.0.0.1/taxes"}).taxes_of(CONSIGNMENT)


def _said(net: int, gross: int, percent: str = "10") -> TaxedAmount:
    return TaxedAmount(net, gross, Decimal(percent))


GOOD = {"a": _said(2000, 2200), "b": _said(5, 5)}


@pytest.mark.parametrize(
    "answer",
    [
        ServiceTaxes({"a": _said(2000, 2200)}, _said(500, 500)),
        ServiceTaxes({**GOOD, "c": _said(1, 1)}, _said(500, 500)),
        ServiceTaxes({**GOOD, "a": _said(1999, 2200)}, _said(500, 500)),
        ServiceTaxes({**GOOD, "a": _said(2000, 1999)}, _said(500, 500)),
        ServiceTaxes(GOOD, _said(499, 500)),
        ServiceTaxes({**GOOD, "a": _said(2000, 2200, "NaN")}, _said(500, 500)),
    ],
)
def test_an_answer_that_does_not_fit_the_question_is_none(answer: ServiceTaxes) -> None:
    class Wrong:
        id, name = "wrong", "Wrong"

        def __init__(self, options: Any) -> None: ...
        def taxes_of(self, consignment: Consignment) -> ServiceTaxes:
            return answer

    with pytest.raises(ServiceUnavailable):
        BoundedService(Wrong({})).taxes_of(CONSIGNMENT)


def test_a_service_that_hangs_is_left_alone_and_one_that_refuses_is_not(server: TaxServer) -> None:
    options = {"url": server.url, "allow_private": True, "deadline_seconds": 0.3}
    bounded = BoundedService(HttpTaxService(options))
    server.behaves = "refuses"
    for _ in range(3):
        with pytest.raises(CannotTax):
            bounded.taxes_of(CONSIGNMENT)
    assert server.calls == 3
    server.behaves = "hangs"
    for _ in range(5):
        with pytest.raises(ServiceUnavailable):
            bounded.taxes_of(CONSIGNMENT)
    assert server.calls == 4


def test_two_services_with_one_id_stop_the_shop(settings: Settings) -> None:
    settings.TAX_SERVICES = ["plugins.tax_service.HttpTaxService"] * 2
    with pytest.raises(ImproperlyConfigured):
        service_classes()


def test_a_service_that_is_gone_is_none() -> None:
    assert bounded_service("gone") is None
