"""Sixteen processes do whatever comes to their minds: no request fails, and the shop adds up afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.reconcile import reconcile_payments
from commerce.checkout.services import merge_checkouts
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.inventory.models import Reservation
from commerce.inventory.services import Count, release_expired_reservations, set_on_hand_many
from commerce.orders.models import Order
from commerce.orders.services import cancel_order, fulfil_order
from commerce.payments.models import PaymentAttempt, PaymentOperation
from commerce.payments.services import run_due_operations
from commerce.payments.states import IN_FLIGHT
from tests.api import Answer, Api
from tests.factories import customer_actor, make_customer, make_variant, make_warehouse, staff_actor, stock_up
from tests.fire import SEED, at_length
from tests.races.crowd import crowd, deadlocks, told
from tests.schema.doing import ADDRESS, customer, document, gid
from tests.shoppers import add_line, assert_all_is_well, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")
CLERK = staff_actor(Permission.MANAGE_ORDERS, Permission.MANAGE_STOCK)
PROCESSES = 16
OPERATIONS = at_length(400, 10_000)
FAULTS = {"INTERNAL_ERROR", "BAD_REQUEST", "BAD_USER_INPUT", "LIMIT_EXCEEDED"}
CARDS = ["approve"] * 6 + ["decline", "3ds", "timeout_charged", "timeout_lost", "busy"]


class Somebody:
    """A shopper, a clerk and a sweeper in one, with a head of their own."""

    def __init__(self, number: int, goods: list[UUID], users: list[Any], carts: list[UUID]) -> None:
        self.random = Random(SEED * 1000 + number)
        self.goods, self.users, self.carts = goods, users, carts
        self.places = [make_warehouse("main").id, make_warehouse("second").id]
        self.told: Counter[str] = Counter()

    def act(self, times: int) -> Counter[str]:
        """Do so many things; how often each ended how."""
        deeds: dict[Callable[[], str], int] = {
            self.add: 22,
            self.change: 16,
            self.delete: 8,
            self.say_where: 6,
            self.merge: 6,
            self.complete: 18,
            self.come_again: 6,
            self.cancel: 6,
            self.fulfil: 4,
            self.count: 4,
            self.sweep: 4,
        }
        for deed in self.random.choices(list(deeds), list(deeds.values()), k=times):
            self.told[f"{deed.__name__} {deed()}"] += 1
        return self.told

    def add(self) -> str:
        """Put goods into a cart, in any order."""
        wanted = self.random.sample(self.goods, self.random.randint(1, 4))
        lines = [{"variantId": gid("ProductVariant", each), "quantity": self.random.randint(1, 3)} for each in wanted]
        return self.ask("checkoutLinesAdd", lines=lines)

    def change(self) -> str:
        """Change lines that were there a moment ago, in any order."""
        cart = self.cart()
        lines = [{"lineId": line, "quantity": self.random.randint(0, 3)} for line in self.lines_of(cart)]
        return self.ask("checkoutLinesUpdate", cart, lines=lines)

    def delete(self) -> str:
        """Take lines out."""
        cart = self.cart()
        return self.ask("checkoutLinesDelete", cart, linesIds=self.lines_of(cart)[:2])

    def say_where(self) -> str:
        """Say where the goods go."""
        return self.ask("checkoutShippingAddressUpdate", shippingAddress={**ADDRESS, "firstName": "Eve"})

    def merge(self) -> str:
        """Sign in with a cart."""
        actor = customer_actor(self.random.choice(self.users))
        return told(lambda: merge_checkouts(guest_checkout_id=self.cart(), actor=actor))

    def complete(self) -> str:
        """Pay and buy."""
        card = {"id": "dummy", "data": {"outcome": self.random.choice(CARDS)}}
        return self.ask("checkoutComplete", payment=card)

    def come_again(self) -> str:
        """Come with another cart, which others soon know."""
        first, *others = self.random.sample(self.goods, 3)
        cart = ready_checkout_of(first, self.random.randint(1, 3))
        for other in others:
            add_line(cart, _variant(other))
        self.carts.append(cart.id)
        return "done"

    def cancel(self) -> str:
        """Cancel some order."""
        return self.with_order(lambda order: cancel_order(order_id=order, actor=CLERK))

    def fulfil(self) -> str:
        """Send some order."""
        return self.with_order(lambda order: fulfil_order(order_id=order, actor=CLERK))

    def count(self) -> str:
        """Count goods in any order."""
        rows = [
            Count(each, self.random.choice(self.places), self.random.randint(5, 60))
            for each in self.random.sample(self.goods, 4)
        ]
        return told(lambda: set_on_hand_many(rows=rows, reason="set", actor=SYSTEM))

    def sweep(self) -> str:
        """Let time pass for some carts, and sweep."""
        late = list(Reservation.objects.values_list("id", flat=True)[: self.random.randint(0, 10)])
        Reservation.objects.filter(id__in=late).update(expires_at=timezone.now() - timedelta(seconds=1))
        release_expired_reservations(limit=5)
        reconcile_payments(quiet_for=timedelta(seconds=1), limit=3)
        run_due_operations(limit=3)
        return "done"

    def cart(self) -> UUID:
        """One of the latest carts: some have become orders, others belong to somebody."""
        return self.random.choice(self.carts[-25:])

    def lines_of(self, cart: UUID) -> list[str]:
        """Ids of the lines that a cart has now, in any order."""
        lines = [
            gid("CheckoutLine", key) for key in CheckoutLine.objects.filter(checkout=cart).values_list("id", flat=True)
        ]
        self.random.shuffle(lines)
        return lines

    def with_order(self, work: Callable[[UUID], object]) -> str:
        """Do it with one of the latest orders."""
        orders = list(Order.objects.order_by("-id").values_list("id", flat=True)[:10])
        return told(lambda: work(self.random.choice(orders))) if orders else "none"

    def ask(self, name: str, cart: UUID | None = None, **arguments: Any) -> str:
        """Send a mutation as the cart's customer, or as a guest; the code of the first error."""
        cart = cart or self.cart()
        owner = Checkout.objects.values_list("user", flat=True).filter(id=cart).first()
        api = next((customer(user) for user in self.users if user.id == owner), Api())
        given = {"id": gid("Checkout", cart), **arguments}
        answer: Answer = api._post(document(name, list(given), select="errors { code }"), given, self.headers(api))
        assert answer.status == 200, (name, answer.status, answer.body)
        assert not FAULTS & set(answer.codes), (name, answer.body)
        errors = answer.payload["errors"]
        return errors[0]["code"] if errors else "done"

    @staticmethod
    def headers(api: Api) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {api.token}"} if api.token else {}


