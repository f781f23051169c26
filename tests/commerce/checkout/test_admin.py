"""What the merchant sees of carts, shipping and taxes."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User
from commerce.checkout.models import Checkout
from commerce.shipping.models import ShippingMethod, ShippingZone
from commerce.taxes.models import TaxRate
from tests.factories import make_checkout, make_shipping_method, make_tax_rate, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client: Client) -> Client:
    """A browser in which a superuser has signed in."""
    client.force_login(User.objects.create_superuser("boss@example.com", "correct horse battery"))
    return client


@pytest.mark.parametrize("model", [Checkout, ShippingMethod, ShippingZone, TaxRate])
def test_every_screen_opens(merchant: Client, model: type[Checkout]):
    make_checkout(make_variant())
    make_shipping_method()
    make_tax_rate("DE", "19")
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
