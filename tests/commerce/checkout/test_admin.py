"""What the merchant sees of carts, shipping and taxes."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import CustomerGroup, User
from commerce.checkout.models import Checkout
from commerce.inventory.models import Warehouse
from commerce.shipping.models import RateSource, ShippingMethod, ShippingZone
from commerce.taxes.models import CustomerTaxes, TaxClass, TaxConfiguration, TaxRate
from tests.factories import make_channel, make_checkout, make_shipping_method, make_tax_class, make_variant
from tests.screens import form_of, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client: Client) -> Client:
    """A browser in which a superuser has signed in."""
    client.force_login(User.objects.create_superuser("boss@example.com", "correct horse battery"))
    return client


@pytest.mark.parametrize(
    "model",
    [
        Checkout,
        ShippingMethod,
        ShippingZone,
        TaxRate,
        TaxClass,
        TaxConfiguration,
        CustomerTaxes,
        CustomerGroup,
        Warehouse,
    ],
)
def test_every_screen_opens(merchant: Client, model: type[Checkout]):
    make_checkout(make_variant())
    make_shipping_method()
    make_tax_class("Books", rates={"DE": "7"})
    TaxConfiguration.objects.create(channel=make_channel())
    CustomerGroup.objects.create(name="Shops")
    CustomerTaxes.objects.create(user=User.objects.get())
    row = model.objects.all()[0]
    label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert admin.site.is_registered(model)
    assert merchant.get(reverse(f"{label}_changelist"), {"q": "x"}).status_code == 200
    page = merchant.get(reverse(f"{label}_change", args=[row.pk]))
    assert page.status_code == 200
    fields = flatten_fieldsets(page.context["adminform"].fieldsets)
    assert fields[0] not in {"metadata", "private_metadata"}, "it begins with what merchants look for"


def test_a_cart_is_only_looked_at(merchant: Client):
    cart = make_checkout(make_variant())
    page = reverse("admin:checkout_checkout_change", args=[cart.pk])
    assert merchant.post(page, {"email": "eve@example.com"}).status_code == 403
    assert merchant.get(reverse("admin:checkout_checkout_add")).status_code == 403
    assert merchant.post(reverse("admin:checkout_checkout_delete", args=[cart.pk]), {"post": "yes"}).status_code == 403
    cart.refresh_from_db()
    assert cart.email == "shopper@example.com"


def test_what_a_method_costs_is_typed_in_as_people_write_it(merchant: Client, monkeypatch: pytest.MonkeyPatch):
    method = make_shipping_method(price=500)
    form = form_of(merchant, method)
    assert str(form["channel_listings-0-price_amount"]) == "5.00"
    sent = form | {"channel_listings-0-price_amount": "4.95", "channel_listings-0-free_from_amount": "50"}
    assert merchant.post(path_of(method), sent).status_code == 302
    listing = method.channel_listings.get()
    assert (listing.price_amount, listing.free_from_amount) == (495, 5000)
    assert "4.95 USD" in merchant.get("/admin/shipping/shippingmethod/").content.decode()
    source = {"channel": str(listing.channel_id), "fallback_name": "Parcel", "fallback_amount": "7.5"}
    monkeypatch.setattr("commerce.shipping.admin.provider_classes", lambda: {"post": SimpleNamespace(name="Post")})
    assert merchant.post("/admin/shipping/ratesource/add/", source | {"provider": "post"}).status_code == 302
    assert RateSource.objects.get().fallback_amount == 750


def test_a_second_rate_of_a_place_and_bad_postal_codes_are_refused(merchant: Client):
    page = reverse("admin:taxes_taxrate_add")
    canary = {"country": "ES", "area": "", "postal_start": "35", "tax_class": "", "percent": "7"}
    assert merchant.post(page, canary).status_code == 302
    for bad in (
        {},
        {"postal_start": "ES-35"},
        {"postal_start": "--"},
        {"postal_start": "52", "postal_end": "51"},
        {"postal_start": "", "postal_end": "51"},
    ):
        assert merchant.post(page, canary | bad).status_code == 200
    assert (TaxRate.objects.get().code_from, TaxRate.objects.get().code_to) == ("35", "35")
    assert merchant.post(page, canary | {"postal_start": "38"}).status_code == 302


def test_what_a_merchant_types_in_is_kept_as_it_is_looked_up(merchant: Client):
    fields = {"country": "us", "area": " ca ", "tax_class": "", "percent": "7.25"}
    assert merchant.post(reverse("admin:taxes_taxrate_add"), fields).status_code == 302
    rate = TaxRate.objects.get()
    assert (rate.country, rate.area) == ("US", "CA")
    assert merchant.post(reverse("admin:taxes_taxrate_add"), fields | {"country": "XX"}).status_code == 200
    person = {"user": str(User.objects.get().pk), "vat_id": "de 123456788", "reason": ""}
    assert merchant.post(reverse("admin:taxes_customertaxes_add"), person | {"vat_id": "nonsense"}).status_code == 200
    assert merchant.post(reverse("admin:taxes_customertaxes_add"), person).status_code == 302
    kept = CustomerTaxes.objects.get()
    assert kept.vat_id == "DE123456788"
    CustomerTaxes.objects.update(vat_id="DE123456789")  # from before check digits were looked at
    page = reverse("admin:taxes_customertaxes_change", args=[kept.pk])
    assert merchant.post(page, person | {"vat_id": "DE123456789", "reason": "Old"}).status_code == 302
    assert CustomerTaxes.objects.get().reason == "Old"
    channel = {"channel": str(make_channel().pk), "mode": "per_total", "rounding": "down", "fallback": "refuse"}
    page = reverse("admin:taxes_taxconfiguration_add")
    assert merchant.post(page, channel | {"service": "gone"}).status_code == 200
    assert merchant.post(page, channel | {"service": "http", "seat_country": "fr"}).status_code == 302
    assert TaxConfiguration.objects.get().seat_country == "FR"
