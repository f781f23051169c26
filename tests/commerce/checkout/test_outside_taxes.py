"""A cart in a channel whose taxes an outside service works out: asked once for each change that matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from commerce.accounts.addresses import AddressData
from commerce.checkout import services
from commerce.checkout.complete import complete_checkout
from commerce.checkout.inputs import LineChange, NewAddress
from commerce.checkout.models import Checkout
from commerce.checkout.outside_taxes import taxed_quotes
from commerce.checkout.pay import initialize_transaction
from commerce.checkout.priced import Quote
from commerce.checkout.quote import quote
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.money import Money
from commerce.orders.models import OrderLine
from commerce.taxes.asking import ask
from commerce.taxes.errors import TaxesUnavailable
from commerce.taxes.models import ServiceAnswer, TaxConfiguration
from commerce.taxes.questions import Standing
from commerce.taxes.services import assign_tax_class
from commerce.taxes.tax_services import bounded_service
from tests.factories import make_channel, make_tax_class, make_tax_rate, make_variant
from tests.shoppers import DELIVERY, add_line, paying, ready_checkout
from tests.tax_server import TaxServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[TaxServer]:
    found = TaxServer()
    settings.TAX_SERVICE_OPTIONS = {"http": {"url": found.url, "allow_private": True, "deadline_seconds": 0.4}}
    bounded_service.cache_clear()
    yield found
    bounded_service.cache_clear()
    found.stop()


@pytest.fixture
def cart(server: TaxServer) -> Checkout:
    """Two mugs for 20.00 and their delivery; our own rate would be 5 %, the service's is 10 % on goods alone."""
    TaxConfiguration.objects.create(channel=make_channel(), service="http")
    make_tax_rate("US", "5")
    return ready_checkout(make_variant(price=1000, stock=10), 2)


def look(cart: Checkout) -> Quote:
    fresh = Checkout.objects.select_related("channel").get(id=cart.id)
    return taxed_quotes([fresh])[cart.id]


SERVED = 2200 + DELIVERY
OWN = 2100 + DELIVERY + DELIVERY * 5 // 100


def test_a_cart_that_is_looked_at_again_and_again_is_asked_about_once(cart: Checkout, server: TaxServer) -> None:
    make_tax_class("Mugs", code="P7")
    assert [look(cart).total.gross.amount for _ in range(3)] == [SERVED] * 3
    services.set_email(checkout_id=cart.id, email="other@example.com", actor=ANONYMOUS)
    assert look(cart).total.gross.amount == SERVED
    assert server.calls == 1
    assert look(cart).lines[0].tax_percent == 10


def test_each_change_that_matters_is_one_question(cart: Checkout, server: TaxServer) -> None:
    look(cart)
    (line,) = cart.lines.all()
    services.update_lines(checkout_id=cart.id, lines=[LineChange(line.id, 1)], actor=ANONYMOUS)
    assert look(cart).total.gross.amount == 1100 + DELIVERY
    assert server.calls == 2
    assign_tax_class(
        tax_class_id=make_tax_class("Mugs", code="P7").id, product_ids=[line.variant.product_id], actor=SYSTEM
    )
    look(cart)
    assert server.questions[-1]["lines"][0]["code"] == "P7"
    address = cart.shipping_address
    assert address is not None
    address.postal_code = "94040"
    address.save()
    look(cart)
    look(cart)
    assert server.calls == 4


def test_nobody_is_asked_within_an_edit_or_before_there_is_an_address(cart: Checkout, server: TaxServer) -> None:
    assert quote(Checkout.objects.get(id=cart.id)).total.gross.amount == OWN
    Checkout.objects.filter(id=cart.id).update(shipping_address=None, delivery=None)
    assert look(cart).told.standing is Standing.NONE
    assert server.calls == 0


def test_a_cart_that_was_never_looked_at_is_asked_about_before_it_is_paid_for(
    cart: Checkout, server: TaxServer
) -> None:
    order = complete_checkout(
        checkout_id=cart.id, payment=paying(), expected_total=Money(SERVED, "USD"), actor=ANONYMOUS
    )
    assert order.total_gross == SERVED
    assert order.charged_amount == SERVED
    assert server.calls == 1
    assert OrderLine.objects.get(order=order).tax_percent == 10


