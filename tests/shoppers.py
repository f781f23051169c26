"""Shoppers who are ready to pay, and what can be said of a shop after they have been there."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.checkout.models import Checkout, CheckoutDelivery, CheckoutLine
from commerce.checkout.pay import PaymentData
from commerce.checkout.quote import quote
from commerce.core.money import Money
from commerce.giftcards.invariants import broken_gift_cards
from commerce.inventory.invariants import broken_stock
from commerce.orders.invariants import broken_orders
from commerce.orders.models import Order
from commerce.payments.invariants import broken_payments
from commerce.payments.models import PaymentAttempt
from commerce.shipping.models import ShippingMethod
from tests.factories import make_address, make_channel, make_checkout, make_shipping_method

DELIVERY = 500


def ready_checkout(
    variant: ProductVariant, quantity: int = 1, *, channel: Channel | None = None, **fields: Any
) -> Checkout:
    """A cart with everything that completing it needs; delivery costs DELIVERY."""
    channel = channel or make_channel()
    method = ShippingMethod.objects.filter(channel_listings__channel=channel).first() or make_shipping_method(
        price=DELIVERY, channel=channel
    )
    checkout = make_checkout(
        variant,
        quantity=quantity,
        channel=channel,
        **({"shipping_address": make_address(), "billing_address": make_address()} | fields),
    )
    checkout.delivery = CheckoutDelivery.objects.create(
        checkout=checkout, method=method, name=method.name, price_amount=DELIVERY
    )
    checkout.save()
    return checkout


def add_line(checkout: Checkout, variant: ProductVariant, quantity: int = 1) -> CheckoutLine:
    """One more line, as if it had always been there."""
    return CheckoutLine.objects.create(checkout=checkout, variant=variant, quantity=quantity)


def paying(outcome: str = "approve", **data: Any) -> PaymentData:
    """The test gateway's card that ends in `outcome`."""
    return PaymentData("dummy", {"outcome": outcome, **data})


def total_of(checkout: Checkout) -> Money:
    """What is left to pay of the cart now, gross."""
    return quote(Checkout.objects.select_related("channel").get(id=checkout.id)).due


def kept(checkout: Checkout) -> int:
    """Minor units that the shop has charged for a cart and not given back."""
    attempts = PaymentAttempt.objects.filter(checkout_id=checkout.id)
    return sum(attempt.charged_amount - attempt.refunded_amount for attempt in attempts)


def assert_all_is_well() -> None:
    """Stock adds up, ledgers add up, and money was kept for orders alone, to the last unit."""
    broken = broken_stock() + broken_payments() + broken_orders() + broken_gift_cards()
    assert not broken, broken
    orders: dict[Any, list[Order]] = defaultdict(list)
    for order in Order.objects.all():
        orders[order.checkout_id].append(order)
    money = Counter[Any]()
    for attempt in PaymentAttempt.objects.all():
        money[attempt.checkout_id] += attempt.charged_amount - attempt.refunded_amount
    for checkout in Checkout.objects.all():
        own = orders[checkout.id]
        assert len(own) <= 1
        assert [order.id for order in own] == [checkout.order_id] * len(own)
        owed = own[0].total_gross - own[0].gift_card_amount if own and own[0].status != Order.Status.CANCELED else 0
        assert money[checkout.id] == owed, f"{money[checkout.id]} kept for {owed}"
    used = Counter(
        key
        for pair in [
            *Checkout.objects.values_list("shipping_address", "billing_address"),
            *Order.objects.values_list("shipping_address", "billing_address"),
        ]
        for key in pair
        if key is not None
    )
    assert not [key for key, count in used.items() if count > 1], "an address belongs to one cart or order"
