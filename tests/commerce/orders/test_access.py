"""Who sees an order, and how much of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.orders.access import access_token, hash_of_token, token_for_buyer
from commerce.orders.masking import masked_address, masked_email
from commerce.orders.models import Order
from commerce.orders.queries import find_order, orders_for_staff, orders_of_customer
from tests.factories import customer_actor, make_channel, make_customer, make_variant, staff_actor
from tests.shoppers import paying, ready_checkout

pytestmark = pytest.mark.django_db


def bought_by(actor: Actor = ANONYMOUS, **fields: object) -> Order:
    checkout = ready_checkout(make_variant(), **fields)
    return complete_checkout(checkout_id=checkout.id, payment=paying(), actor=actor)


def grow_old(order: Order) -> None:
    Order.objects.filter(id=order.id).update(created_at=timezone.now() - timedelta(hours=25))
    order.refresh_from_db()


def test_a_customers_order_is_theirs_alone_and_another_looks_like_none() -> None:
    ada, eve = make_customer(), make_customer()
    order = bought_by(customer_actor(ada), user=ada)
    assert find_order(order.id, actor=customer_actor(ada)) == order
    for stranger in (ANONYMOUS, customer_actor(eve), staff_actor(Permission.MANAGE_PRODUCTS)):
        assert find_order(order.id, actor=stranger) is None
        assert find_order(uuid4(), actor=stranger) is None
    assert list(orders_of_customer(customer_actor(ada))) == [order]
    assert not orders_of_customer(customer_actor(eve)).exists()
    assert not orders_of_customer(ANONYMOUS).exists()


def test_staff_see_the_orders_of_their_channels() -> None:
    ada = make_customer()
    order = bought_by(customer_actor(ada), user=ada)
    here = staff_actor(Permission.MANAGE_ORDERS, channels=[make_channel()])
    elsewhere = staff_actor(Permission.MANAGE_ORDERS, channels=[make_channel("eu")])
    nowhere = staff_actor(Permission.MANAGE_ORDERS, channels=[])
    assert find_order(order.id, actor=here) == order
    assert list(orders_for_staff(here)) == [order]
    for other in (elsewhere, nowhere):
        assert find_order(order.id, actor=other) is None
        assert not orders_for_staff(other).exists()


def test_a_guests_order_hides_who_bought_after_a_day_unless_the_token_is_shown() -> None:
    order = bought_by()
    fresh = find_order(order.id, actor=ANONYMOUS)
    assert fresh is not None
    assert masked_email(fresh) == "shopper@example.com"
    grow_old(order)

    for token in (None, "", "0", "x" * 64, "\ud800", hash_of_token(access_token(order))):
        old = find_order(order.id, access_token=token, actor=ANONYMOUS)
        assert old is not None
        assert masked_email(old) == "s…@e…"
        address = masked_address(old, old.shipping_address)
        assert address is not None
        assert (address.first_name, address.street_address_1, address.phone) == ("A…", "1…", "+…")
        assert address.country == "US"

    opened = find_order(order.id, access_token=access_token(order), actor=ANONYMOUS)
    assert opened is not None
    assert masked_email(opened) == "shopper@example.com"
    assert masked_address(opened, opened.shipping_address) == opened.shipping_address


def test_staff_of_the_channel_are_told_who_bought() -> None:
    order = bought_by()
    grow_old(order)
    seen = find_order(order.id, actor=staff_actor(Permission.MANAGE_ORDERS))
    assert seen is not None
    assert not seen.is_masked


def test_the_token_opens_its_own_order_only_and_is_nowhere_to_be_read() -> None:
    first, second = bought_by(), bought_by()
    grow_old(second)
    token = access_token(first)
    other = find_order(second.id, access_token=token, actor=ANONYMOUS)
    assert other is not None
    assert other.is_masked
    assert token not in str(Order.objects.filter(id=first.id).values().get())
    assert not any(token in str(event.payload) for event in Event.objects.all())


def test_the_token_is_given_to_the_buyer_again_for_a_day() -> None:
    order = bought_by()
    assert token_for_buyer(order) == access_token(order)
    grow_old(order)
    assert token_for_buyer(order) is None
