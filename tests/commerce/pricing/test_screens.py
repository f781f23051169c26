"""The merchant's screens of price lists and of what variants cost."""

from __future__ import annotations

import pytest

from commerce.events.models import Event
from commerce.pricing import admin
from commerce.pricing.models import PriceList, PriceListEntry
from tests.factories import make_channel, make_variant
from tests.screens import form_of, path_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wholesale() -> PriceList:
    """A list with a price of a mug."""
    price_list = PriceList.objects.create(name="Wholesale", channel=make_channel())
    PriceListEntry.objects.create(price_list=price_list, variant=make_variant(price=2000), amount=1234)
    return price_list


def test_prices_of_a_list_are_typed_in_as_people_write_them(wholesale: PriceList) -> None:
    client = signed_in()
    form = form_of(client, wholesale)
    assert str(form["entries-0-amount"]) == "12.34"
    assert client.post(path_of(wholesale), form | {"entries-0-amount": "9.999"}).status_code == 200
    assert client.post(path_of(wholesale), form | {"entries-0-amount": "-1"}).status_code == 200
    assert client.post(path_of(wholesale), form | {"entries-0-amount": "9.9"}).status_code == 302
    assert wholesale.entries.get().amount == 990


def test_a_long_list_has_its_prices_on_a_screen_that_can_be_searched(
    wholesale: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "MOST_INLINE", 0)
    client, entry = signed_in(), wholesale.entries.get()
    page = client.get(path_of(wholesale))
    assert page.context["inline_admin_formsets"] == []
    link = f"/admin/pricing/pricelistentry/?price_list__id__exact={wholesale.id}"
    assert f'href="{link}"' in page.content.decode()
    assert client.post(path_of(wholesale), form_of(client, wholesale)).status_code == 302
    assert "12.34 USD" in client.get(link).content.decode()
    assert "12.34 USD" not in client.get(link, {"q": "nothing of the kind"}).content.decode()
    version = PriceList.objects.get().version
    assert client.post(path_of(entry), form_of(client, entry) | {"amount": "11"}).status_code == 302
    assert (wholesale.entries.get().amount, PriceList.objects.get().version) == (1100, version + 1)
    assert client.post(path_of(entry).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 302
    assert PriceListEntry.objects.count() == 0
    assert Event.objects.filter(type="price_list.updated").count() >= 2


def test_a_variant_costs_what_is_typed_in() -> None:
    mug = make_variant(price=2000, channel=make_channel("japan", currency_code="JPY"))
    client = signed_in()
    form = form_of(client, mug)
    assert str(form["channel_listings-0-price_amount"]) == "2000"
    assert client.post(path_of(mug), form | {"channel_listings-0-price_amount": "19.5"}).status_code == 200
    sent = form | {"channel_listings-0-price_amount": "1900", "channel_listings-0-compare_at_amount": "2100"}
    assert client.post(path_of(mug), sent).status_code == 302
    listing = mug.channel_listings.get()
    assert (listing.price_amount, listing.compare_at_amount) == (1900, 2100)
