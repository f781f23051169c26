"""Whatever is done to carts, stock and orders, the shop does what the model of it does. (HANDCART_FIRE: at length.)"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commerce.checkout.complete import complete_checkout
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import add_lines, delete_lines, update_lines
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.money import Money
from commerce.inventory.models import Stock
from commerce.inventory.services import set_on_hand
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, fulfil_order
from commerce.payments.services import run_due_operations
from tests.commerce.checkout.shop_model import Goods, ShopModel
from tests.factories import make_variant, make_warehouse
from tests.fire import at_length
from tests.races.crowd import told
from tests.shoppers import assert_all_is_well, paying, ready_checkout, total_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
NAMES = ["mug", "cup", "jug"]
units = st.integers(0, 9)
names = st.sampled_from(NAMES)
carts = st.integers(0, 2)
cards = st.sampled_from(["approve", "approve", "approve", "decline"])


class ShopMachine(RuleBasedStateMachine):
    """Every rule is done in both shops, and both say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._undone: Any = transaction.atomic()
        self._undone._from_testcase = True  # verbs that want to be durable may run in it
        self._undone.__enter__()

    def teardown(self) -> None:
        """Nothing of this run stays."""
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    @initialize(
        stocks=st.lists(st.integers(3, 12), min_size=3, max_size=3), prices=st.lists(st.integers(1, 99_999), min_size=3)
    )
    def open(self, stocks: list[int], prices: list[int]) -> None:
        self.model = ShopModel({name: Goods(prices[place], stocks[place]) for place, name in enumerate(NAMES)})
        self.variants = {
            name: make_variant(price=goods.price, stock=goods.on_hand) for name, goods in self.model.goods.items()
        }
        self.checkouts: list[Checkout] = []
        for number in range(3):
            checkout = ready_checkout(self.variants["mug"])
            checkout.lines.all().delete()
            self.checkouts.append(checkout)
            for name in NAMES[: number + 1]:
                checkout.lines.create(variant=self.variants[name], quantity=2)
            self.model.carts[number] = dict.fromkeys(NAMES[: number + 1], 2)

    @rule(cart=carts, name=names, more=st.integers(1, 60))
    def add(self, cart: int, name: str, more: int) -> None:
        wanted = self.model.carts[cart].get(name, 0) + more
        lines = [NewLine(self.variants[name].id, more)]
        said = told(lambda: add_lines(checkout_id=self.checkouts[cart].id, lines=lines, actor=ANONYMOUS))
        assert said == self.model.put(cart, name, wanted)

    @rule(cart=carts, name=names, wanted=units)
    def change(self, cart: int, name: str, wanted: int) -> None:
        if name not in self.model.carts[cart]:
            return
        line = self.checkouts[cart].lines.get(variant=self.variants[name])
        changes = [LineChange(line.id, wanted)]
        said = told(lambda: update_lines(checkout_id=self.checkouts[cart].id, lines=changes, actor=ANONYMOUS))
        assert said == self.model.put(cart, name, wanted)

    @rule(cart=carts, name=names)
    def take_out(self, cart: int, name: str) -> None:
        if name not in self.model.carts[cart]:
            return
        line = self.checkouts[cart].lines.get(variant=self.variants[name])
        said = told(lambda: delete_lines(checkout_id=self.checkouts[cart].id, line_ids=[line.id], actor=ANONYMOUS))
        assert said == self.model.put(cart, name, 0)

    @rule(
        cart=carts,
        card=st.sampled_from(["approve", "approve", "approve", "decline"]),
        wrong=st.sampled_from([0, 0, 1, -1]),
    )
    def complete(self, cart: int, card: str, wrong: int) -> None:
        shown = self.model.total(cart) + wrong if wrong else None
        if shown is not None and (shown < 0 or cart in self.model.orders):
            return
        said = told(
            lambda: complete_checkout(
                checkout_id=self.checkouts[cart].id,
                payment=paying(card),
                expected_total=None if shown is None else Money(shown, "USD"),
                actor=ANONYMOUS,
            )
        )
        assert said == self.model.complete(cart, shown, card)

    @precondition(lambda self: bool(self.model.orders))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        cart = data.draw(st.sampled_from(sorted(self.model.orders)))
        said = told(lambda: cancel_order(order_id=self.order_of(cart).id, actor=SYSTEM))
        assert said == self.model.cancel(cart)
        run_due_operations()

    @precondition(lambda self: bool(self.model.orders))
    @rule(data=st.data())
    def fulfil(self, data: st.DataObject) -> None:
        cart = data.draw(st.sampled_from(sorted(self.model.orders)))
        said = told(lambda: fulfil_order(order_id=self.order_of(cart).id, actor=SYSTEM))
        assert said == self.model.fulfil(cart)

    @rule(name=names, counted=st.integers(0, 70))
    def count(self, name: str, counted: int) -> None:
        said = told(
            lambda: set_on_hand(
                variant_id=self.variants[name].id,
                warehouse_id=make_warehouse().id,
                quantity=counted,
                reason="set",
                actor=SYSTEM,
            )
        )
        assert said == self.model.count(name, counted)

    @rule(name=names, price=st.integers(0, 99_999))
    def price(self, name: str, price: int) -> None:
        self.variants[name].channel_listings.update(price_amount=price)
        self.model.goods[name].price = price

    @invariant()
    def both_are_the_same(self) -> None:
        if not hasattr(self, "checkouts"):
            return
        stocks = {
            name: Stock.objects.values_list("on_hand", "reserved").get(variant=variant)
            for name, variant in self.variants.items()
        }
        assert stocks == {name: (goods.on_hand, goods.reserved) for name, goods in self.model.goods.items()}
        for number, checkout in enumerate(self.checkouts):
            lines = dict(checkout.lines.values_list("variant", "quantity"))
            assert lines == {self.variants[name].id: held for name, held in self.model.carts[number].items()}
            if number not in self.model.orders:
                assert total_of(checkout).amount == self.model.total(number)
        placed = dict(Order.objects.values_list("checkout_id", "total_gross"))
        assert placed == {self.checkouts[number].id: order.total for number, order in self.model.orders.items()}
        assert_all_is_well()

    def order_of(self, cart: int) -> Order:
        """The order that a cart has become."""
        return Order.objects.get(checkout_id=self.checkouts[cart].id)


@pytest.mark.timeout(at_length(120, 3000))
def test_the_shop_does_what_its_model_does() -> None:
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=at_length(8, 500),
            stateful_step_count=at_length(30, 60),
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink] if at_length(0, 1) else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
