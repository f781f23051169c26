"""What becomes of orders."""

from __future__ import annotations

import pytest

from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import NotFound, PermissionDenied
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.inventory.models import Allocation, Stock
from commerce.orders.errors import NothingToCapture, NotThatMany, OrderCannotMove
from commerce.orders.models import FulfillmentLine, Order
from commerce.orders.services import cancel_order, capture_order, follow_payments, fulfil_order, refund_order
from commerce.payments.errors import AmountTooLarge
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import run_due_operations
from tests.factories import make_channel, make_variant, staff_actor
from tests.shoppers import add_line, assert_all_is_well, paying, ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
CLERK = staff_actor(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)


def an_order(quantity: int = 3, *, action: str = "charge") -> Order:
    checkout = ready_checkout(make_variant(stock=5), quantity)
    payment = paying()
    payment = type(payment)(payment.gateway, payment.data, PaymentAttempt.Action(action))
    return complete_checkout(checkout_id=checkout.id, payment=payment, actor=ANONYMOUS)


def let_money_move(order: Order) -> None:
    """The sweeper and the relay, once."""
    run_due_operations()
    follow_payments(list(Event.objects.filter(type="payment.moved").order_by("sequence")))
    order.refresh_from_db()


def test_orders_that_have_the_amounts_of_their_payments_are_left_alone() -> None:
    orders = [an_order() for _ in range(3)]
    moved = list(Event.objects.filter(type="payment.moved").order_by("sequence"))
    with recorded_statements() as seen:
        follow_payments(moved)
    assert len(seen) == 1, seen
    Order.objects.filter(id__in=[orders[0].id, orders[2].id]).update(charged_amount=0, authorized_amount=0)
    follow_payments(moved)
    found = {order.id: order for order in Order.objects.all()}
    assert [found[order.id].charged_amount for order in orders] == [order.charged_amount for order in orders]
    assert [found[order.id].version - order.version for order in orders] == [1, 0, 1]


def test_numbers_grow() -> None:
    first, second = an_order(), an_order()
    assert second.number > first.number > 1000


def test_a_parcel_with_a_part_and_then_the_rest() -> None:
    order = an_order(3)
    line = order.lines.get()
    fulfil_order(order_id=order.id, lines={line.id: 2}, tracking_number="TN1", actor=CLERK)
    order.refresh_from_db()
    assert order.status == Order.Status.PARTIALLY_FULFILLED
    fulfil_order(order_id=order.id, actor=CLERK)
    order.refresh_from_db()
    stock = Stock.objects.get(variant_id=line.variant_id)
    assert (order.status, stock.on_hand, stock.reserved) == (Order.Status.FULFILLED, 2, 0)
    assert set(FulfillmentLine.objects.values_list("stock_id_snapshot", flat=True)) == {stock.id}
    sent = Event.objects.filter(type="order.fulfilled").order_by("sequence")
    assert [(event.sequence, event.payload["lines"][0]["quantity"]) for event in sent] == [(2, 2), (3, 1)]
    assert_all_is_well()


def test_no_more_is_sent_than_was_bought() -> None:
    order = an_order(3)
    line = order.lines.get()
    for units in (0, -1, 4):
        with pytest.raises(NotThatMany):
            fulfil_order(order_id=order.id, lines={line.id: units}, actor=CLERK)
    fulfil_order(order_id=order.id, actor=CLERK)
    with pytest.raises(NotThatMany):
        fulfil_order(order_id=order.id, lines={line.id: 1}, actor=CLERK)


def test_goods_without_stock_are_sent_too() -> None:
    checkout = ready_checkout(make_variant(stock=5))
    add_line(checkout, make_variant(stock=None, track_inventory=False), 2)
    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    fulfil_order(order_id=order.id, actor=CLERK)
    order.refresh_from_db()
    assert order.status == Order.Status.FULFILLED


def test_a_cancelled_order_frees_its_goods_and_gives_its_money_back() -> None:
    order = an_order(3)
    cancel_order(order_id=order.id, actor=CLERK)
    let_money_move(order)
    assert (order.status, order.refunded_amount) == (Order.Status.CANCELED, order.charged_amount)
    assert not Allocation.objects.exists()
    assert Event.objects.filter(type="order.cancelled").count() == 1
    assert_all_is_well()


def test_what_was_sent_cannot_be_cancelled_nor_anything_twice() -> None:
    sent, gone = an_order(), an_order()
    fulfil_order(order_id=sent.id, actor=CLERK)
    cancel_order(order_id=gone.id, actor=CLERK)
    for order in (sent, gone):
        with pytest.raises(OrderCannotMove):
            cancel_order(order_id=order.id, actor=CLERK)
    with pytest.raises(OrderCannotMove):
        fulfil_order(order_id=gone.id, actor=CLERK)


def test_authorized_money_is_captured_and_the_order_is_paid() -> None:
    order = an_order(action="authorize")
    assert not Event.objects.filter(type="order.paid").exists()
    capture_order(order_id=order.id, actor=CLERK)
    let_money_move(order)
    assert order.charged_amount == order.total_gross
    assert Event.objects.filter(type="order.paid").count() == 1
    with pytest.raises(NothingToCapture):
        capture_order(order_id=order.id, actor=CLERK)
    assert_all_is_well()


def test_a_refund_in_parts_never_exceeds_the_charge() -> None:
    order = an_order()
    refund_order(order_id=order.id, amount=1000, actor=CLERK)
    with pytest.raises(AmountTooLarge):
        refund_order(order_id=order.id, amount=order.total_gross, actor=CLERK)
    refund_order(order_id=order.id, actor=CLERK)
    let_money_move(order)
    assert order.refunded_amount == order.total_gross
    with pytest.raises(NothingToCapture):
        refund_order(order_id=order.id, actor=CLERK)


def test_only_staff_of_the_channel_move_orders() -> None:
    order = an_order()
    elsewhere = staff_actor(Permission.MANAGE_ORDERS, channels=[make_channel("eu")])
    for verb in (cancel_order, fulfil_order, capture_order, refund_order):
        with pytest.raises(PermissionDenied):
            verb(order_id=order.id, actor=ANONYMOUS)
        with pytest.raises(NotFound):
            verb(order_id=order.id, actor=elsewhere)
    assert Order.objects.get().version == 1
