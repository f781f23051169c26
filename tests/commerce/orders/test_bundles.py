"""A bundle is bought: one line of the order, and its parts leave the shelves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.catalog.models import ProductVariant
from commerce.catalog.services import PartOfBundle, set_bundle, unpublish_product
from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.pay import initialize_transaction
from commerce.checkout.problems import InsufficientStock, problems
from commerce.checkout.quote import quote
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import Rejected
from commerce.inventory.models import Allocation, Reservation, Stock
from commerce.inventory.services import release_expired_reservations
from commerce.orders.models import FulfillmentLine, Order
from commerce.orders.services import cancel_order, fulfil_order
from tests.commerce.catalog.test_bundles import make_bundle
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.shoppers import add_line, assert_all_is_well, paying, ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


class TeaSet:
    """A pot and two cups; of the pots there are 5, of the cups 7, in two warehouses."""

    def __init__(self) -> None:
        self.pot, self.cup = make_variant(stock=5), make_variant(stock=4)
        stock_up(self.cup, 3, warehouse=make_warehouse("second"))
        self.bundle = make_bundle((self.pot, 1), (self.cup, 2))

    def of(self, variant: ProductVariant) -> tuple[int, int]:
        """On hand and reserved."""
        stocks = Stock.objects.filter(variant=variant)
        return sum(stock.on_hand for stock in stocks), sum(stock.reserved for stock in stocks)


def bought(checkout: Checkout) -> Order:
    return complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)


def shortages(checkout: Checkout) -> list[tuple[object, int]]:
    cart = Checkout.objects.select_related("channel").get(id=checkout.id)
    found = problems(cart, quote(cart))
    return [(each.line.variant, each.available_quantity) for each in found if isinstance(each, InsufficientStock)]


def test_one_line_is_bought_and_the_parts_are_set_aside_sent_in_parcels_and_gone() -> None:
    tea = TeaSet()
    order = bought(ready_checkout(tea.bundle, 3))
    line = order.lines.get()
    assert (line.quantity, line.unit_net, line.total_net) == (3, 2500, 7500)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 3), (7, 6))
    assert set(Allocation.objects.values_list("order_line_id", flat=True)) == {line.id}
    assert_all_is_well()

    set_bundle(variant_id=tea.bundle.id, parts=[PartOfBundle(tea.pot.id, 4)], pricing=None, actor=SYSTEM)
    fulfil_order(order_id=order.id, lines={line.id: 1}, actor=SYSTEM)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((4, 2), (5, 4)), "what was bought is sent, not what it is made of now"
    fulfil_order(order_id=order.id, actor=SYSTEM)
    order.refresh_from_db()
    assert (tea.of(tea.pot), tea.of(tea.cup), order.status) == ((2, 0), (1, 0), Order.Status.FULFILLED)
    parcels = FulfillmentLine.objects.order_by("id").values_list("quantity", "stock_id_snapshot")
    assert list(parcels) == [(1, None), (2, None)]
    assert_all_is_well()


def test_a_cancelled_bundle_gives_its_parts_back() -> None:
    tea = TeaSet()
    order = bought(ready_checkout(tea.bundle, 2))
    cancel_order(order_id=order.id, actor=SYSTEM)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 0), (7, 0))
    assert not Allocation.objects.exists()


def test_a_part_that_is_also_in_the_cart_by_itself_adds_up() -> None:
    tea = TeaSet()
    cart = ready_checkout(tea.bundle, 3)
    cups = add_line(cart, tea.cup, 1)
    assert shortages(cart) == []
    type(cups).objects.filter(id=cups.id).update(quantity=2)
    assert shortages(cart) == [(tea.bundle, 2), (tea.cup, 1)]
    with pytest.raises(Rejected) as refused:
        bought(cart)
    assert [error.code for error in refused.value.errors] == ["INSUFFICIENT_STOCK"]
    assert not Order.objects.exists()
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 0), (7, 0))
    type(cups).objects.filter(id=cups.id).update(quantity=1)
    order = bought(cart)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 3), (7, 7))
    fulfil_order(order_id=order.id, actor=SYSTEM)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((2, 0), (0, 0))
    assert_all_is_well()


def test_two_bundles_share_a_part() -> None:
    tea = TeaSet()
    pair = make_bundle((tea.cup, 2))
    cart = ready_checkout(tea.bundle, 2)
    add_line(cart, pair, 2)
    assert shortages(cart) == [(tea.bundle, 1), (pair, 1)]


def test_what_was_set_aside_and_swept_is_free_again_and_taken_anew() -> None:
    tea = TeaSet()
    cart = ready_checkout(tea.bundle, 3)
    initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 3), (7, 6))
    Reservation.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    release_expired_reservations()
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 0), (7, 0))
    complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 3), (7, 6))
    assert_all_is_well()


def test_a_bundle_that_is_made_of_other_things_by_then_is_set_aside_anew() -> None:
    tea = TeaSet()
    cart = ready_checkout(tea.bundle, 1)
    initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    parts = [PartOfBundle(tea.pot.id, 2), PartOfBundle(tea.cup.id, 1)]
    set_bundle(variant_id=tea.bundle.id, parts=parts, pricing=None, actor=SYSTEM)
    complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 2), (7, 1))
    assert_all_is_well()


def test_a_bundle_with_a_hidden_part_is_not_bought() -> None:
    tea = TeaSet()
    cart = ready_checkout(tea.bundle, 1)
    unpublish_product(product_id=tea.cup.product_id, channel=make_channel(), actor=SYSTEM)
    assert shortages(cart) == [(tea.bundle, 0)]
    with pytest.raises(Rejected) as refused:
        bought(cart)
    assert [error.code for error in refused.value.errors] == ["INSUFFICIENT_STOCK"]
    assert (tea.of(tea.pot), tea.of(tea.cup)) == ((5, 0), (7, 0))


def test_parts_without_stock_are_sent_without_it() -> None:
    manual = make_variant(stock=None, track_inventory=False)
    pot = make_variant(stock=2)
    order = bought(ready_checkout(make_bundle((pot, 1), (manual, 1)), 2))
    fulfil_order(order_id=order.id, actor=SYSTEM)
    stock = Stock.objects.get(variant=pot)
    assert (stock.on_hand, stock.reserved) == (0, 0)
    assert_all_is_well()


def test_statements_of_a_purchase_do_not_grow_with_parts_nor_for_bundles() -> None:
    def statements_of(cart: Checkout) -> int:
        with recorded_statements() as statements:
            bought(cart)
        return len(statements)

    few = make_bundle((make_variant(), 1), (make_variant(), 1))
    many = make_bundle(*((make_variant(), 1) for _ in range(20)))
    assert statements_of(ready_checkout(many)) == statements_of(ready_checkout(few))
