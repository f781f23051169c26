"""Bundles on the merchant's screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.catalog.card_models import EffectivePrice
from commerce.catalog.models import BundleComponent, BundlePricing, BundleReduction
from commerce.events.models import Event
from tests.commerce.catalog.test_assortment_admin import save
from tests.commerce.catalog.test_bundles import make_bundle
from tests.factories import make_channel, make_variant
from tests.screens import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    return signed_in()


def part(place: int, variant: Any, quantity: int = 1) -> dict[str, Any]:
    """What the screen sends for one more part."""
    prefix = f"bundle_components-{place}"
    return {
        "bundle_components-TOTAL_FORMS": place + 1,
        f"{prefix}-component": variant.pk,
        f"{prefix}-quantity": quantity,
        f"{prefix}-sort_order": place,
    }


PRICED = {"bundle_pricing-TOTAL_FORMS": 1, "bundle_pricing-0-basis_points": 1000}


def test_parts_are_put_together_and_taken_apart(merchant: Client) -> None:
    cup, pot, bundle = make_variant(price=500), make_variant(price=None), make_variant(price=None, stock=None)
    assert save(merchant, bundle, **(part(0, cup, 4) | part(1, pot) | PRICED)) == 302
    assert BundleComponent.objects.filter(bundle=bundle).count() == 2
    assert BundlePricing.objects.get().basis_points == 1000
    assert not EffectivePrice.objects.filter(variant=bundle.id).exists()
    assert save(merchant, bundle, **{"bundle_components-1-DELETE": "on"}) == 302
    assert EffectivePrice.objects.get(variant=bundle.id).amount == 1800
    assert Event.objects.filter(type="product.updated").count() == 2


def test_no_bundle_of_bundles_and_none_with_stock(merchant: Client) -> None:
    cup, stocked = make_variant(), make_variant(stock=3)
    bundle, other = make_bundle((cup, 1)), make_variant(stock=None)
    assert save(merchant, other, **part(0, bundle)) == 200
    assert save(merchant, stocked, **part(0, other)) == 200
    assert save(merchant, other, **part(0, cup, 0)) == 200
    assert save(merchant, other, **part(0, other)) == 200
    assert BundleComponent.objects.count() == 1


def test_an_amount_off_is_set_for_a_channel_and_taken_away(merchant: Client) -> None:
    cup, bundle, channel = make_variant(price=500), make_variant(price=None, stock=None), make_channel()
    assert save(merchant, bundle, **part(0, cup, 4), **PRICED) == 302
    pricing = BundlePricing.objects.get()
    assert merchant.get(reverse("admin:catalog_bundlepricing_changelist")).status_code == 200
    amount = {"reductions-TOTAL_FORMS": 1, "reductions-0-channel": channel.pk, "reductions-0-amount": 150}
    assert save(merchant, pricing, basis_points=0, **amount) == 302
    assert EffectivePrice.objects.get(variant=bundle.id).amount == 1850
    assert save(merchant, pricing, **{"reductions-0-DELETE": "on"}) == 302
    assert EffectivePrice.objects.get(variant=bundle.id).amount == 2000
    assert not BundleReduction.objects.exists()
