"""Everybody writes in their own address book, and in nobody else's."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from commerce.accounts.address_book import (
    MOST_ADDRESSES,
    AddressType,
    create_address,
    delete_address,
    keep_address,
    set_default_address,
    update_address,
)
from commerce.accounts.addresses import AddressData
from commerce.accounts.errors import AddressBookFull
from commerce.accounts.models import Address
from commerce.accounts.queries import own_address, own_addresses, user_of, visible_users
from commerce.accounts.tokens import customer_actor_of
from commerce.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from commerce.core.errors import NotFound, PermissionDenied, Rejected
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.events.models import Event
from tests.factories import make_customer, make_staff, staff_actor

pytestmark = pytest.mark.django_db

BERLIN = AddressData(
    first_name="Ada", street_address_1="Invalidenstr. 1", city="Berlin", postal_code="10115", country="DE"
)
PARIS = AddressData(
    first_name="Ada", street_address_1="1 rue de Rivoli", city="Paris", postal_code="75001", country="FR"
)


def test_an_address_is_added_checked_and_made_the_default() -> None:
    ada = make_customer()
    actor = customer_actor_of(ada)
    berlin = create_address(data=BERLIN, type=AddressType.SHIPPING, actor=actor)
    paris = create_address(data=PARIS, actor=actor)
    ada.refresh_from_db()
    assert ada.default_shipping_address == berlin
    assert ada.default_billing_address is None
    assert list(own_addresses(actor)) == [berlin, paris]
    assert [event.sequence for event in Event.objects.order_by("sequence")] == [2, 3]
    with pytest.raises(Rejected):
        create_address(data=AddressData(country="DE"), actor=actor)


def test_an_address_is_changed_and_made_the_default() -> None:
    ada = make_customer()
    actor = customer_actor_of(ada)
    address = create_address(data=BERLIN, actor=actor)
    update_address(address_id=address.id, data=PARIS, actor=actor)
    set_default_address(address_id=address.id, type=AddressType.BILLING, actor=actor)
    ada.refresh_from_db()
    assert ada.default_billing_address is not None
    assert ada.default_billing_address.country == "FR"


def test_a_deleted_address_is_no_longer_the_default() -> None:
    ada = make_customer()
    actor = customer_actor_of(ada)
    address = create_address(data=BERLIN, type=AddressType.BILLING, actor=actor)
    assert delete_address(address_id=address.id, actor=actor).country == "DE"
    ada.refresh_from_db()
    assert ada.default_billing_address is None
    assert ada.version == 3
    assert not Address.objects.exists()


VERBS: list[Callable[[UUID, Actor], object]] = [
    lambda address_id, actor: update_address(address_id=address_id, data=PARIS, actor=actor),
    lambda address_id, actor: delete_address(address_id=address_id, actor=actor),
    lambda address_id, actor: set_default_address(address_id=address_id, type=AddressType.BILLING, actor=actor),
]


@pytest.mark.parametrize("verb", VERBS)
def test_the_address_of_another_is_as_good_as_none(verb: Callable[[UUID, Actor], object]) -> None:
    hers = create_address(data=BERLIN, actor=customer_actor_of(make_customer()))
    of_a_checkout = Address.objects.create(country="DE")
    eve = customer_actor_of(make_customer())
    told = set()
    for address_id in (hers.id, of_a_checkout.id, uuid4()):
        with pytest.raises(NotFound) as refusal:
            verb(address_id, eve)
        told.add((refusal.value.message, refusal.value.path))
        assert own_address(address_id, eve) is None
    assert len(told) == 1
    hers.refresh_from_db()
    assert hers.country == "DE"
    assert Address.objects.count() == 2


@pytest.mark.parametrize("verb", VERBS)
def test_who_is_nobody_has_no_book(verb: Callable[[UUID, Actor], object]) -> None:
    hers = create_address(data=BERLIN, actor=customer_actor_of(make_customer()))
    everything = [(frozenset(Permission), None)]
    for actor in (ANONYMOUS, SYSTEM, Actor.granted(ActorKind.APP, uuid7(), everything)):
        with pytest.raises(PermissionDenied):
            verb(hers.id, actor)
        with pytest.raises(PermissionDenied):
            create_address(data=BERLIN, actor=actor)
        assert not own_addresses(actor).exists()
        assert user_of(actor) is None
    assert Address.objects.count() == 1


def test_a_book_has_a_last_page() -> None:
    ada = make_customer()
    Address.objects.bulk_create(Address(user=ada, country="DE") for _ in range(MOST_ADDRESSES))
    with pytest.raises(AddressBookFull):
        create_address(data=BERLIN, actor=customer_actor_of(ada))
    keep_address(data=BERLIN, user_id=ada.id)
    assert ada.addresses.count() == MOST_ADDRESSES


def test_an_address_of_a_checkout_is_kept_once() -> None:
    ada = make_customer()
    for data in (BERLIN, BERLIN, PARIS):
        keep_address(data=data, user_id=ada.id)
    ada.refresh_from_db()
    assert sorted(ada.addresses.values_list("country", flat=True)) == ["DE", "FR"]
    assert ada.default_shipping_address is not None
    assert ada.default_shipping_address == ada.default_billing_address
    assert ada.default_shipping_address.country == "DE"


def test_users_are_seen_by_themselves_and_by_who_manages_them() -> None:
    ada, eve, clerk = make_customer(), make_customer(), make_staff()
    assert list(visible_users(customer_actor_of(ada))) == [ada]
    assert not visible_users(ANONYMOUS).exists()
    assert not visible_users(staff_actor(Permission.MANAGE_ORDERS)).exists()
    assert set(visible_users(staff_actor(Permission.MANAGE_CUSTOMERS))) == {ada, eve}
    assert set(visible_users(staff_actor(Permission.MANAGE_STAFF))) == {clerk}
