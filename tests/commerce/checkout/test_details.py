"""Who buys, and where it goes."""

from dataclasses import replace

import pytest

from commerce.accounts.addresses import LENIENT
from commerce.accounts.models import Address
from commerce.checkout.inputs import CheckoutChanges, LineChange, NewAddress, NewLine
from commerce.checkout.models import Checkout
from commerce.checkout.services import (
    set_billing_address,
    set_email,
    set_language,
    set_shipping_address,
    update_checkout,
    update_metadata,
)
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import PermissionDenied
from commerce.core.ids import uuid7
from commerce.core.money import Money
from commerce.payments.services import open_attempt
from tests.commerce.checkout.carts import HOME, content, home, refused
from tests.factories import (
    customer_actor,
    make_address,
    make_checkout,
    make_customer,
    make_shipping_method,
    make_variant,
)

pytestmark = pytest.mark.django_db


def saved(checkout: Checkout) -> Checkout:
    return Checkout.objects.select_related("shipping_address", "billing_address").get(id=checkout.id)


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "REQUIRED"),
        ("  ", "REQUIRED"),
        ("ada", "INVALID"),
        ("ada@", "INVALID"),
        ("ada@exa mple.com", "INVALID"),
        ("a\x00da@example.com", "INVALID"),
        ("ada@example.com\nbcc: eve@example.com", "INVALID"),
        (f"{'a' * 250}@example.com", "INVALID"),
    ],
)
def test_what_is_no_email_is_refused(email: str, code: str):
    cart = make_checkout(email="before@example.com")
    with refused() as faults:
        set_email(checkout_id=cart.id, email=email, actor=ANONYMOUS)
    assert faults == [(code, ("email",))]
    assert saved(cart).email == "before@example.com"


def test_email_and_language_are_kept_in_one_spelling():
    cart = make_checkout()
    set_email(checkout_id=cart.id, email="Ada@Example.COM", actor=ANONYMOUS)
    set_language(checkout_id=cart.id, language_code="pt_br", actor=ANONYMOUS)
    assert (saved(cart).email, saved(cart).language_code) == ("ada@example.com", "pt-BR")
    with refused() as faults:
        set_language(checkout_id=cart.id, language_code="'; DROP TABLE", actor=ANONYMOUS)
    assert faults == [("INVALID", ("language_code",))]


def test_a_bad_address_is_refused_field_by_field():
    cart = make_checkout(shipping_address=make_address(city="Old Town"))
    bad = NewAddress(replace(HOME, city="", postal_code="1"))
    with refused() as faults:
        set_shipping_address(checkout_id=cart.id, address=bad, actor=ANONYMOUS)
    assert sorted(faults) == [
        ("INVALID", ("shipping_address", "postal_code")),
        ("REQUIRED", ("shipping_address", "city")),
    ]
    with refused() as faults:
        set_billing_address(checkout_id=cart.id, address=bad, actor=ANONYMOUS)
    assert {path[0] for _, path in faults} == {"billing_address"}
    kept = saved(cart)
    assert kept.shipping_address is not None
    assert (kept.shipping_address.city, kept.billing_address) == ("Old Town", None)


def test_whoever_may_skip_the_check_skips_it():
    cart = make_checkout()
    address = NewAddress(replace(HOME, postal_code="1"), LENIENT)
    set_shipping_address(checkout_id=cart.id, address=address, actor=SYSTEM)
    kept = saved(cart).shipping_address
    assert kept is not None
    assert kept.postal_code == "1"


def test_an_address_is_a_copy_of_the_carts_own():
    ada = make_customer()
    book = make_address(user=ada, city="Home")
    cart = make_checkout(user=ada, shipping_address=book)
    actor = customer_actor(ada)
    set_shipping_address(checkout_id=cart.id, address=home(save=False), actor=actor)
    set_billing_address(checkout_id=cart.id, address=home(), actor=actor)
    book.refresh_from_db()
    kept = saved(cart)
    assert book.city == "Home"
    assert kept.shipping_address is not None
    assert kept.billing_address is not None
    assert kept.shipping_address.user_id is kept.billing_address.user_id is None
    assert len({book.id, kept.shipping_address_id, kept.billing_address_id}) == 3
    assert kept.save_shipping_address is False


