"""Carts that nobody comes back to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.accounts.models import Address
from commerce.checkout.expiry import purge_expired
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.services import merge_checkouts
from commerce.core.money import Money
from commerce.inventory.models import Reservation, Stock
from commerce.orders.models import Order
from commerce.payments.services import open_attempt
from tests.factories import customer_actor, make_address, make_checkout, make_customer, make_variant

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=1)


def test_an_expired_cart_goes_with_all_that_was_its_own():
    ada = make_customer()
    book = make_address(user=ada)
    mug = make_variant()
    cart = make_checkout(mug, expires_at=LONG_AGO, shipping_address=make_address(), billing_address=book)
    Reservation.objects.create(
        checkout_id=cart.id,
        checkout_line_id=cart.lines.get().id,
        stock=Stock.objects.get(),
        quantity=1,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    Stock.objects.update(reserved=1)
    alive = make_checkout(mug)
    assert purge_expired() == 1
    assert list(Checkout.objects.all()) == [alive]
    assert CheckoutLine.objects.get().checkout == alive
    assert list(Address.objects.all()) == [book]
    assert Stock.objects.get().reserved == 0
    assert purge_expired() == 0


def test_a_cart_whose_payment_may_still_bring_money_stays():
    cart = make_checkout(make_variant(), expires_at=LONG_AGO)
    open_attempt(checkout_id=cart.id, gateway="dummy", action="charge", amount=Money(1, "USD"), frozen={}, live=None)
    assert purge_expired() == 0
    assert Checkout.objects.get() == cart


def test_an_order_outlives_its_cart_with_its_addresses():
    address = make_address()
    cart = make_checkout(make_variant(), expires_at=LONG_AGO, shipping_address=address, billing_address=make_address())
    order = Order.objects.create(
        number=10**9,
        checkout_id=cart.id,
        channel=cart.channel,
        email="a@example.com",
        currency="USD",
        subtotal_net=0,
        subtotal_gross=0,
        total_net=0,
        total_gross=0,
        shipping_address=address,
    )
    Checkout.objects.filter(id=cart.id).update(order=order)
    assert purge_expired() == 1
    order.refresh_from_db()
    assert (order.checkout_id, order.shipping_address) == (cart.id, address)
    assert list(Address.objects.all()) == [address]


def test_a_merged_guest_cart_goes_and_the_customers_stays():
    ada = make_customer()
    own, guest = make_checkout(user=ada), make_checkout(make_variant())
    merge_checkouts(guest_checkout_id=guest.id, actor=customer_actor(ada))
    Checkout.objects.filter(id=guest.id).update(expires_at=LONG_AGO)
    assert purge_expired() == 1
    own.refresh_from_db()
    assert own.lines.count() == 1
