"""What a channel sells, held against the tables that it is made of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commerce.catalog.models import CollectionProduct, ProductChannelListing
from commerce.checkout.errors import ProductNotForSale, ProductNotPublished, VariantNotSold
from commerce.checkout.offers import offers_in
from tests.factories import (
    list_variant,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_variant,
)

pytestmark = pytest.mark.django_db


def test_an_offer_says_what_rules_look_at():
    kitchen = make_category("kitchen")
    mugs = make_category("mugs", parent=kitchen)
    product = make_product("Mug", category=mugs)
    summer = make_collection("summer")
    CollectionProduct.objects.create(collection=summer, product=product)
    mug = make_variant(product=product, price=900, compare_at=1200)
    channel = make_channel()

    offer = offers_in([mug.id], [channel.id])[mug.id, channel.id]

    assert (offer.amount, offer.undiscounted, offer.refusal) == (900, 1200, None)
    assert offer.product_type_id == str(product.product_type_id)
    assert offer.categories == {str(kitchen.id), str(mugs.id)}
    assert offer.collections == {str(summer.id)}


def test_each_channel_has_its_own_price_or_none():
    here, there = make_channel(), make_channel("there")
    mug = make_variant(price=900)
    dear = make_variant(price=1000)
    list_variant(dear, there, price=5000)

    offers = offers_in([mug.id, dear.id], [here.id, there.id])

    assert offers[mug.id, here.id].amount == 900
    assert offers[mug.id, there.id].refusal is VariantNotSold
    assert offers[dear.id, there.id].amount == 5000


def test_what_is_hidden_or_not_yet_sold_is_refused():
    hidden, soon, early = make_variant(), make_variant(), make_variant()
    later = timezone.now() + timedelta(days=1)
    listings = ProductChannelListing.objects
    listings.filter(product=hidden.product).update(is_published=False)
    listings.filter(product=soon.product).update(published_at=later)
    listings.filter(product=early.product).update(available_for_purchase_at=later)
    channel = make_channel()

    offers = offers_in([hidden.id, soon.id, early.id], [channel.id])

    assert [offers[variant.id, channel.id].refusal for variant in (hidden, soon, early)] == [
        ProductNotPublished,
        ProductNotPublished,
        ProductNotForSale,
    ]