def test_changing_an_address_leaves_no_litter():
    cart = make_checkout()
    for street in ("First Street 1", "Second Street 2"):
        address = NewAddress(replace(HOME, street_address_1=street))
        set_shipping_address(checkout_id=cart.id, address=address, actor=ANONYMOUS)
    assert list(Address.objects.values_list("street_address_1", flat=True)) == ["Second Street 2"]


def test_metadata_grows_and_private_metadata_is_for_staff():
    cart = make_checkout(metadata={"a": "1"})
    update_metadata(checkout_id=cart.id, metadata={"b": "2"}, actor=ANONYMOUS)
    with pytest.raises(PermissionDenied):
        update_metadata(checkout_id=cart.id, metadata={"c": "3"}, private=True, actor=ANONYMOUS)
    update_metadata(checkout_id=cart.id, metadata={"c": "3"}, private=True, actor=SYSTEM)
    kept = saved(cart)
    assert (kept.metadata, kept.private_metadata, kept.version) == ({"a": "1", "b": "2"}, {"c": "3"}, 1)
    with refused() as faults:
        update_metadata(checkout_id=cart.id, metadata={"": "x"}, actor=ANONYMOUS)
    assert faults == [("REQUIRED", ("input",))]


def test_the_whole_cart_page_in_one_call():
    mug, cup = make_variant(sku="MUG"), make_variant(sku="CUP")
    method = make_shipping_method()
    cart = make_checkout(mug)
    changes = CheckoutChanges(
        email="ada@example.com",
        language_code="de",
        customer_note="Ring twice",
        shipping_address=home(),
        billing_address=home(),
        update_lines=[LineChange(cart.lines.get().id, 3)],
        add_lines=[NewLine(cup.id, 1)],
        metadata={"gift": "yes"},
        delivery_id=method.id,
    )
    update_checkout(checkout_id=cart.id, changes=changes, actor=ANONYMOUS)
    kept = saved(cart)
    assert content(kept) == [("MUG", 3), ("CUP", 1)]
    assert (kept.email, kept.language_code, kept.customer_note) == ("ada@example.com", "de", "Ring twice")
    assert (kept.metadata, kept.version) == ({"gift": "yes"}, 2)
    assert kept.delivery is not None
    assert kept.delivery.method == method
    removal = CheckoutChanges(remove_line_ids=[cart.lines.all()[0].id])
    update_checkout(checkout_id=cart.id, changes=removal, actor=ANONYMOUS)
    assert content(kept) == [("CUP", 1)]


def test_one_bad_part_of_a_page_undoes_all_of_it():
    mug = make_variant(sku="MUG")
    cart = make_checkout(mug, email="before@example.com")
    for part, path in (
        ({"add_lines": [NewLine(uuid7(), 1)]}, ("add_lines", "0", "variant_id")),
        ({"update_lines": [LineChange(uuid7(), 1)]}, ("update_lines", "0", "line_id")),
        ({"remove_line_ids": [uuid7()]}, ("remove_line_ids", "0")),
        ({"delivery_id": uuid7()}, ("delivery_method_id",)),
        ({"customer_note": "x" * 5001}, ("customer_note",)),
    ):
        with refused() as faults:
            update_checkout(
                checkout_id=cart.id,
                changes=CheckoutChanges(email="after@example.com", shipping_address=home(), **part),
                actor=ANONYMOUS,
            )
        assert [found for _, found in faults] == [path]
    kept = saved(cart)
    assert (content(kept), kept.email, kept.shipping_address, kept.version) == (
        [("MUG", 1)],
        "before@example.com",
        None,
        1,
    )


def test_while_the_gateway_is_asked_nothing_can_be_changed():
    mug = make_variant(sku="MUG")
    cart = make_checkout(mug)
    open_attempt(checkout_id=cart.id, gateway="dummy", action="charge", amount=Money(1000, "USD"), frozen={}, live=None)
    with refused() as faults:
        update_checkout(checkout_id=cart.id, changes=CheckoutChanges(add_lines=[NewLine(mug.id, 1)]), actor=ANONYMOUS)
    assert [code for code, _ in faults] == ["PAYMENT_IN_PROGRESS"]
    assert content(cart) == [("MUG", 1)]
