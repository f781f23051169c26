"""What the merchant sees of carts, shipping and taxes."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User
from commerce.checkout.models import Checkout
from commerce.shipping.models import ShippingMethod, ShippingZone
from commerce.taxes.models import CustomerTaxes, TaxClass, TaxConfiguration, TaxRate
from tests.factories import make_channel, make_checkout, make_shipping_method, make_tax_class, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client: Client) -> Client:
    """A browser in which a superuser has signed in."""
    client.force_login(User.objects.create_superuser("boss@example.com", "correct horse battery"))
    return client


@pytest.mark.parametrize(
    "model", [Checkout, ShippingMethod, ShippingZone, TaxRate, TaxClass, TaxConfiguration, CustomerTaxes]
)
def test_every_screen_opens(merchant: Client, model: type[Checkout]):
    make_checkout(make_variant())
    make_shipping_method()
    make_tax_class("Books", rates={"DE": "7"})
    TaxConfiguration.objects.create(channel=make_channel())
    CustomerTaxes.objects.create(user=User.objects.get())
    row = model.objects.all()[0]
    label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert admin.site.is_registered(model)
    assert merchant.get(reverse(f"{label}_changelist"), {"q": "x"}).status_code == 200
    assert merchant.get(reverse(f"{label}_change", args=[row.pk])).status_code == 200


def test_a_cart_is_only_looked_at(merchant: Client):
    cart = make_checkout(make_variant())
    page = reverse("admin:checkout_checkout_change", args=[cart.pk])
    assert merchant.post(page, {"email": "eve@example.com"}).status_code == 403
    assert merchant.get(reverse("admin:checkout_checkout_add")).status_code == 403
    assert merchant.post(reverse("admin:checkout_checkout_delete", args=[cart.pk]), {"post": "yes"}).status_code == 403
    cart.refresh_from_db()
    assert cart.email == "shopper@example.com"


def test_what_a_merchant_types_in_is_kept_as_it_is_looked_up(merchant: Client):
    fields = {"country": "us", "area": " ca ", "tax_class": "", "percent": "7.25"}
    assert merchant.post(reverse("admin:taxes_taxrate_add"), fields).status_code == 302
    rate = TaxRate.objects.get()
    assert (rate.country, rate.area) == ("US", "CA")
    assert merchant.post(reverse("admin:taxes_taxrate_add"), fields | {"country": "XX"}).status_code == 200
    person = {"user": str(User.objects.get().pk), "vat_id": "de 123456789", "reason": ""}
    assert merchant.post(reverse("admin:taxes_customertaxes_add"), person | {"vat_id": "nonsense"}).status_code == 200
    assert merchant.post(reverse("admin:taxes_customertaxes_add"), person).status_code == 302
    assert CustomerTaxes.objects.get().vat_id == "DE123456789"
    channel = {"channel": str(make_channel().pk), "mode": "per_total", "rounding": "down", "fallback": "refuse"}
    page = reverse("admin:taxes_taxconfiguration_add")
    assert merchant.post(page, channel | {"service": "gone"}).status_code == 200
    assert merchant.post(page, channel | {"service": "http", "seat_country": "fr"}).status_code == 302
    assert TaxConfiguration.objects.get().seat_country == "FR"
