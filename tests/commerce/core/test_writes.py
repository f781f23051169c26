"""Inserts, changes and deletions that go in one statement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import IntegrityError, transaction

from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.records import fresh
from commerce.core.writes import Writes
from commerce.inventory.models import Reservation
from tests.factories import make_channel, make_checkout, make_variant
from tests.shoppers import kept, ready_checkout
from tests.statements import Statements

pytestmark = pytest.mark.django_db


def test_a_line_comes_a_cart_changes_and_what_was_set_aside_goes_in_one_statement(
    query_count: Callable[[], AbstractContextManager[Statements]],
) -> None:
    mug, plate = make_variant(stock=5), make_variant(stock=5)
    cart = make_checkout(mug)
    before = cart.updated_at
    writes = Writes()
    writes.insert(fresh(CheckoutLine, checkout_id=cart.id, variant_id=plate.id, quantity=2))
    writes.change(cart, email="ada@example.com")
    writes.change(cart, version=cart.version + 1)
    writes.delete(Reservation, checkout_id=cart.id)
    with query_count() as statements:
        writes.send()
    assert len(statements) == 1
    stored = Checkout.objects.get(id=cart.id)
    assert (stored.email, stored.version) == ("ada@example.com", cart.version)
    assert stored.updated_at == cart.updated_at > before
    assert set(cart.lines.values_list("variant_id", "quantity")) == {(mug.id, 1), (plate.id, 2)}


def test_what_was_set_aside_is_gone_with_the_statement_that_deletes_it() -> None:
    cart = ready_checkout(make_variant(stock=5))
    other = ready_checkout(make_variant(stock=5))
    for each in (cart, other):
        line = each.lines.get()
        stock = line.variant.stocks.get()
        Reservation.objects.create(
            checkout_id=each.id, checkout_line_id=line.id, stock=stock, quantity=1, expires_at=each.expires_at
        )
    writes = Writes()
    writes.delete(Reservation, checkout_id=cart.id)
    writes.send()
    assert (kept(cart), Reservation.objects.filter(checkout_id=other.id).count()) == (0, 1)


def test_a_row_that_is_yet_to_be_inserted_is_inserted_as_it_was_changed() -> None:
    cart = fresh(Checkout, channel=make_channel(), expires_at=make_checkout(make_variant()).expires_at)
    writes = Writes()
    writes.insert(cart)
    writes.change(cart, email="ada@example.com")
    writes.send()
    assert Checkout.objects.get(id=cart.id).email == "ada@example.com"
    assert not cart._state.adding


def test_nothing_is_sent_twice_and_nothing_for_nothing(
    query_count: Callable[[], AbstractContextManager[Statements]],
) -> None:
    cart = make_checkout(make_variant())
    writes = Writes()
    with query_count() as statements:
        writes.send()
        writes.change(cart, email="ada@example.com")
        writes.send()
        writes.send()
    assert len(statements) == 1


def test_a_table_that_refuses_one_part_gets_none_of_it() -> None:
    cart = make_checkout(make_variant())
    line = cart.lines.get()
    writes = Writes()
    writes.change(cart, email="ada@example.com")
    writes.insert(fresh(CheckoutLine, id=line.id, checkout_id=cart.id, variant_id=line.variant_id, quantity=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        writes.send()
    assert Checkout.objects.get(id=cart.id).email != "ada@example.com"
