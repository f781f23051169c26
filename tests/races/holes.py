"""The holes that other shops are known for. Each is a story that holds here, and that fails without the rule for it.

A rule is taken away in earnest: its words leave the SQL, its lock is not taken, its constraint is dropped. What the
table itself forbids is dropped along with the rule that keeps a shopper from ever running into it.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from commerce.accounts.addresses import AddressData
from commerce.catalog.models import VariantChannelListing
from commerce.checkout.access import lock_paid_for
from commerce.checkout.complete import complete_checkout, settle
from commerce.checkout.inputs import NewAddress, NewLine
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.pay import initialize_transaction, process_transaction
from commerce.checkout.reconcile import reconcile_payments
from commerce.checkout.services import add_lines, merge_checkouts, set_email, set_shipping_address
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.money import Money
from commerce.inventory.models import Reservation
from commerce.inventory.queries import available_quantity
from commerce.inventory.rows import _FITS
from commerce.inventory.services import Count, release_expired_reservations, set_on_hand_many
from commerce.orders.models import Order
from commerce.payments.gateways import gateway_by_id
from commerce.payments.models import PaymentAttempt, PaymentEvent
from commerce.payments.provider import Outcome, Status
from commerce.payments.services import lock_attempt, record_outcome, run_due_operations
from tests.commerce.checkout.carts import HOME
from tests.factories import (
    customer_actor,
    make_channel,
    make_customer,
    make_tax_rate,
    make_variant,
    make_warehouse,
    stock_up,
)
from tests.races.crowd import crowd, deadlocks, hesitate, told
from tests.shoppers import add_line, assert_all_is_well, kept, paying, ready_checkout, total_of

AT_COMMIT = "commerce.inventory.services.reservations.shift_at_commit"
RESERVING = "commerce.inventory.services.reservations.shift_reserved"
ENOUGH = f" AND {_FITS.format(delta='$2')}"
ENOUGH_OF_ALL = f" AND {_FITS.format(delta='asked.delta')}"


def buy(checkout: Checkout, outcome: str = "approve", **arguments: Any) -> str:
    """Pay and complete; the order's id."""
    paid = {"payment": paying(outcome), **arguments}
    return str(complete_checkout(checkout_id=checkout.id, actor=ANONYMOUS, **paid).id)


def notify(attempt: PaymentAttempt, status: Status = Status.CHARGED) -> None:
    """The gateway says of itself how the payment stands."""
    moved = attempt.amount if status is Status.CHARGED else 0
    with transaction.atomic():
        lock_paid_for(attempt.id)
        news = Outcome(status, attempt.reference, Money(moved, attempt.currency))
        record_outcome(lock_attempt(attempt.id), news)
    if status is Status.CHARGED:
        settle(checkout_id=attempt.checkout_id, attempt_id=attempt.id, actor=SYSTEM)


def sold() -> Counter[UUID]:
    """Units of each variant in orders."""
    units = Counter[UUID]()
    for order in Order.objects.prefetch_related("lines"):
        for line in order.lines.all():
            assert line.variant_id is not None
            units[line.variant_id] += line.quantity
    return units


def more_is_sold_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, AT_COMMIT, RESERVING, seconds=1)
    mug = make_variant(stock=3)
    carts = [ready_checkout(mug) for _ in range(20)]
    results = crowd(lambda index: told(lambda: buy(carts[index])), 20)
    assert Counter(result.value for result in results) == {"done": 3, "INSUFFICIENT_STOCK": 17}
    assert sold() == {mug.id: 3}
    assert PaymentAttempt.objects.count() == 3, "nobody else was even asked for money"
    assert_all_is_well()


def more_is_sold_of_several_things_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, AT_COMMIT, RESERVING, seconds=1)
    mug, cup = make_variant(stock=2), make_variant(stock=50)
    stock_up(mug, 1, warehouse=make_warehouse("second"))
    carts = [ready_checkout(mug) for _ in range(20)]
    for cart in carts:
        add_line(cart, cup, 2)
    results = crowd(lambda index: told(lambda: buy(carts[index])), 20)
    assert Counter(result.value for result in results) == {"done": 3, "INSUFFICIENT_STOCK": 17}
    assert sold() == {mug.id: 3, cup.id: 6}
    assert_all_is_well()


def units_of_orders_are_counted_as_free(_: pytest.MonkeyPatch) -> None:
    channel = make_channel()
    mugs = [make_variant(stock=5) for _ in range(3)]
    for mug in mugs:
        buy(ready_checkout(mug, 4))
    assert available_quantity((mug.id for mug in mugs), channel) == dict.fromkeys((mug.id for mug in mugs), 1)
    main = make_warehouse().id
    refused = set_on_hand_many(rows=(Count(mug.id, main, 3) for mug in mugs), reason="set", actor=SYSTEM)
    assert [each.reserved for each in refused] == [4, 4, 4]
    for mug in mugs:
        assert told(lambda mug=mug: buy(ready_checkout(mug, 2))) == "INSUFFICIENT_STOCK"  # type: ignore[misc]
    assert_all_is_well()


