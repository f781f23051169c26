"""What was taken off an order stays with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from commerce.checkout.models import Checkout
from commerce.checkout.purchase import buyer_of, purchase_of
from commerce.checkout.quote import quote
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.core.writes import Writes
from commerce.orders.purchase import freeze, thaw
from commerce.orders.services import place_order
from commerce.promotions.basket import Reduction, StepKind
from schema.admin import schema
from schema.context import Audience
from tests.factories import make_variant, staff_actor
from tests.schema.doing import gid
from tests.schema.shop import Asker
from tests.shoppers import add_line, ready_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
ASK = """
query Look($id: ID!) {
  order(id: $id) {
    discounts { type name code amount { amount currency } }
    lines { undiscountedTotalPrice { gross { amount } } totalPrice { gross { amount } } }
  }
}
"""


def test_an_order_says_what_was_taken_off_it_and_by_whom() -> None:
    cart = ready_checkout(make_variant(price=1000, compare_at=1500), 2)
    second = add_line(cart, make_variant(price=300))
    cart = Checkout.objects.get(id=cart.id)
    first = cart.lines.exclude(id=second.id).get()
    taken = (
        Reduction(
            StepKind.ORDER_PROMOTION, str(uuid4()), "Spring", {str(first.id): 200, str(second.id): 30}, shipping=50
        ),
        Reduction(StepKind.VOUCHER, "v", "Welcome", {str(second.id): 10}, code="HELLO"),
    )
    purchase = thaw(json.loads(json.dumps(freeze(replace(purchase_of(quote(cart)), discounts=taken)))))
    assert purchase.discounts == taken

    order = place_order(
        order_id=uuid7(),
        checkout_id=cart.id,
        channel=cart.channel,
        purchase=purchase,
        buyer=buyer_of(cart),
        payment=None,
        writes=Writes(),
    )

    rows = list(order.discounts.all())
    ours = {line.variant_id: str(line.id) for line in order.lines.all()}
    assert [(row.amount, row.shipping_amount) for row in rows] == [(280, 50), (10, 0)]
    assert rows[0].lines == {ours[first.variant_id]: 200, ours[second.variant_id]: 30}
    ask = Asker(schema, Audience.ADMIN, staff_actor(Permission.MANAGE_ORDERS))
    answer: dict[str, Any] = ask(ASK, id=gid("Order", order.id)).data["order"]
    assert answer["discounts"] == [
        {"type": "ORDER_PROMOTION", "name": "Spring", "code": None, "amount": {"amount": 2.8, "currency": "USD"}},
        {"type": "VOUCHER", "name": "Welcome", "code": "HELLO", "amount": {"amount": 0.1, "currency": "USD"}},
    ]
    assert answer["lines"][0] == {
        "undiscountedTotalPrice": {"gross": {"amount": 30.0}},
        "totalPrice": {"gross": {"amount": 20.0}},
    }


def test_a_payment_that_was_opened_before_there_were_discounts_still_places_its_order() -> None:
    frozen = freeze(purchase_of(quote(ready_checkout(make_variant()))))
    del frozen["discounts"]
    assert thaw(frozen).discounts == ()
