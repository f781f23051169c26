"""Prices change while carts are read: everybody is told one price or the other, and never half of a change."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import EffectivePrice, ProductCard, VariantChannelListing
from commerce.checkout.models import Checkout
from commerce.checkout.quote import quote
from commerce.core.actor import SYSTEM
from commerce.pricing.models import PriceList, PublicPrice
from commerce.pricing.services import EntryChange, update_entries
from tests.factories import make_channel, make_checkout, make_variant
from tests.races.crowd import crowd

pytestmark = pytest.mark.usefixtures("durable")


def test_two_prices_of_one_change_are_seen_together() -> None:
    left, right = make_variant(price=1000), make_variant(price=1000)
    made = PriceList.objects.create(channel=make_channel(), name="Sale")
    cart = make_checkout(left)
    cart.lines.create(variant=right, quantity=1)

    def work(number: int) -> Any:
        if number % 3 == 0:
            amount = 500 + number
            changes = [EntryChange(variant.id, 1, amount) for variant in (left, right)]
            update_entries(price_list_id=made.id, entries=changes, actor=SYSTEM)
            return []
        if number % 3 == 1:
            VariantChannelListing.objects.filter(variant__in=[left.id, right.id]).update(price_amount=1000 + number)
            return []
        found = Checkout.objects.select_related("channel").get(id=cart.id)
        return [[line.unit.net.amount for line in quote(found).lines] for _ in range(10)]

    pairs = [pair for result in crowd(work, 30) for pair in result.value]
    assert len(pairs) == 100
    assert all(one == other for one, other in pairs), pairs
    prices = EffectivePrice.objects.filter(source="price_list", price_list_id=made.id)
    (amount,) = set(made.entries.values_list("amount", flat=True))
    assert set(prices.values_list("amount", flat=True)) == {amount}
    assert prices.count() == 2
    assert set(ProductCard.objects.values_list("price_low", flat=True)) == {amount}
    for variant in (left, right):
        now = PublicPrice.objects.filter(variant=variant).order_by("-valid_from").first()
        assert now is not None
        assert now.amount == amount