def ready_checkout_of(variant_id: UUID, quantity: int) -> Checkout:
    """A cart that only has to be paid for."""
    return ready_checkout(_variant(variant_id), quantity)


def _variant(variant_id: UUID) -> Any:
    from commerce.catalog.models import ProductVariant

    return ProductVariant.objects.get(id=variant_id)


@pytest.mark.timeout(at_length(120, 3000))
def test_whatever_sixteen_do_at_once_the_shop_adds_up() -> None:
    goods = [make_variant(stock=40, price=100 + 7 * number) for number in range(6)]
    for mug in goods:
        stock_up(mug, 20, warehouse=make_warehouse("second"))
    users = [make_customer() for _ in range(4)]
    carts = [ready_checkout(goods[number % 6], 2).id for number in range(20)]
    keys = [mug.id for mug in goods]
    before = deadlocks()

    def work(index: int) -> Counter[str]:
        return Somebody(index, keys, users, list(carts)).act(OPERATIONS // PROCESSES)

    results = crowd(work, PROCESSES, processes=PROCESSES)

    said = sum((result.value for result in results), Counter[str]())
    assert sum(said.values()) == OPERATIONS // PROCESSES * PROCESSES
    assert said["complete done"] >= 5, said
    assert deadlocks() == before, said
    for _ in range(4):
        everything_ends()
    assert not PaymentAttempt.objects.filter(state__in=sorted(IN_FLIGHT)).exists()
    assert not PaymentOperation.objects.filter(status="pending").exists()
    assert_all_is_well()


def everything_ends() -> None:
    """As if an hour went by and the sweepers had time for everything."""
    ago = timezone.now() - timedelta(hours=1)
    PaymentAttempt.objects.update(updated_at=ago, submitted_at=ago)
    PaymentOperation.objects.filter(status="pending").update(lease_until=None, next_try_at=ago)
    Reservation.objects.update(expires_at=ago)
    release_expired_reservations()
    reconcile_payments(limit=100_000)
    run_due_operations(limit=100_000)
