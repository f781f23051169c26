"""Which gateways a shop has."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from commerce.core import plugins as registry
from commerce.payments.errors import GatewayNotFound
from commerce.payments.gateways import gateway_by_id, gateways, gateways_for
from commerce.payments.provider import Supports
from plugins.dummy_payment import DummyGateway
from tests.plugins.payment_scripts import scripts


class KroneGateway(DummyGateway):
    """A package's gateway that takes one currency."""

    id = "krone"
    name = "Krone"

    def supports(self) -> Supports:
        return Supports(currencies=frozenset({"DKK"}))


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """The registry remembers; forget before and after."""
    gateways.cache_clear()
    yield
    gateways.cache_clear()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """As if somebody had said `pip install krone-gateway`, among other plugins."""
    point = EntryPoint("payments.krone", f"{__name__}:KroneGateway", registry.GROUP)
    tax = EntryPoint("taxes.nothing", "nowhere:Nothing", registry.GROUP)

    def found(group: str) -> list[Any]:
        assert group == "handcart.plugins"
        return [tax, point]

    monkeypatch.setattr(registry, "entry_points", found)
    settings.PAYMENT_GATEWAY_OPTIONS = settings.PAYMENT_GATEWAY_OPTIONS | {
        "krone": settings.PAYMENT_GATEWAY_OPTIONS["dummy"]
    }


@pytest.mark.usefixtures("installed")
def test_an_installed_package_is_enough() -> None:
    assert list(gateways()) == ["dummy", "krone"]
    assert [gateway.id for gateway in gateways_for("DKK")] == ["dummy", "krone"]
    assert [gateway.id for gateway in gateways_for("USD")] == ["dummy"]


def test_an_unknown_gateway_is_told_as_such() -> None:
    with pytest.raises(GatewayNotFound):
        gateway_by_id("nobody")


def test_two_gateways_with_one_id_stop_the_shop(settings: Settings) -> None:
    settings.PAYMENT_GATEWAYS = ["plugins.dummy_payment.DummyGateway"] * 2
    with pytest.raises(ImproperlyConfigured):
        gateways()


def test_every_registered_gateway_is_held_to_the_contract() -> None:
    assert set(gateways()) <= set(scripts(settings.REDIS_URL))


def test_a_shop_without_gateways_has_none(settings: Settings) -> None:
    settings.PAYMENT_GATEWAYS = []
    assert gateways() == {}
