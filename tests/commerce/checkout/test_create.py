"""Opening a cart."""

import pytest

from commerce.accounts.addresses import AddressData
from commerce.accounts.models import Address
from commerce.checkout.inputs import NewAddress, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import create_checkout
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import PermissionDenied
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from tests.commerce.checkout.carts import content, home, refused
from tests.factories import customer_actor, make_channel, make_customer, make_variant, staff_actor

pytestmark = pytest.mark.django_db


def test_a_guest_opens_a_full_cart_in_one_call():
    mug = make_variant(sku="MUG")
    cart = create_checkout(
        channel_slug="default-channel",
        lines=[NewLine(mug.id, 2)],
        email=" Ada@Example.com ",
        language_code="pt-BR",
        shipping_address=home(save=False),
        billing_address=home(),
        metadata={"source": "newsletter"},
        actor=ANONYMOUS,
    )
    cart = Checkout.objects.get(id=cart.id)
    assert content(cart) == [("MUG", 2)]
    assert (cart.user, cart.email, cart.language_code) == (None, "ada@example.com", "pt-BR")
    assert (cart.save_shipping_address, cart.save_billing_address) == (False, True)
    assert cart.shipping_address_id not in (None, cart.billing_address_id)
    assert cart.metadata == {"source": "newsletter"}


def test_a_customers_cart_is_theirs_from_the_start():
    make_channel()
    ada = make_customer("ada@example.com")
    cart = create_checkout(channel_slug="default-channel", actor=customer_actor(ada))
    assert (cart.user_id, cart.email) == (ada.id, "ada@example.com")


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        (None, "MISSING_CHANNEL_SLUG"),
        ("", "MISSING_CHANNEL_SLUG"),
        ("nowhere", "NOT_FOUND"),
        ("a\x00b", "NOT_FOUND"),
        ("closed", "CHANNEL_INACTIVE"),
    ],
)
def test_a_cart_needs_an_open_channel(slug: str | None, code: str):
    make_channel("closed", is_active=False)
    with refused() as faults:
        create_checkout(channel_slug=slug, actor=ANONYMOUS)
    assert faults == [(code, ("channel",))]


def test_a_fault_leaves_nothing_behind():
    make_channel()
    for arguments in (
        {"lines": [NewLine(uuid7(), 1)]},
        {"email": "nobody"},
        {"language_code": "klingon"},
        {"billing_address": NewAddress(AddressData(country="US"))},
        {"metadata": {"": ""}},
    ):
        with refused():
            create_checkout(channel_slug="default-channel", shipping_address=home(), actor=ANONYMOUS, **arguments)
    assert Checkout.objects.count() == Address.objects.count() == 0


def test_private_metadata_is_not_for_shoppers():
    channel = make_channel()
    with pytest.raises(PermissionDenied):
        create_checkout(channel_slug=channel.slug, private_metadata={"a": "b"}, actor=ANONYMOUS)
    staff = staff_actor(Permission.MANAGE_CHECKOUTS, channels=[channel])
    cart = create_checkout(channel_slug=channel.slug, private_metadata={"a": "b"}, actor=staff)
    assert (cart.private_metadata, cart.user_id) == ({"a": "b"}, None)


def test_two_channels_two_currencies():
    eu = make_channel("eu", currency_code="EUR", default_country="DE", countries=["DE"])
    mug = make_variant()
    with refused() as faults:
        create_checkout(channel_slug=eu.slug, lines=[NewLine(mug.id, 1)], actor=ANONYMOUS)
    assert faults == [("UNAVAILABLE_VARIANT_IN_CHANNEL", ("lines", "0", "variant_id"))]
