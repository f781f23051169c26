"""Carts that were left behind: told once for each time, and given back without giving anything away."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commerce.accounts.tokens import Audience, encode_token
from commerce.channels.models import Channel
from commerce.channels.services import update_channel
from commerce.checkout.abandoned import announce_abandoned, recovery_token
from commerce.checkout.models import Checkout
from commerce.checkout.services import set_email
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput
from commerce.events.models import Event
from commerce.payments.models import PaymentAttempt
from tests.conftest import QueryBudget
from tests.factories import make_address, make_channel, make_checkout, make_customer, make_variant
from tests.schema.doing import Shopper, customer, gid


def left_behind(minutes: int = 61, **fields: Any) -> Checkout:
    """A cart with a mug that nobody has touched for so long, in a channel that waits for an hour."""
    channel = make_channel(abandoned_after_minutes=60)
    cart = make_checkout(make_variant(sku=None), 2, channel=channel, **fields)
    Checkout.objects.filter(id=cart.id).update(updated_at=timezone.now() - timedelta(minutes=minutes))
    return cart


def told() -> list[Event]:
    return list(Event.objects.filter(type="checkout.abandoned").order_by("created_at", "id"))


@pytest.mark.django_db
def test_partners_are_told_of_an_abandoned_cart_once() -> None:
    cart = left_behind()
    assert announce_abandoned() == 1
    assert announce_abandoned() == 0
    (event,) = told()
    line = cart.lines.get()
    assert event.payload | {"recovery_token": ""} == {
        "checkout_id": str(cart.id),
        "channel": "default-channel",
        "email": "shopper@example.com",
        "language_code": "en",
        "recovery_token": "",
        "lines": [
            {
                "variant_id": str(line.variant_id),
                "sku": "",
                "product_name": line.variant.product.name,
                "quantity": 2,
            }
        ],
    }
    cart.refresh_from_db()
    assert (event.aggregate_id, event.sequence) == (cart.id, cart.version)


@pytest.mark.django_db
def test_a_cart_that_is_touched_again_can_be_abandoned_again() -> None:
    cart = left_behind()
    announce_abandoned()
    set_email(checkout_id=cart.id, email="ada@example.com", actor=ANONYMOUS)
    assert announce_abandoned() == 0
    long_ago = timezone.now() - timedelta(minutes=90)
    Checkout.objects.update(updated_at=long_ago, abandoned_at=long_ago - timedelta(minutes=1))
    assert announce_abandoned() == 1
    assert [event.payload["email"] for event in told()] == ["shopper@example.com", "ada@example.com"]
    assert told()[0].sequence < told()[1].sequence


@pytest.mark.django_db
@pytest.mark.parametrize(
    "otherwise",
    ["young", "no e-mail", "empty", "expired", "merged", "paying", "never", "closed channel"],
)
def test_other_carts_are_not_abandoned(otherwise: str) -> None:
    cart = left_behind(minutes=59 if otherwise == "young" else 61)
    carts = Checkout.objects.filter(id=cart.id)
    if otherwise == "no e-mail":
        carts.update(email="")
    elif otherwise == "empty":
        cart.lines.all().delete()
    elif otherwise == "expired":
        carts.update(expires_at=timezone.now())
    elif otherwise == "merged":
        carts.update(merged_into=make_checkout())
    elif otherwise == "paying":
        PaymentAttempt.objects.create(
            checkout_id=cart.id, gateway="dummy", currency="USD", amount=1, key="x", submitted_at=timezone.now()
        )
    elif otherwise == "never":
        Channel.objects.update(abandoned_after_minutes=0)
    elif otherwise == "closed channel":
        Channel.objects.update(is_active=False)
    assert announce_abandoned() == 0


@pytest.mark.usefixtures("durable")
def test_many_workers_tell_of_each_cart_once() -> None:
    carts = [left_behind() for _ in range(12)]
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        announce_abandoned()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    announce_abandoned()
    assert sorted(event.aggregate_id for event in told()) == sorted(cart.id for cart in carts)


@pytest.mark.django_db
def test_the_cost_does_not_grow_with_the_carts(query_budget: QueryBudget) -> None:
    for _ in range(5):
        left_behind()
    with query_budget("abandoned carts"):
        assert announce_abandoned() == 5


@pytest.mark.django_db
def test_a_stranger_with_the_link_gets_the_goods_and_nothing_of_the_customer() -> None:
    user = make_customer()
    cart = left_behind(
        user=user,
        email="ada@example.com",
        shipping_address=make_address(),
        customer_note="Ring twice",
        metadata={"a": "b"},
        gift_message="For you",
    )
    cart.lines.update(metadata={"engraving": "Ada"})
    token = recovery_token(cart.id)
    stranger = Shopper()
    found = stranger.do("checkoutRecover", token=token)["checkout"]
    assert found["id"] != gid("Checkout", cart.id)
    assert [(line["quantity"], line["metadata"]) for line in found["lines"]] == [(2, [])]
    assert (found["email"], found["user"], found["shippingAddress"]) == (None, None, None)
    assert (found["customerNote"], found["metadata"], found["delivery"]) == ("", [], None)
    again = Shopper().do("checkoutRecover", token=token)["checkout"]
    assert again["id"] not in (found["id"], gid("Checkout", cart.id)), "nobody gets what a stranger has made of it"
    own = Shopper(customer(user)).do("checkoutRecover", token=token)["checkout"]
    assert (own["id"], own["email"]) == (gid("Checkout", cart.id), "ada@example.com")
    assert cart.lines.get().quantity == 2


@pytest.mark.django_db
def test_a_recovered_cart_says_what_has_changed_since() -> None:
    cart = left_behind()
    cart.lines.update(last_price_amount=900)
    variant = cart.lines.get().variant
    variant.stocks.update(on_hand=1)
    select = "checkout { warnings { code } problems { __typename } } errors { code }"
    found = Shopper().ask("checkoutRecover", select=select, token=recovery_token(cart.id)).payload["checkout"]
    assert found == {
        "warnings": [{"code": "PRICE_CHANGED"}],
        "problems": [{"__typename": "CheckoutLineProblemInsufficientStock"}],
    }


@pytest.mark.django_db
def test_a_token_that_is_none_gives_nothing() -> None:
    cart = left_behind()
    old = encode_token("cart recovery", -1, Audience.STOREFRONT, sub=str(cart.id))
    other = encode_token("something else", 60, Audience.STOREFRONT, sub=str(cart.id))
    wrong = encode_token("cart recovery", 60, Audience.STOREFRONT, sub="x")
    for token in (old, other, wrong, "", "x", "x\x00", "x" * 5000):
        assert Shopper().ask("checkoutRecover", token=token).problems == [("INVALID", ["token"])], token
    gone = recovery_token(cart.id)
    Checkout.objects.all().delete()
    assert Shopper().ask("checkoutRecover", token=gone).problems == [("NOT_FOUND", ["token"])]
    assert not Checkout.objects.exists()


@pytest.mark.django_db
def test_a_channel_says_how_long_it_waits() -> None:
    channel = make_channel()
    assert update_channel(channel_id=channel.id, changes={"abandoned_after_minutes": 90}, actor=SYSTEM)
    for wrong in (-1, 10**6):
        with pytest.raises(InvalidInput):
            update_channel(channel_id=channel.id, changes={"abandoned_after_minutes": wrong}, actor=SYSTEM)