def payments_are_taken_for_what_is_gone(_: pytest.MonkeyPatch) -> None:
    mug = make_variant(stock=0)
    carts = [ready_checkout(mug) for _ in range(8)]
    results = crowd(lambda index: told(lambda: buy(carts[index])), 8)
    assert {result.value for result in results} == {"INSUFFICIENT_STOCK"}
    assert PaymentAttempt.objects.count() == 0
    assert_all_is_well()


def money_is_kept_for_goods_that_were_sold_to_another(_: pytest.MonkeyPatch) -> None:
    mug = make_variant(stock=1)
    slow, quick = ready_checkout(mug), ready_checkout(mug)
    initialize_transaction(checkout_id=slow.id, payment=paying(), actor=ANONYMOUS)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    release_expired_reservations()
    buy(quick)
    assert told(lambda: complete_checkout(checkout_id=slow.id, actor=ANONYMOUS)) == "INSUFFICIENT_STOCK"
    run_due_operations()
    assert (kept(slow), Order.objects.count()) == (0, 1)
    assert_all_is_well()


def money_comes_and_no_order(_: pytest.MonkeyPatch) -> None:
    cart = ready_checkout(make_variant())
    assert told(lambda: buy(cart, "timeout_charged")) == "PAYMENT_IN_PROGRESS"
    reconcile_payments(quiet_for=timedelta(0))
    assert [order.total_gross for order in Order.objects.all()] == [kept(cart)]
    assert_all_is_well()