def test_an_answer_for_what_was_in_the_cart_before_is_not_taken_when_paying(cart: Checkout, server: TaxServer) -> None:
    look(cart)
    add_line(cart, make_variant(price=500))
    attempt = initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert attempt.amount == 2200 + 550 + DELIVERY
    assert server.calls == 2


def test_a_service_that_hangs_costs_one_wait_and_own_rates_hold(cart: Checkout, server: TaxServer) -> None:
    server.behaves = "hangs"
    other = ready_checkout(make_variant(price=1000), 2)
    assert [look(cart).total.gross.amount for _ in range(3)] == [OWN] * 3
    assert look(other).total.gross.amount == OWN
    assert server.calls == 1  # then the breaker is open
    assert look(cart).told.standing is Standing.FAILED
    order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert order.total_gross == OWN
    assert server.calls == 1


@pytest.mark.parametrize("trouble", ["fails", "refuses", "babbles", "cheats"])
def test_a_channel_may_sell_nothing_without_its_service(cart: Checkout, server: TaxServer, trouble: str) -> None:
    TaxConfiguration.objects.update(fallback="refuse")
    server.behaves = trouble
    for _ in range(2):
        with pytest.raises(TaxesUnavailable):
            complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert server.calls == 1
    server.behaves = "well"
    bounded_service.cache_clear()  # as if the breaker's pause were over
    ServiceAnswer.objects.update(until=timezone.now() - timedelta(hours=1))
    order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert order.total_gross == SERVED


def test_an_answer_that_is_too_old_is_asked_for_again(cart: Checkout, server: TaxServer) -> None:
    look(cart)
    ServiceAnswer.objects.update(until=timezone.now() - timedelta(hours=1))
    look(cart)
    assert server.calls == 2


def test_an_answer_that_comes_after_the_cart_was_changed_is_dropped(cart: Checkout, server: TaxServer) -> None:
    question = quote(Checkout.objects.get(id=cart.id)).told.question
    assert question is not None
    ask(question)
    add_line(cart, make_variant(price=500))
    newer = quote(Checkout.objects.get(id=cart.id)).told.question
    assert newer is not None
    ask(newer)
    ask(question)  # somebody who still holds the old cart asks again, and the row is theirs
    assert quote(Checkout.objects.get(id=cart.id)).told.standing is Standing.DUE
    assert look(cart).total.gross.amount == 2200 + 550 + DELIVERY


def test_who_is_exempt_is_not_asked_about(cart: Checkout, server: TaxServer) -> None:
    services.set_tax_exemption(checkout_id=cart.id, is_exempt=True, actor=SYSTEM)
    assert look(cart).total.gross.amount == 2000 + DELIVERY
    assert server.calls == 0


def test_a_channel_that_enters_gross_prices_keeps_them(cart: Checkout, server: TaxServer) -> None:
    cart.channel.prices_include_tax = True
    cart.channel.save()
    total = look(cart).total
    assert (total.gross.amount, total.net.amount) == (2000 + DELIVERY, 1818 + DELIVERY)


def test_a_service_that_was_uninstalled_is_as_one_that_fails(cart: Checkout, server: TaxServer) -> None:
    TaxConfiguration.objects.update(service="gone")
    assert look(cart).total.gross.amount == OWN


def test_the_new_address_of_a_cart_is_asked_about_through_its_verb(cart: Checkout, server: TaxServer) -> None:
    address = AddressData(
        first_name="Ada", last_name="Byron", street_address_1="1 Main St", city="Austin", postal_code="78701",
        country="US", country_area="TX",
    )  # fmt: skip
    services.set_shipping_address(checkout_id=cart.id, address=NewAddress(address), actor=ANONYMOUS)
    look(cart)
    assert server.questions[-1]["destination"]["area"] == "TX"
