"""Bundles and their parts in the hands of many at once."""

from __future__ import annotations

from collections import Counter

import pytest

from commerce.catalog.card_models import EffectivePrice, ProductCard
from commerce.catalog.models import BundleComponent, ProductVariant
from commerce.catalog.services import PartOfBundle, PricedByParts, set_bundle, set_variant_price
from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.models import Stock
from commerce.inventory.queries import available_quantity
from commerce.orders.models import Order, OrderLine
from tests.commerce.catalog.test_bundles import make_bundle
from tests.factories import make_channel, make_variant, make_warehouse, stock_up
from tests.races.crowd import crowd, deadlocks, hesitate
from tests.shoppers import add_line, assert_all_is_well, paying, ready_checkout

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")

TAKING = (
    "commerce.inventory.services.reservations.shift_at_commit",
    "commerce.inventory.services.reservations.shift_reserved",
)


def make_part_of(bundle: ProductVariant, part: ProductVariant) -> str:
    parts = [PartOfBundle(part.id, 1)]
    return str(set_bundle(variant_id=bundle.id, parts=parts, pricing=None, actor=SYSTEM).id)


def test_forty_buyers_of_a_bundle_and_of_its_part_never_get_more_than_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hesitate(monkeypatch, *TAKING, seconds=0.05)
    cup, pot = make_variant(stock=10), make_variant(stock=100)
    stock_up(cup, 11, warehouse=make_warehouse("second"))
    tea_set = make_bundle((cup, 2), (pot, 1))
    # Thirty want 2 cups by the set, ten 1 cup by itself, and each of those a set as well.
    carts = [ready_checkout(cup if number % 4 == 0 else tea_set) for number in range(40)]
    for number, cart in enumerate(carts):
        if number % 4 == 0:
            add_line(cart, tea_set)
    before = deadlocks()

    def buy(index: int) -> str:
        return str(complete_checkout(checkout_id=carts[index].id, payment=paying(), actor=ANONYMOUS).id)

    results = crowd(buy, 40)

    told = Counter("order" if not result.codes else ",".join(set(result.codes)) for result in results)
    sold = Counter[bool]()
    for line in OrderLine.objects.all():
        sold[line.variant_id == cup.id] += line.quantity
    taken = sold[True] + 2 * sold[False]
    assert told["order"] == Order.objects.count()
    assert told["order"] + told["INSUFFICIENT_STOCK"] == 40
    assert taken == sum(Stock.objects.filter(variant=cup).values_list("reserved", flat=True)) <= 21
    assert 21 - taken < 2, "whoever could have had a set has one"
    assert Stock.objects.get(variant=pot).reserved == sold[False]
    assert not ProductCard.objects.get(product=tea_set.product_id).in_stock
    assert available_quantity([tea_set.id], make_channel())[tea_set.id] == 0
    assert deadlocks() == before
    assert_all_is_well()


def test_thirty_buyers_of_ten_units_by_themselves_or_in_a_bundle_place_exactly_ten_orders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hesitate(monkeypatch, *TAKING, seconds=0.05)
    cup, spoon = make_variant(stock=10), make_variant(stock=100)
    boxed = make_bundle((cup, 1), (spoon, 1))
    carts = [ready_checkout(boxed if number % 2 else cup) for number in range(30)]

    def buy(index: int) -> str:
        return str(complete_checkout(checkout_id=carts[index].id, payment=paying(), actor=ANONYMOUS).id)

    results = crowd(buy, 30)

    assert Counter(result.codes for result in results) == {(): 10, ("INSUFFICIENT_STOCK",): 20}
    assert (Order.objects.count(), Stock.objects.get(variant=cup).reserved) == (10, 10)
    assert not ProductCard.objects.filter(product__in=[cup.product_id, boxed.product_id], in_stock=True).exists()
    assert_all_is_well()


def test_nothing_becomes_a_bundle_of_bundles_however_quickly_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.catalog.services.bundles.require_no_stock")
    variants = [make_variant(stock=None) for _ in range(6)]

    def chain(index: int) -> str:
        return make_part_of(variants[index % 6], variants[(index + 1) % 6])

    results = crowd(chain, 24)

    bundles = set(BundleComponent.objects.values_list("bundle_id", flat=True))
    parts = set(BundleComponent.objects.values_list("component_id", flat=True))
    assert bundles
    assert not bundles & parts
    assert {result.codes for result in results} == {(), ("LOOP",)}


def test_prices_of_all_parts_that_change_at_once_are_all_in_the_sum() -> None:
    channel = make_channel()
    parts = [make_variant(price=100) for _ in range(10)]
    bundle = make_bundle(*((part, 1) for part in parts), pricing=PricedByParts())
    before = deadlocks()

    def change(index: int) -> int:
        price = 1000 + index
        set_variant_price(variant_id=parts[index].id, channel=channel, price_amount=price, actor=SYSTEM)
        return price

    results = crowd(change, 10)

    total = sum(result.value for result in results)
    assert EffectivePrice.objects.get(variant=bundle.id).amount == total
    assert ProductCard.objects.get(product=bundle.product_id).price_low == total
    assert deadlocks() == before
