"""The whole story: a cart becomes an order, or says clearly why not, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from commerce.checkout.complete import complete_checkout
from commerce.checkout.pay import initialize_transaction, process_transaction
from commerce.checkout.payment_errors import NotFullyPaid, TotalChanged
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import CommerceError, NotFound, Rejected
from commerce.core.money import Money
from commerce.events.models import Event
from commerce.inventory.models import Allocation, Reservation, Stock
from commerce.inventory.services import release_reservations
from commerce.orders.models import Order
from commerce.orders.services import place_order
from commerce.payments.errors import (
    ActionRequired,
    AlreadyProcessed,
    GatewayNotFound,
    GatewayUnavailable,
    PaymentDeclined,
    PaymentInProgress,
)
from commerce.payments.gateways import gateway_by_id
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import guard_cart_edit, live_attempt, run_due_operations
from commerce.payments.states import AttemptState
from tests.factories import customer_actor, make_channel, make_customer, make_variant
from tests.shoppers import add_line, assert_all_is_well, kept, paying, ready_checkout, total_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


def test_a_paid_cart_becomes_an_order_and_partners_hear_of_it() -> None:
    mug = make_variant(price=1200, stock=5)
    checkout = ready_checkout(mug, 2)

    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)

    assert (order.total_gross, order.charged_amount, order.status) == (2900, 2900, Order.Status.UNFULFILLED)
    assert [(line.sku, line.quantity, line.total_gross) for line in order.lines.all()] == [(mug.sku, 2, 2400)]
    stock = Stock.objects.get(variant=mug)
    assert (stock.on_hand, stock.reserved) == (5, 2)
    assert (Reservation.objects.count(), Allocation.objects.get().quantity) == (0, 2)
    placed = Event.objects.get(type="order.placed").payload
    assert (placed["number"], placed["total_gross"], placed["lines"][0]["sku"]) == (str(order.number), 2900, mug.sku)
    assert not any("token" in name for name in placed)
    assert_all_is_well()


def test_an_order_keeps_its_own_copy_of_the_address() -> None:
    checkout = ready_checkout(make_variant())
    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)

    checkout.shipping_address.city = "Elsewhere"
    checkout.shipping_address.save()

    order.refresh_from_db()
    assert order.shipping_address_id != checkout.shipping_address_id
    assert order.shipping_address.city == "Mountain View"


def test_completing_twice_gives_the_same_order_and_charges_once() -> None:
    checkout = ready_checkout(make_variant())
    first = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    second = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    assert first == second
    assert PaymentAttempt.objects.count() == 1


def test_the_second_buyer_of_the_last_mug_is_told_so_and_not_charged() -> None:
    mug = make_variant(stock=1)
    first, second = ready_checkout(mug), ready_checkout(mug)
    complete_checkout(checkout_id=first.id, payment=paying(), actor=ANONYMOUS)

    with pytest.raises(Rejected) as refused:
        complete_checkout(checkout_id=second.id, payment=paying(), actor=ANONYMOUS)

    (error,) = refused.value.errors
    assert (error.code, error.path) == ("INSUFFICIENT_STOCK", ("lines", "0", "quantity"))
    assert error.facts == {"available_quantity": 0}
    assert not PaymentAttempt.objects.filter(checkout_id=second.id).exists()
    assert_all_is_well()


def test_a_declined_card_leaves_the_cart_and_gives_the_goods_back() -> None:
    mug = make_variant(stock=1)
    checkout = ready_checkout(mug)
    with pytest.raises(PaymentDeclined):
        complete_checkout(checkout_id=checkout.id, payment=paying("decline"), actor=ANONYMOUS)
    assert Stock.objects.get(variant=mug).reserved == 0

    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    assert order.charged_amount == order.total_gross
    assert_all_is_well()


def test_three_d_secure_and_then_the_order() -> None:
    checkout = ready_checkout(make_variant())
    with pytest.raises(ActionRequired) as asked:
        complete_checkout(checkout_id=checkout.id, payment=paying("3ds"), actor=ANONYMOUS)
    attempt_id = asked.value.facts["transaction_id"]
    assert asked.value.facts["data"]["answers"] == ["passed", "failed"]

    attempt = process_transaction(attempt_id=attempt_id, data={"challenge": "passed"}, actor=ANONYMOUS)
    assert attempt.state == AttemptState.CHARGED
    order = complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)
    assert order.charged_amount == order.total_gross
    assert_all_is_well()


def test_a_failed_challenge_charges_nothing_and_cannot_be_repeated() -> None:
    checkout = ready_checkout(make_variant())
    begun = initialize_transaction(checkout_id=checkout.id, payment=paying("3ds"), actor=ANONYMOUS)
    ended = process_transaction(attempt_id=begun.id, data={"challenge": "failed"}, actor=ANONYMOUS)
    assert ended.state == AttemptState.DECLINED
    with pytest.raises(AlreadyProcessed):
        process_transaction(attempt_id=begun.id, data={"challenge": "passed"}, actor=ANONYMOUS)
    with pytest.raises(NotFullyPaid):
        complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)
    assert_all_is_well()


def test_the_storefront_way_pays_first_and_completes_after() -> None:
    checkout = ready_checkout(make_variant())
    attempt = initialize_transaction(
        checkout_id=checkout.id, payment=paying(), amount=total_of(checkout), actor=ANONYMOUS
    )
    again = initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    order = complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)
    assert attempt.id == again.id
    assert PaymentAttempt.objects.get().order_id == order.id
    assert_all_is_well()


def test_a_price_change_between_payment_and_order_does_not_touch_the_shopper() -> None:
    mug = make_variant(price=1000)
    checkout = ready_checkout(mug)
    initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    mug.channel_listings.update(price_amount=9900)

    order = complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)

    assert order.total_gross == order.charged_amount == 1500
    assert_all_is_well()


def test_a_cart_that_grew_after_it_was_paid_is_not_sold_and_the_money_goes_back() -> None:
    mug = make_variant(price=1000)
    checkout = ready_checkout(mug)
    initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    _change(checkout, lambda: add_line(checkout, make_variant(price=100)))

    with pytest.raises(NotFullyPaid) as refused:
        complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)

    assert refused.value.facts["current_total"].gross == Money(1600, "USD")
    assert kept(checkout) == 1500
    run_due_operations()
    assert kept(checkout) == 0
    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    assert order.charged_amount == 1600
    assert_all_is_well()


def test_never_charged_more_than_was_shown() -> None:
    checkout = ready_checkout(make_variant(price=1000))
    shown = Money(1400, "USD")
    with pytest.raises(TotalChanged) as refused:
        complete_checkout(checkout_id=checkout.id, payment=paying(), expected_total=shown, actor=ANONYMOUS)
    assert refused.value.facts["current_total"].gross == Money(1500, "USD")
    with pytest.raises(TotalChanged):
        initialize_transaction(checkout_id=checkout.id, payment=paying(), amount=shown, actor=ANONYMOUS)
    assert not PaymentAttempt.objects.exists()


def test_goods_that_were_given_back_while_paying_and_sold_to_another_are_refunded() -> None:
    mug = make_variant(stock=1)
    slow, quick = ready_checkout(mug), ready_checkout(mug)
    initialize_transaction(checkout_id=slow.id, payment=paying(), actor=ANONYMOUS)
    _change(slow, lambda: release_reservations(slow.id), version=False)
    complete_checkout(checkout_id=quick.id, payment=paying(), actor=ANONYMOUS)

    with pytest.raises(Rejected) as refused:
        complete_checkout(checkout_id=slow.id, actor=ANONYMOUS)

    assert refused.value.errors[0].code == "INSUFFICIENT_STOCK"
    run_due_operations()
    assert (kept(slow), Order.objects.count()) == (0, 1)
    assert_all_is_well()


def test_an_edit_while_the_shopper_confirms_gives_that_payment_up() -> None:
    mug = make_variant(stock=1)
    checkout = ready_checkout(mug)
    begun = initialize_transaction(checkout_id=checkout.id, payment=paying("3ds"), actor=ANONYMOUS)
    _change(checkout, lambda: guard_cart_edit(checkout.id, live_attempt(checkout.id)))

    assert Stock.objects.get(variant=mug).reserved == 0
    with pytest.raises(AlreadyProcessed):
        process_transaction(attempt_id=begun.id, data={"challenge": "passed"}, actor=ANONYMOUS)
    run_due_operations()
    begun.refresh_from_db()
    assert begun.state == AttemptState.VOIDED


def test_no_edit_while_nobody_knows_whether_money_moved() -> None:
    checkout = ready_checkout(make_variant())
    with pytest.raises(PaymentInProgress):
        complete_checkout(checkout_id=checkout.id, payment=paying("timeout_charged"), actor=ANONYMOUS)
    with pytest.raises(PaymentInProgress):
        _change(checkout, lambda: guard_cart_edit(checkout.id, live_attempt(checkout.id)))


def test_a_challenge_passed_after_the_payment_was_given_up_is_refunded() -> None:
    checkout = ready_checkout(make_variant())
    begun = initialize_transaction(checkout_id=checkout.id, payment=paying("3ds"), actor=ANONYMOUS)
    _change(checkout, lambda: guard_cart_edit(checkout.id, live_attempt(checkout.id)))
    gateway_by_id("dummy").process(begun.reference, {"challenge": "passed"}, key="the browser was quicker")

    run_due_operations()

    begun.refresh_from_db()
    assert begun.charged_amount == begun.refunded_amount == begun.amount
    assert_all_is_well()


def test_a_busy_gateway_says_so_and_leaves_nothing_behind() -> None:
    mug = make_variant(stock=1)
    checkout = ready_checkout(mug)
    with pytest.raises(GatewayUnavailable):
        complete_checkout(checkout_id=checkout.id, payment=paying("busy"), actor=ANONYMOUS)
    assert Stock.objects.get(variant=mug).reserved == 0
    complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)


def test_authorized_money_is_enough_for_an_order() -> None:
    checkout = ready_checkout(make_variant())
    payment = paying()
    authorize = type(payment)(payment.gateway, payment.data, PaymentAttempt.Action.AUTHORIZE)
    order = complete_checkout(checkout_id=checkout.id, payment=authorize, actor=ANONYMOUS)
    assert (order.authorized_amount, order.charged_amount) == (order.total_gross, 0)


def test_an_unknown_gateway_and_an_incomplete_cart_are_refused_before_anything_happens() -> None:
    checkout = ready_checkout(make_variant())
    with pytest.raises(GatewayNotFound):
        complete_checkout(checkout_id=checkout.id, payment=type(paying())("nobody"), actor=ANONYMOUS)
    empty = ready_checkout(make_variant(), email="", billing_address=None)
    with pytest.raises(Rejected) as refused:
        complete_checkout(checkout_id=empty.id, payment=paying(), actor=ANONYMOUS)
    assert {error.code for error in refused.value.errors} == {"EMAIL_NOT_SET", "BILLING_ADDRESS_NOT_SET"}
    assert not PaymentAttempt.objects.exists()
    assert_all_is_well()


def test_a_cart_without_payment_is_an_order_only_where_the_channel_says_so() -> None:
    checkout = ready_checkout(make_variant())
    with pytest.raises(NotFullyPaid):
        complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)
    trusting = make_channel("wholesale", allow_unpaid_orders=True)
    promised = ready_checkout(make_variant(channel=trusting), channel=trusting)
    order = complete_checkout(checkout_id=promised.id, actor=ANONYMOUS)
    assert (order.charged_amount, order.status) == (0, Order.Status.UNFULFILLED)
    assert Allocation.objects.filter(order_id=order.id).exists()


def test_nobody_completes_or_continues_the_payment_of_another_customers_cart() -> None:
    owner = make_customer()
    checkout = ready_checkout(make_variant(), user=owner)
    begun = initialize_transaction(checkout_id=checkout.id, payment=paying("3ds"), actor=customer_actor(owner))
    for stranger in (ANONYMOUS, customer_actor(make_customer())):
        with pytest.raises(NotFound):
            complete_checkout(checkout_id=checkout.id, payment=paying(), actor=stranger)
        with pytest.raises(NotFound):
            process_transaction(attempt_id=begun.id, data={"challenge": "passed"}, actor=stranger)


def test_a_customers_address_goes_into_their_book() -> None:
    owner = make_customer()
    checkout = ready_checkout(make_variant(), user=owner)
    complete_checkout(checkout_id=checkout.id, payment=paying(), actor=customer_actor(owner))
    assert owner.addresses.count() == 1


def _change(checkout: object, work: Callable[[], object], *, version: bool = True) -> None:
    """Edit a cart as its own verbs do: locked, and with the next version."""
    from django.db import transaction
    from django.db.models import F

    from commerce.checkout.models import Checkout

    with transaction.atomic():
        Checkout.objects.select_for_update(no_key=True).get(id=checkout.id)
        work()
        if version:
            Checkout.objects.filter(id=checkout.id).update(version=F("version") + 1)


def test_beginning_to_pay_again_after_a_price_change_does_not_pay_again() -> None:
    mug = make_variant(price=1000)
    checkout = ready_checkout(mug)
    first = initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    mug.channel_listings.update(price_amount=9900)

    again = initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)

    assert again.id == first.id
    with pytest.raises(TotalChanged):
        complete_checkout(checkout_id=checkout.id, expected_total=Money(10400, "USD"), actor=ANONYMOUS)
    order = complete_checkout(checkout_id=checkout.id, expected_total=Money(1500, "USD"), actor=ANONYMOUS)
    assert order.total_gross == kept(checkout) == 1500


def test_a_cart_that_costs_nothing_needs_no_payment() -> None:
    gift = make_variant(price=0, is_shipping_required=False)
    checkout = ready_checkout(gift, delivery=None)
    checkout.delivery = None
    checkout.save()
    with pytest.raises(CommerceError):
        initialize_transaction(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    order = complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS)
    assert (order.total_gross, PaymentAttempt.objects.count()) == (0, 0)
    assert_all_is_well()


@pytest.mark.parametrize("times", [1, 2])
def test_money_is_written_down_although_its_order_cannot_be_placed(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """At once it fails, and perhaps in the transaction of its own as well; then the next try finds the money."""
    checkout = ready_checkout(make_variant(price=1000, stock=3))
    failures = iter(range(times))

    def place(**facts: Any) -> Order:
        if next(failures, None) is not None:
            raise RuntimeError("a fault of ours")
        return place_order(**facts)

    monkeypatch.setattr("commerce.checkout.complete.place_order", place)
    if times > 1:
        with pytest.raises(RuntimeError):
            complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
        assert PaymentAttempt.objects.get().state == AttemptState.CHARGED
        assert Order.objects.count() == 0

    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.order_id, attempt.charged_amount) == (AttemptState.CHARGED, order.id, 1500)
    assert_all_is_well()
