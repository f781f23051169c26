"""Many processes look at one cart whose taxes an outside service works out."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from commerce.checkout.models import Checkout
from commerce.checkout.outside_taxes import taxed_quotes
from commerce.taxes.models import TaxConfiguration
from commerce.taxes.tax_services import bounded_service
from tests.factories import make_channel, make_variant
from tests.races.crowd import crowd
from tests.shoppers import DELIVERY, ready_checkout
from tests.tax_server import TaxServer

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_readers_in_five_processes_are_one_call(settings: Settings) -> None:
    server = TaxServer()
    server.delay = 0.5
    try:
        settings.TAX_SERVICE_OPTIONS = {"http": {"url": server.url, "allow_private": True}}
        bounded_service.cache_clear()
        TaxConfiguration.objects.create(channel=make_channel(), service="http")
        cart = ready_checkout(make_variant(price=1000), 2)

        def look(_number: int) -> int:
            fresh = Checkout.objects.select_related("channel").get(id=cart.id)
            return taxed_quotes([fresh])[cart.id].total.gross.amount

        results = crowd(look, 10)
        assert [result.value for result in results] == [2200 + DELIVERY] * 10
        assert server.calls == 1
    finally:
        bounded_service.cache_clear()
        server.stop()
