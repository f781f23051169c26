"""Many shoppers with one gift card at once."""

from __future__ import annotations

import pytest

from commerce.checkout.models import Checkout
from commerce.core.permission import Permission
from commerce.giftcards.cards import Issued
from commerce.giftcards.models import GiftCardHold
from commerce.orders.models import Order
from commerce.orders.services import cancel_order
from commerce.payments.models import PaymentAttempt
from tests.factories import make_variant, staff_actor
from tests.gift_cards import balance_of, make_gift_card
from tests.races.crowd import crowd, deadlocks, hesitate
from tests.races.test_buyers import buy, tally
from tests.shoppers import assert_all_is_well, ready_checkout

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
