"""Merchants and shoppers write at once what one card is made of: afterwards it says what the tables say."""

from __future__ import annotations

from random import Random

import pytest
from django.db import transaction

from commerce.catalog.card_models import ProductCard
from commerce.catalog.models import Product, ProductChannelListing, ProductVariant, VariantChannelListing
from commerce.catalog.services import publish_product, set_variant_price
from commerce.core.actor import SYSTEM
from commerce.core.transactions import retry_on_deadlock
from commerce.inventory.models import Stock
from tests.commerce.catalog.oracle import in_stock
from tests.factories import make_channel, make_product, make_variant
from tests.races.crowd import crowd

ROUNDS = 30


def at_once(product: Product, variants: list[ProductVariant]) -> None:
    channel = make_channel()

    def work(index: int) -> None:
        random = Random(index)
        for _ in range(ROUNDS):
            variant = random.choice(variants)

            def step(variant: ProductVariant = variant, choice: int = random.randrange(3)) -> None:
                with transaction.atomic():
                    if choice == 0:
                        amount = random.randrange(1, 10_000)
                        set_variant_price(variant_id=variant.id, channel=channel, price_amount=amount, actor=SYSTEM)
                    elif choice == 1:
                        Stock.objects.filter(variant=variant).update(on_hand=random.randrange(2))
                    else:
                        publish_product(product_id=product.id, channel=channel, actor=SYSTEM)

            retry_on_deadlock(step)

    crowd(work, 5)


@pytest.mark.django_db(transaction=True)
def test_a_card_tells_the_truth_after_prices_and_stock_changed_at_once() -> None:
    channel = make_channel()
    product = make_product()
    variants = [make_variant(product=product, stock=1, price=100 + place) for place in range(4)]
    at_once(product, variants)
    prices = VariantChannelListing.objects.filter(variant__product=product).values_list("price_amount", flat=True)
    card = ProductCard.objects.values("price_low", "price_high", "in_stock").get(product=product, channel=channel)
    assert (card["price_low"], card["price_high"]) == (min(prices), max(prices))
    assert card["in_stock"] == Product.objects.filter(in_stock(channel)).exists()


@pytest.mark.django_db(transaction=True)
def test_two_variants_that_sell_out_at_once_take_their_product_out_of_stock() -> None:
    channel = make_channel()
    product = make_product()
    variants = [make_variant(product=product, stock=1) for _ in range(5)]

    def sell(index: int) -> None:
        with transaction.atomic():
            Stock.objects.filter(variant=variants[index]).update(reserved=1)

    crowd(sell, 5)
    assert not ProductCard.objects.values_list("in_stock", flat=True).get(product=product, channel=channel)


@pytest.mark.django_db(transaction=True)
def test_a_product_that_sells_out_while_a_channel_begins_to_list_it_is_out_of_stock_there() -> None:
    eu = make_channel("eu", currency_code="EUR")
    variants = [make_variant(stock=1) for _ in range(5)]
    for variant in variants:
        warehouse = Stock.objects.get(variant=variant).warehouse
        warehouse.channel_links.get_or_create(channel=eu)
        VariantChannelListing.objects.create(variant=variant, channel=eu, price_amount=500)

    def both(index: int) -> None:
        variant = variants[index // 2]
        with transaction.atomic():
            if index % 2:
                Stock.objects.filter(variant=variant).update(reserved=1)
            else:
                ProductChannelListing.objects.create(product_id=variant.product_id, channel=eu, is_published=True)

    crowd(both, 10)
    cards = ProductCard.objects.filter(channel=eu).values_list("in_stock", flat=True)
    assert list(cards) == [False] * 5
