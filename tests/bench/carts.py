"""Carts that are ready for this and that, and a look into the shop afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from tests.bench.documents import Request
from tests.bench.servers import set_up_django

PLENTY: Final = 100_000_000
SHARDS: Final = 16
EDIT: Final = """mutation($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { checkoutLinesUpdate(id: $id, lines: $lines) {
  checkout { id quantity subtotalPrice { gross { amount } } shippingPrice { gross { amount } }
    totalPrice { gross { amount currency } }
    lines { id quantity unitPrice { gross { amount } } totalPrice { gross { amount } } } }
  errors { code field } } }"""


def cart_of(lines: int, channel: str = "default-channel") -> Any:
    """A cart with a delivery and so many lines of different variants."""
    from tests.factories import make_channel, make_variant
    from tests.shoppers import add_line, ready_checkout

    place = make_channel(channel)
    cart = ready_checkout(make_variant(channel=place, stock=PLENTY, price=1000), channel=place)
    for number in range(1, lines):
        add_line(cart, make_variant(channel=place, stock=PLENTY, price=1000 + number))
    return cart


def edit_of(cart: Any) -> Request:
    """One more unit of the first line, and one of the last."""
    from schema.ids import to_global_id

    lines = list(cart.lines.all())
    wanted = [{"lineId": to_global_id("CheckoutLine", line.id), "quantity": 2} for line in (lines[0], lines[-1])]
    return Request(EDIT, {"id": to_global_id("Checkout", cart.id), "lines": wanted})


def variants_with_plenty(count: int) -> list[Any]:
    """Variants that never run out."""
    return [variant_with(PLENTY) for _ in range(count)]


def variant_with(units: int) -> Any:
    """A variant of a product of its own. Names are unique beyond this process: a running shop gets them, too."""
    from tests.factories import make_product, make_variant

    name = f"bench-{uuid4()}"
    return make_variant(product=make_product(name, slug=name), sku=name, stock=units)


def one_variant() -> Any:
    """The variant that everybody wants."""
    return variants_with_plenty(1)[0]


def sharded_variant() -> Any:
    """The same with its stock in SHARDS rows."""
    from commerce.core.actor import SYSTEM
    from commerce.inventory.models import Stock
    from commerce.inventory.services import shard_stock

    variant = one_variant()
    stock = Stock.objects.get(variant=variant)
    shard_stock(variant_id=variant.id, warehouse_id=stock.warehouse_id, shards=SHARDS, actor=SYSTEM)
    return variant


def make_order_promotions(channel: str, count: int) -> None:
    """So many active promotions of carts, of which every fifth fits the carts of `cart_of`."""
    from tests.commerce.promotions.promoting import percent, promote
    from tests.factories import make_channel

    place = make_channel(channel)
    for number in range(count):
        least = 1 if number % 5 == 0 else 1_000_000_000
        condition = {"kind": "subtotal", "gte": {str(place.id): least}}
        promote({**percent(1), "condition": condition}, kind="order", channels=[place], name=f"Sale {number}")


def ready_carts(variants: Sequence[Any], count: int) -> list[UUID]:
    """Carts of one line that want nothing but to be completed, in a channel that takes unpaid orders."""
    from commerce.channels.models import Channel
    from tests.shoppers import ready_checkout

    Channel.objects.update(allow_unpaid_orders=True)
    return [ready_checkout(variants[number % len(variants)]).id for number in range(count)]


def plan(variants: Sequence[Any]) -> dict[str, Any]:
    """What shoppers of the load need to know."""
    from commerce.shipping.models import ShippingMethod
    from schema.ids import to_global_id

    method = ShippingMethod.objects.order_by("sort_order", "id").filter(zone__countries__contains=["US"]).first()
    assert method is not None
    return {
        "variants": [to_global_id("ProductVariant", variant.id) for variant in variants],
        "method": to_global_id("ShippingMethod", method.id),
    }


def audit() -> dict[str, int]:
    """Units that were sold twice, and payments that were kept without an order."""
    from django.db.models import F, Sum

    from commerce.inventory.models import Stock
    from commerce.orders.models import Order
    from commerce.payments.models import PaymentAttempt

    over = Stock.objects.filter(reserved__gt=F("on_hand"), oversellable=False)
    orders = Order.objects.values("id")
    unpaid_for = PaymentAttempt.objects.filter(charged_amount__gt=F("refunded_amount")).exclude(order_id__in=orders)
    return {
        "oversold": over.aggregate(units=Sum(F("reserved") - F("on_hand")))["units"] or 0,
        "charged_without_order": unpaid_for.count(),
    }


def main() -> None:
    """Print as JSON what is asked for: `plenty`, `flash` or `audit`."""
    set_up_django()
    from tests.bench.checkout import FLASH_UNITS

    made = {
        "plenty": lambda: plan(variants_with_plenty(200)),
        "flash": lambda: plan([variant_with(FLASH_UNITS)]),
        "audit": audit,
    }
    json.dump(made[sys.argv[1]](), sys.stdout)


if __name__ == "__main__":
    main()
