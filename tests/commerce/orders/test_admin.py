"""The merchant's screens open, and nobody changes money or stock through them."""

from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User
from commerce.checkout.complete import complete_checkout
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.inventory.models import Stock
from commerce.orders.models import Fulfillment
from commerce.orders.services import fulfil_order
from commerce.payments.models import PaymentAttempt
from tests.factories import make_variant
from tests.shoppers import paying, ready_checkout

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "x"))
    return client


def test_every_screen_opens_and_is_to_look_at(merchant: Client) -> None:
    checkout = ready_checkout(make_variant(stock=5), 2)
    order = complete_checkout(checkout_id=checkout.id, payment=paying(), actor=ANONYMOUS)
    fulfil_order(order_id=order.id, actor=SYSTEM)
    rows = [order, PaymentAttempt.objects.get(), Stock.objects.get(), Fulfillment.objects.get()]
    for row in rows:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        assert merchant.get(reverse(f"{name}_changelist")).status_code == 200
        page = merchant.get(reverse(f"{name}_change", args=[row.pk]))
        assert page.status_code == 200
        if not isinstance(row, Stock):  # which merchants count on its screen
            assert merchant.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403


def test_every_table_of_these_domains_can_be_looked_at() -> None:
    seen = {model._meta.label for model in site._registry}
    assert seen >= {
        "inventory.Warehouse",
        "inventory.Stock",
        "inventory.Reservation",
        "inventory.Allocation",
        "orders.Order",
        "orders.Fulfillment",
        "payments.PaymentAttempt",
        "payments.PaymentOperation",
    }