def an_order_for_the_shopper_and_another_for_the_notification(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.complete.place_order")
    cart = ready_checkout(make_variant())
    begun = initialize_transaction(checkout_id=cart.id, payment=paying("timeout_charged"), actor=ANONYMOUS)

    def work(index: int) -> str:
        if index % 2:
            return told(lambda: notify(begun))
        return told(lambda: complete_checkout(checkout_id=cart.id, actor=ANONYMOUS))

    results = crowd(work, 12)
    assert {result.value for result in results} <= {"done", "PAYMENT_IN_PROGRESS"}
    assert Order.objects.count() == 1
    assert kept(cart) == Order.objects.get().total_gross
    assert PaymentEvent.objects.filter(type="charged").count() == 1
    assert_all_is_well()


def the_confirmation_and_the_notification_are_two_charges(monkeypatch: pytest.MonkeyPatch) -> None:
    # Notifications look at a payment that waits for its shopper, and note the charge once somebody confirms it.
    hesitate(monkeypatch, "commerce.checkout.pay.claim_for_processing", seconds=0.15)
    hesitate(monkeypatch, "commerce.checkout.pay.record_outcome", f"{__name__}.record_outcome", seconds=0.6)
    cart = ready_checkout(make_variant())
    begun = initialize_transaction(checkout_id=cart.id, payment=paying("3ds"), actor=ANONYMOUS)
    passed = {"challenge": "passed"}

    def work(index: int) -> str:
        if index % 3:
            return told(lambda: process_transaction(attempt_id=begun.id, data=passed, actor=ANONYMOUS))
        return told(lambda: notify(begun))

    results = crowd(work, 8)
    payment = PaymentAttempt.objects.get()
    charges = PaymentEvent.objects.filter(type="charged").values_list("amount", flat=True)
    assert (payment.charged_amount, list(charges)) == (payment.amount, [payment.amount])
    assert payment.calls <= 2, "one of them went on with it"
    assert {result.value for result in results} == {"done"}
    assert_all_is_well()


def two_payments_of_one_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.pay.open_attempt")
    cart = ready_checkout(make_variant())
    results = crowd(lambda _: told(lambda: buy(cart)), 8)
    assert {result.value for result in results} == {"done"}
    assert (PaymentAttempt.objects.count(), kept(cart)) == (1, total_of(cart).amount)
    assert_all_is_well()


def an_order_is_made_from_a_payment_that_was_given_up(_: pytest.MonkeyPatch) -> None:
    cart = ready_checkout(make_variant())
    begun = initialize_transaction(checkout_id=cart.id, payment=paying("3ds"), actor=ANONYMOUS)
    set_email(checkout_id=cart.id, email="another@example.com", actor=ANONYMOUS)
    gateway_by_id("dummy").process(begun.reference, {"challenge": "passed"}, key="the browser was quicker")
    assert told(lambda: notify(begun)) == "CHECKOUT_NOT_FULLY_PAID"
    run_due_operations()
    assert (Order.objects.count(), kept(cart)) == (0, 0)
    buy(cart)
    assert_all_is_well()


def late_news_undo_better_ones(_: pytest.MonkeyPatch) -> None:
    cart = ready_checkout(make_variant())
    attempt = initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    for status in (Status.PENDING, Status.ACTION_REQUIRED, Status.DECLINED, Status.CHARGED):
        with transaction.atomic():
            record_outcome(lock_attempt(attempt.id), Outcome(status, "x", Money(attempt.amount, "USD")))
    assert PaymentAttempt.objects.get().state == "charged"
    complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert_all_is_well()


def units_are_lost_when_carts_are_merged_and_edited_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.lines._judge", "commerce.checkout.merge._move_lines")
    ada = customer_actor(make_customer())
    shared = make_variant(stock=1000)
    own = ready_checkout(shared, user_id=ada.id)
    guests = [ready_checkout(shared, 2) for _ in range(6)]
    for guest in guests:
        add_line(guest, make_variant())

    def work(index: int) -> str:
        if index % 2:
            return told(lambda: add_lines(checkout_id=own.id, lines=[NewLine(shared.id, 1)], actor=ada))
        return told(lambda: merge_checkouts(guest_checkout_id=guests[index // 2].id, actor=ada))

    results = crowd(work, 12)
    assert {result.value for result in results} == {"done"}
    assert CheckoutLine.objects.exclude(checkout=own.id).count() == 0
    assert sorted(own.lines.values_list("quantity", flat=True)) == [1] * 6 + [1 + 6 * 2 + 6]
    assert_all_is_well()


def a_customer_who_signs_in_everywhere_at_once_has_several_carts(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.merge.require_open")
    ada = customer_actor(make_customer())
    guests = [ready_checkout(make_variant()) for _ in range(8)]
    results = crowd(lambda index: told(lambda: merge_checkouts(guest_checkout_id=guests[index].id, actor=ada)), 8)
    assert {result.value for result in results} == {"done"}
    own = Checkout.objects.filter(user=ada.id, merged_into=None)
    assert [cart.lines.count() for cart in own] == [8]
    assert_all_is_well()


def carts_in_opposite_orders_wait_for_each_other(_: pytest.MonkeyPatch) -> None:
    goods = [make_variant(stock=500) for _ in range(8)]
    carts = []
    for number in range(4):
        first, *others = goods if number % 2 else goods[::-1]
        cart = ready_checkout(first)
        for variant in others:
            add_line(cart, variant)
        carts.append(cart)
    before = deadlocks()
    results = crowd(lambda index: told(lambda: buy(carts[index])), 4, processes=4)
    assert {result.value for result in results} == {"done"}
    assert deadlocks() == before
    assert_all_is_well()


def somebody_pays_more_than_they_were_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.complete.open_to_pay", seconds=0.05)
    mug = make_variant(price=1000, stock=100)
    carts = [ready_checkout(mug) for _ in range(20)]
    shown = [total_of(cart) for cart in carts]

    def work(index: int) -> str:
        if index >= 20:
            VariantChannelListing.objects.filter(variant=mug).update(price_amount=1000 + index)
            return "done"
        return told(lambda: buy(carts[index], expected_total=shown[index]))

    results = crowd(work, 24)
    assert {result.value for result in results} <= {"done", "TOTAL_CHANGED"}
    for cart, total in zip(carts, shown, strict=True):
        assert kept(cart) in (0, total.amount)
    assert_all_is_well()


def the_price_of_what_is_paid_changes(_: pytest.MonkeyPatch) -> None:
    mug = make_variant(price=1000)
    cart = ready_checkout(mug)
    initialize_transaction(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
    mug.channel_listings.update(price_amount=100)
    order = complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert (order.total_gross, kept(cart)) == (1500, 1500)


def an_address_is_saved_to_somebody_elses_order(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.checkout.services.details.put_address", seconds=0.02)
    users = [make_customer() for _ in range(6)]
    mug = make_variant(stock=100)
    carts = [ready_checkout(mug, shipping_address=None, user=user) for user in users]
    for cart, user in zip(carts, users, strict=True):  # all begin with the very same address
        set_shipping_address(checkout_id=cart.id, address=NewAddress(HOME), actor=customer_actor(user))

    def work(index: int) -> str:
        cart, user = carts[index % 6], customer_actor(users[index % 6])
        mine = AddressData(**{**{name: getattr(HOME, name) for name in HOME.__slots__}, "first_name": str(user.id)})
        done = told(lambda: set_shipping_address(checkout_id=cart.id, address=NewAddress(mine), actor=user))
        if index >= 12:
            return told(lambda: complete_checkout(checkout_id=cart.id, payment=paying(), actor=user))
        return done

    results = crowd(work, 18)
    assert {result.value for result in results} <= {"done", "CHECKOUT_COMPLETED", "PAYMENT_IN_PROGRESS"}
    assert Order.objects.count() == 6
    for order in Order.objects.select_related("shipping_address"):
        assert order.shipping_address is not None
        assert order.shipping_address.first_name == str(order.user_id)
    for user in users:
        assert set(user.addresses.values_list("first_name", flat=True)) <= {str(user.id), "Ada"}
    assert_all_is_well()


def a_total_with_fractions_is_never_quite_paid(_: pytest.MonkeyPatch) -> None:
    for currency, percent in (("USD", "8.875"), ("JPY", "10"), ("KWD", "7.3")):
        channel = make_channel(currency.lower(), currency_code=currency)
        make_tax_rate("US", percent)
        cart = ready_checkout(make_variant(price=333, channel=channel), 3, channel=channel)
        order = complete_checkout(checkout_id=cart.id, payment=paying(), actor=ANONYMOUS)
        assert order.total_gross == order.charged_amount == kept(cart)
    assert_all_is_well()
