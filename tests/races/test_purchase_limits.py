"""One customer with many carts at once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Sum

from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.permission import Permission
from commerce.orders.models import LimitHold, Order, OrderLine
from commerce.orders.services import set_purchase_limit
from commerce.payments.models import PaymentAttempt
from tests.factories import customer_actor, make_channel, make_customer, make_variant, staff_actor
from tests.races.crowd import crowd, hesitate
from tests.shoppers import assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

BUYERS = 12


@pytest.mark.parametrize("is_paid", [True, False])
def test_parallel_carts_of_one_customer_never_exceed_the_limit(monkeypatch: pytest.MonkeyPatch, is_paid: bool) -> None:
    """Half of them are of the account, half of guests with its address."""
    hesitate(monkeypatch, "commerce.checkout.complete.priced", "commerce.checkout.pay.redeem", seconds=0.05)
    make_channel(allow_unpaid_orders=not is_paid)
    ada = make_customer("ada@example.com")
    drop = make_variant(price=1000, stock=100)
    set_purchase_limit(variant_id=drop.id, quantity=3, days=30, actor=staff_actor(Permission.MANAGE_PRODUCTS))
    carts = [
        ready_checkout(drop, user=ada, email="elsewhere@example.com")
        if index % 2
        else ready_checkout(drop, email="ada@example.com")
        for index in range(BUYERS)
    ]

    def work(index: int) -> str:
        actor = customer_actor(ada) if index % 2 else ANONYMOUS
        payment = paying() if is_paid else None
        return str(complete_checkout(checkout_id=carts[index].id, payment=payment, actor=actor).id)

    results = crowd(work, BUYERS)

    assert Counter(result.codes for result in results) == {(): 3, ("PURCHASE_LIMIT_REACHED",): BUYERS - 3}
    assert OrderLine.objects.aggregate(units=Sum("quantity"))["units"] == Order.objects.count() == 3
    assert LimitHold.objects.count() == 0
    assert PaymentAttempt.objects.count() == (3 if is_paid else 0), "nobody else was asked for money"
    if is_paid:
        assert_all_is_well()
