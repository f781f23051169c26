"""Somebody else says what a parcel costs: asked once, outside of any transaction, and done without if need be."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from commerce.checkout.models import AskedRates, CheckoutDelivery
from commerce.checkout.rates import GOOD_FOR
from commerce.core.money import Money
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.shipping.models import RateSource
from commerce.shipping.provider import Options, Rate, RateRequest, RatesUnavailable
from commerce.shipping.providers import providers
from tests.factories import make_channel, make_shipping_method, make_variant
from tests.schema.buying import APPROVED
from tests.schema.doing import ADDRESS, Shopper, gid, merchant

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

OPTIONS = "deliveries { id expiresAt shippingMethod { id name price { amount } maximumDeliveryDays } } errors { code }"
OPEN_TRANSACTIONS = """SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND state LIKE 'idle in transaction%'"""


class Carrier:
    """A carrier that answers as the test says, and notes how it was asked."""

    id: ClassVar[str] = "carrier"
    name: ClassVar[str] = "Carrier"
    asked: ClassVar[list[RateRequest]] = []
    open_transactions: ClassVar[list[int]] = []
    price: ClassVar[int] = 700
    trouble: ClassVar[bool] = False
    gate: ClassVar[threading.Event] = threading.Event()

    def __init__(self, options: Options) -> None:
        assert options == {}

    def rates(self, request: RateRequest) -> Sequence[Rate]:
        """One rate."""
        type(self).asked.append(request)
        with connection.cursor() as cursor:
            cursor.execute(OPEN_TRANSACTIONS)
            type(self).open_transactions.append(cursor.fetchone()[0])
        connection.close()
        assert self.gate.wait(10)
        if self.trouble:
            raise RatesUnavailable("The carrier is on strike.")
        return [Rate("express", "Express", Money(self.price, request.goods.currency), 1, 2)]


@pytest.fixture(autouse=True)
def carrier(settings: Settings, durable: None) -> Iterator[type[Carrier]]:
    """The carrier, which the default channel asks."""
    settings.SHIPPING_PROVIDERS = [f"{__name__}.Carrier"]
    settings.SHIPPING_PROVIDER_PAUSE_SECONDS = 0
    providers.cache_clear()
    Carrier.asked, Carrier.open_transactions, Carrier.price, Carrier.trouble = [], [], 700, False
    Carrier.gate.set()
    RateSource.objects.create(channel=make_channel(), provider="carrier")
    yield Carrier
    providers.cache_clear()


def shopping() -> Shopper:
    """Somebody with a mug who has said where it goes."""
    shopper = Shopper()
    shopper.open_cart(make_variant(price=1000), shippingAddress=ADDRESS, billingAddress=ADDRESS, email="a@example.com")
    return shopper


def options(shopper: Shopper, **more: Any) -> list[dict[str, Any]]:
    """What the shopper is offered."""
    found: list[dict[str, Any]] = shopper.ask("deliveryOptionsCalculate", select=OPTIONS, **more).payload["deliveries"]
    return found


def prices(shopper: Shopper) -> list[tuple[str, float]]:
    """Names and prices of what the shopper is offered."""
    return [(each["shippingMethod"]["name"], each["shippingMethod"]["price"]["amount"]) for each in options(shopper)]


def test_a_shopper_is_offered_a_carriers_rate_and_buys_at_that_price(carrier: type[Carrier]) -> None:
    make_shipping_method("Parcel", price=500)
    shopper = shopping()
    parcel, express = options(shopper)
    assert (parcel["shippingMethod"]["name"], parcel["expiresAt"]) == ("Parcel", None)
    assert express["shippingMethod"]["price"] == {"amount": 7.0}
    assert express["shippingMethod"]["maximumDeliveryDays"] == 2
    assert express["expiresAt"] is not None
    chosen = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=express["id"])["checkout"]
    assert (chosen["shippingPrice"]["gross"]["amount"], chosen["problems"]) == (7.0, [])
    carrier.price = 900
    assert prices(shopper)[1] == ("Express", 7.0), "the price that was shown holds"
    order = shopper.do("checkoutComplete", payment=APPROVED)["order"]
    assert order["total"]["gross"]["amount"] == 17.0
    placed = Order.objects.get()
    assert (placed.shipping_gross, placed.shipping_method_name) == (700, "Express")
    method = "query($id: ID) { order(id: $id) { deliveryMethod { ... on ShippingMethod { name price { amount } } } } }"
    found = shopper.api.send(method, id=order["id"]).data["order"]["deliveryMethod"]
    assert found == {"name": "Express", "price": {"amount": 7.0}}


def test_a_carrier_is_asked_once_for_a_parcel_and_outside_of_any_transaction(carrier: type[Carrier]) -> None:
    shopper = shopping()
    for _ in range(3):
        assert prices(shopper) == [("Express", 7.0)]
    shopper.do("checkoutEmailUpdate", email="ada@example.com")
    shopper.do("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "streetAddress1": "1 Elsewhere"})
    assert prices(shopper) == [("Express", 7.0)]
    assert (len(carrier.asked), carrier.open_transactions) == (1, [0])
    assert carrier.asked[0].goods == Money(1000, "USD")
    assert carrier.asked[0].destination.postal_code == "94043"
    shopper.do("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "postalCode": "94040"})
    assert prices(shopper) == [("Express", 7.0)]
    assert len(carrier.asked) == 2, "another postal code may cost something else"


def test_two_requests_at_once_ask_the_carrier_once(carrier: type[Carrier]) -> None:
    shopper = shopping()
    carrier.gate.clear()
    found: list[list[tuple[str, float]]] = []

    def ask() -> None:
        found.append(prices(Shopper(cart=shopper.cart)))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    while not carrier.asked:
        pass
    carrier.gate.set()
    for thread in threads:
        thread.join(20)
    assert found == [[("Express", 7.0)]] * 3
    assert len(carrier.asked) == 1


def test_without_an_answer_there_is_the_fallback_or_the_shops_own_methods(carrier: type[Carrier]) -> None:
    make_shipping_method("Parcel", price=500)
    carrier.trouble = True
    shopper = shopping()
    assert prices(shopper) == [("Parcel", 5.0)]
    assert prices(shopper) == [("Parcel", 5.0)]
    assert len(carrier.asked) == 1, "a failure is not tried again at once"
    RateSource.objects.update(fallback_name="Carrier, flat", fallback_amount=1200)
    assert prices(shopper) == [("Parcel", 5.0), ("Carrier, flat", 12.0)]
    flat = options(shopper)[1]
    chosen = shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=flat["id"])["checkout"]
    assert (chosen["shippingPrice"]["gross"]["amount"], chosen["problems"]) == (12.0, [])


def test_a_rate_that_is_too_old_or_for_another_parcel_has_to_be_shown_anew(carrier: type[Carrier]) -> None:
    shopper = shopping()
    (express,) = options(shopper)
    shopper.do("checkoutDeliveryMethodUpdate", deliveryMethodId=express["id"])
    CheckoutDelivery.objects.update(expires_at=timezone.now())
    stale = [{"__typename": "CheckoutProblemDeliveryMethodStale"}]
    assert shopper.look()["problems"] == stale
    refused = shopper.ask("checkoutComplete", payment=APPROVED)
    assert refused.problems == [("DELIVERY_METHOD_NOT_APPLICABLE", ["deliveryMethod"])]
    again = shopper.ask("checkoutDeliveryMethodUpdate", deliveryMethodId=express["id"])
    assert again.problems == [("INVALID_SHIPPING_METHOD", ["deliveryMethodId"])]

    AskedRates.objects.update(answered_at=timezone.now() - GOOD_FOR)
    carrier.price = 800
    assert prices(shopper) == [("Express", 8.0)]
    assert shopper.look()["problems"] == [], "the options were shown anew"
    more = {"variantId": gid("ProductVariant", make_variant().id), "quantity": 1}
    assert shopper.do("checkoutLinesAdd", lines=[more])["checkout"]["problems"] == stale


def test_an_answer_about_a_parcel_that_has_changed_meanwhile_is_not_offered(carrier: type[Carrier]) -> None:
    shopper = shopping()
    carrier.gate.clear()
    found: list[list[tuple[str, float]]] = []

    def ask() -> None:
        found.append(prices(Shopper(cart=shopper.cart)))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    while not carrier.asked:
        pass
    shopper.do("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "postalCode": "94040"})
    carrier.gate.set()
    thread.join(20)
    assert found == [[]]
    assert prices(shopper) == [("Express", 7.0)]


def test_the_same_key_is_answered_without_asking_again(carrier: type[Carrier]) -> None:
    shopper = shopping()
    first = options(shopper, key="a-key-of-sixteen-or-more")
    AskedRates.objects.all().delete()
    assert options(shopper, key="a-key-of-sixteen-or-more") == first
    assert len(carrier.asked) == 1
    CheckoutDelivery.objects.all().delete()
    assert options(shopper, key="a-key-of-sixteen-or-more") == []


def test_a_merchant_lets_a_channel_ask_a_carrier_and_stops_it(carrier: type[Carrier]) -> None:
    make_channel("eu")
    RateSource.objects.all().delete()
    shopper = shopping()
    assert options(shopper) == []
    staff = merchant(Permission.MANAGE_SHIPPING, channels=[make_channel()])
    assert staff.api.send("{ rateProviders { id name } }").data == {
        "rateProviders": [{"id": "carrier", "name": "Carrier"}]
    }
    given = {"fallbackName": "Flat", "fallbackPrice": "12.50"}
    asked = {"channel": "default-channel", "provider": "carrier"}
    source = staff.do("rateSourceUpdate", **asked, input=given)["rateSource"]
    assert (source["isActive"], source["fallbackPrice"]) == (True, {"amount": 12.5})
    assert prices(shopper) == [("Express", 7.0)]
    staff.do("rateSourceUpdate", **asked, input={"isActive": False})
    assert options(shopper) == []
    assert staff.ask("rateSourceUpdate", channel="eu", provider="carrier", input={}).codes == ["PERMISSION_DENIED"]
    wrong = staff.ask("rateSourceUpdate", channel="default-channel", provider="stork", input={})
    assert wrong.problems == [("INVALID", ["provider"])]
    wrong = staff.ask("rateSourceUpdate", **asked, input={"fallbackPrice": "0.001"})
    assert wrong.problems == [("INVALID", ["input", "fallbackPrice"])]
    staff.do("rateSourceDelete", **asked)
    assert staff.ask("rateSourceDelete", **asked).problems == [("NOT_FOUND", ["provider"])]
    assert staff.api.send("{ rateSources { provider channel { slug } } }").data == {"rateSources": []}
