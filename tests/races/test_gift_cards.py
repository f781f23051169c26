"""Many shoppers with one gift card at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.pay import initialize_transaction
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.giftcards.cards import Issued
from commerce.giftcards.models import GiftCard, GiftCardHold
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, capture_order, refresh_balances
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import run_due_operations
from tests.factories import make_variant, staff_actor
from tests.gift_cards import balance_of, make_card_for_sale, make_gift_card
from tests.races.crowd import crowd, deadlocks, hesitate, told
from tests.races.holes import notify
from tests.races.test_buyers import buy, tally
from tests.shoppers import assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

TAKING = "commerce.giftcards.holds._shifted"


def cart_with(*cards: Issued, price: int = 10_000) -> Checkout:
    cart = ready_checkout(make_variant(price=price, stock=1))
    cart.gift_card_ids = [issued.card.id for issued in cards]
    cart.save()
    return cart


def test_twenty_carts_and_a_card_that_pays_for_six(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `balance >=`: the check constraint turns the losers into errors of the database."""
    hesitate(monkeypatch, TAKING, seconds=1.0)
    issued = make_gift_card(6 * 10_500)
    carts = [cart_with(issued) for _ in range(20)]

    results = crowd(lambda index: buy(carts[index]), 20)

    assert tally(results) == {"order": 6, "GIFT_CARD_NOT_APPLICABLE": 14}
    assert balance_of(issued) == 0
    assert GiftCardHold.objects.exclude(order_id=None).count() == GiftCardHold.objects.count() == 6
    assert not PaymentAttempt.objects.exists()
    assert_all_is_well()


def test_two_cards_in_opposite_orders_never_wait_for_each_other_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the locks in id order before the UPDATE of several rows."""
    hesitate(monkeypatch, "commerce.giftcards.holds._written", seconds=0.02)
    cards = [make_gift_card(100_000) for _ in range(4)]
    carts = [cart_with(*(cards if number % 2 else cards[::-1]), price=350_000) for number in range(20)]
    before = deadlocks()

    results = crowd(lambda index: buy(carts[index]), 20)

    assert [set(result.codes) for result in results].count({"GIFT_CARD_NOT_APPLICABLE"}) == 19
    assert Order.objects.count() == 1
    assert deadlocks() == before
    assert_all_is_well()


def test_cancelling_and_buying_at_once_lose_no_money_and_invent_none() -> None:
    cards = [make_gift_card(200_000) for _ in range(2)]
    orders = [buy(cart_with(*cards)) for _ in range(10)]
    hungry = [cart_with(*cards[::-1]) for _ in range(10)]
    before = deadlocks()

    def work(index: int) -> object:
        if index < 10:
            return cancel_order(order_id=orders[index], actor=staff_actor(Permission.MANAGE_ORDERS)).id  # type: ignore[arg-type]
        return buy(hungry[index - 10])

    results = crowd(work, 20)

    assert tally(results) == {"order": 20}
    assert deadlocks() == before
    assert Order.objects.exclude(status=Order.Status.CANCELED).count() == 10
    assert sum(balance_of(issued) for issued in cards) == 400_000 - 10 * 10_500
    assert_all_is_well()


def test_a_card_for_each_unit_when_notification_and_confirmation_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.orders.services.gift_cards.issue_bought_cards", seconds=0.2)
    cart = ready_checkout(make_card_for_sale(2500), 3)
    begun = initialize_transaction(checkout_id=cart.id, payment=paying("timeout_charged"), actor=ANONYMOUS)

    def work(index: int) -> str:
        if index % 2:
            return told(lambda: notify(begun))
        return told(lambda: complete_checkout(checkout_id=cart.id, actor=ANONYMOUS))

    results = crowd(work, 10)

    assert {result.value for result in results} <= {"done", "PAYMENT_IN_PROGRESS"}
    assert [card.initial_amount for card in GiftCard.objects.all()] == [2500] * 3
    assert Event.objects.filter(type="gift_card.bought").count() == 3
    assert Order.objects.get().status == Order.Status.FULFILLED
    assert_all_is_well()


def test_many_who_follow_one_capture_issue_each_card_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.orders.services.gift_cards.issue_bought_cards", seconds=0.2)
    cart = ready_checkout(make_card_for_sale(2500), 2)
    payment = replace(paying(), action=PaymentAttempt.Action.AUTHORIZE)
    initialize_transaction(checkout_id=cart.id, payment=payment, actor=ANONYMOUS)
    order = complete_checkout(checkout_id=cart.id, actor=ANONYMOUS)
    assert not GiftCard.objects.exists()
    staff = staff_actor(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)
    capture_order(order_id=order.id, actor=staff)
    run_due_operations()

    crowd(lambda _: refresh_balances(order.id), 10)

    assert GiftCard.objects.filter(order_id=order.id).count() == 2
    assert Event.objects.filter(type="gift_card.bought").count() == 2
    assert_all_is_well()


def test_who_cancels_and_who_spends_the_card_do_not_both_get_the_money(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, TAKING, "commerce.orders.services.cancel.locked_bought_cards", seconds=0.2)
    orders, carts = [], []
    for _ in range(5):
        order = buy(ready_checkout(make_card_for_sale(2500)))
        orders.append(order)
        hungry = ready_checkout(make_variant(price=2000))
        hungry.gift_card_ids = [GiftCard.objects.get(order_id=order).id]
        hungry.save()
        carts.append(hungry)
    before = deadlocks()

    def work(index: int) -> tuple[int, str]:
        if index < 5:
            staff = staff_actor(Permission.MANAGE_ORDERS)
            return index, told(lambda: cancel_order(order_id=UUID(orders[index]), actor=staff))
        return index, told(lambda: complete_checkout(checkout_id=carts[index - 5].id, actor=ANONYMOUS))

    results = dict(result.value for result in crowd(work, 10))

    for number in range(5):
        card = GiftCard.objects.get(order_id=orders[number])
        assert (results[number] == "done") == (not card.is_active) == (card.balance == 2500), results
    assert deadlocks() == before
    run_due_operations()
    assert_all_is_well()
