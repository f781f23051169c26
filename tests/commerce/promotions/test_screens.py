"""The merchant's screen of a promotion."""

from __future__ import annotations

import pytest

from commerce.events.models import Event
from commerce.promotions.models import Promotion
from tests.commerce.promotions.promoting import percent, price_of, promote
from tests.factories import make_variant
from tests.screens import form_of, path_of, signed_in

pytestmark = pytest.mark.django_db


def test_prices_and_partners_follow_what_is_said_on_the_screen() -> None:
    mug = make_variant(price=1000)
    promotion = promote(percent(10))
    client = signed_in()
    form = form_of(client, promotion)
    form.pop("is_active")
    assert client.post(path_of(promotion), form).status_code == 302
    assert price_of(mug) == (1000, 1000)
    promotion.refresh_from_db()
    assert (promotion.is_active, promotion.version) == (False, 3)
    assert Event.objects.filter(type="promotion.updated").count() == 2
    form["is_active"] = "on"
    client.post(path_of(promotion), form)
    assert price_of(mug) == (900, 1000)
    delete = path_of(promotion).replace("/change/", "/delete/")
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert (Promotion.objects.count(), price_of(mug)) == (0, (1000, 1000))
    assert Event.objects.filter(type="promotion.deleted").exists()
