"""Opening an account, changing it, closing it."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from commerce.accounts import services
from commerce.accounts.errors import (
    ChannelInactive,
    OwnAccountDeactivated,
    PasswordEntirelyNumeric,
    PasswordTooCommon,
    PasswordTooShort,
    PasswordTooSimilar,
    SuperuserDeactivated,
)
from commerce.accounts.models import User
from commerce.accounts.services import Registration, register_customer, set_user_active, update_account
from commerce.accounts.tokens import customer_actor_of, staff_actor_of
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, NotFound, NotUnique, PermissionDenied, Rejected, Required
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.permissions.errors import UserOutOfScope
from tests.factories import PASSWORD, make_channel, make_customer, make_staff, staff_actor

pytestmark = pytest.mark.django_db


def register(email: str = "ada@example.com", password: str = PASSWORD, **fields) -> Registration:
    return register_customer(email=email, password=password, actor=ANONYMOUS, **fields)


def test_a_registration_is_active_at_once_by_setting(settings: Settings) -> None:
    settings.ACCOUNTS_CONFIRM_BY_EMAIL = False
    make_channel("eu")
    told = register(
        " Ada@Example.com ",
        first_name=" Ada ",
        last_name="Byron",
        language_code="de-AT",
        channel="eu",
        metadata={"from": "shop"},
    )
    assert told.user is not None
    assert not told.requires_confirmation
    ada = User.objects.get(email="ada@example.com")
    assert (ada.first_name, ada.last_name, ada.language_code, ada.metadata) == (
        "Ada",
        "Byron",
        "de-AT",
        {"from": "shop"},
    )
    assert ada.is_confirmed
    assert ada.is_active
    assert not ada.is_staff
    assert ada.check_password(PASSWORD)


def test_a_registration_is_an_event_without_the_password() -> None:
    make_channel()
    user = register(channel="default-channel").user
    assert user is not None
    event = Event.objects.get()
    assert (event.type, event.aggregate_type, event.aggregate_id) == ("customer.created", "customer", user.id)
    assert (event.sequence, event.channel) == (1, "default-channel")
    assert event.payload["email"] == "ada@example.com"
    assert "password" not in event.payload


def test_an_address_is_taken_however_it_is_written() -> None:
    register("ada@example.com")
    for email in ("ada@example.com", "ADA@example.com", "ａｄａ@example.com"):
        with pytest.raises(NotUnique) as refusal:
            register(email)
        assert refusal.value.path == ("email",)
    assert User.objects.count() == 1


def test_with_confirmation_nobody_learns_who_has_an_account(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ACCOUNTS_CONFIRM_BY_EMAIL = True
    hashed: list[str] = []
    genuine_set, genuine_spend = User.set_password, services.spend_hashing_time

    def setting(user: User, password: str | None) -> None:
        hashed.append("new")
        genuine_set(user, password)

    def spending(password: str) -> None:
        hashed.append("known")
        genuine_spend(password)

    make_customer("known@example.com")
    monkeypatch.setattr(User, "set_password", setting)
    monkeypatch.setattr(services, "spend_hashing_time", spending)
    url = "http://localhost:8000/confirm"
    known = register("known@example.com", redirect_url=url)
    new = register("new@example.com", redirect_url=url)
    assert known == new == Registration(requires_confirmation=True, user=None)
    assert hashed == ["known", "new"]
    assert not User.objects.get(email="new@example.com").is_confirmed


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://evil.example/",
        "https://localhost.evil.example/",
        "https://localhost@evil.example/",
        "//localhost/",
        "javascript:alert(1)//localhost",
        "https:evil.example",
        "https://evil.example\\@localhost/",
        "http://[::1",
    ],
)
def test_a_mail_leads_only_to_our_own_storefronts(settings: Settings, url: str | None) -> None:
    settings.ACCOUNTS_CONFIRM_BY_EMAIL = True
    settings.PUBLIC_URL = "http://localhost:8000"
    with pytest.raises((Required, InvalidInput)) as refusal:
        register(redirect_url=url)
    assert refusal.value.path == ("redirect_url",)
    assert not User.objects.exists()


def test_a_mail_may_lead_to_a_storefront_that_the_shop_names(settings: Settings) -> None:
    settings.ACCOUNTS_CONFIRM_BY_EMAIL = True
    settings.ALLOWED_CLIENT_HOSTS = ["store.example"]
    assert register(redirect_url="https://store.example:3000/de?x=1").requires_confirmation


@pytest.mark.parametrize(
    ("password", "kinds"),
    [
        ("x1y", {PasswordTooShort}),
        ("password", {PasswordTooCommon}),
        ("adalovelace", {PasswordTooSimilar}),
        ("8302759", {PasswordTooShort, PasswordEntirelyNumeric}),
        ("", {PasswordTooShort}),
    ],
)
def test_each_weakness_of_a_password_is_named(password: str, kinds: set[type]) -> None:
    with pytest.raises(Rejected) as refusal:
        register("adalovelace@example.com", password)
    assert {type(error) for error in refusal.value.errors} == kinds
    assert {error.path for error in refusal.value.errors} == {("password",)}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "ada@example.com\x00",
        "x" * 250 + "@example.com",
        "ada@exa\nmple.com",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Rejected) as refusal:
        register(email)
    assert {error.path for error in refusal.value.errors} == {("email",)}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"first_name": "x" * 257}, "first_name"),
        ({"last_name": "nul\x00"}, "last_name"),
        ({"language_code": "klingon"}, "language_code"),
        ({"language_code": "en'; DROP TABLE"}, "language_code"),
        ({"metadata": {"k": "\x00"}}, "metadata"),
    ],
)
def test_what_cannot_be_kept_is_refused(fields: dict, path: str) -> None:
    with pytest.raises(Rejected) as refusal:
        register(**fields)
    assert [error.path for error in refusal.value.errors] == [(path,)]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Rejected) as refusal:
        register("nobody", "x1y", language_code="xx-klingon")
    assert [error.path[0] for error in refusal.value.errors] == ["email", "language_code", "password"]


def test_a_channel_must_be_there_and_open() -> None:
    make_channel("closed", is_active=False)
    with pytest.raises(ChannelInactive):
        register(channel="closed")
    for slug in ("nowhere", "", "a\x00"):
        with pytest.raises(NotFound):
            register(channel=slug)


@pytest.mark.usefixtures("durable")
def test_registrations_of_one_address_at_once_make_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    all_saw_it_free = threading.Barrier(4)
    told: list[str] = []
    genuine = User.set_password

    def setting(user: User, password: str | None) -> None:
        """The step between the look and the insert."""
        all_saw_it_free.wait(10)
        genuine(user, password)

    def one() -> None:
        try:
            register("ada@example.com")
            told.append("made")
        except NotUnique:
            told.append("taken")
        connection.close()

    monkeypatch.setattr(User, "set_password", setting)
    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["made", "taken", "taken", "taken"]
    assert User.objects.count() == 1
    assert Event.objects.count() == 1


def test_who_registers_cannot_make_themselves_staff() -> None:
    for field in ("is_staff", "is_superuser", "groups", "private_metadata"):
        with pytest.raises(TypeError):
            register(**{field: True})


def test_a_customer_changes_their_own_account() -> None:
    ada = make_customer("ada@example.com", metadata={"old": "1"})
    update_account(first_name="Augusta", language_code="fr", metadata={"new": "2"}, actor=customer_actor_of(ada))
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name, ada.language_code) == ("Augusta", "Byron", "fr")
    assert ada.metadata == {"old": "1", "new": "2"}
    assert [(event.type, event.sequence) for event in Event.objects.all()] == [("customer.updated", 2)]
    with pytest.raises(PermissionDenied):
        update_account(first_name="Eve", actor=ANONYMOUS)
    with pytest.raises(Rejected):
        update_account(language_code="klingon", actor=customer_actor_of(ada))


def test_closing_an_account_is_for_who_manages_customers() -> None:
    ada = make_customer()
    for actor in (ANONYMOUS, customer_actor_of(make_customer()), staff_actor(Permission.MANAGE_STAFF)):
        with pytest.raises(PermissionDenied):
            set_user_active(user_id=ada.id, active=False, actor=actor)
    set_user_active(user_id=ada.id, active=False, actor=staff_actor(Permission.MANAGE_CUSTOMERS))
    ada.refresh_from_db()
    assert not ada.is_active
    assert ada.token_epoch == 1
    set_user_active(user_id=ada.id, active=False, actor=SYSTEM)
    assert Event.objects.count() == 1


def test_nobody_learns_by_closing_whether_a_user_exists() -> None:
    with pytest.raises(PermissionDenied):
        set_user_active(user_id=uuid4(), active=False, actor=ANONYMOUS)
    with pytest.raises(NotFound):
        set_user_active(user_id=uuid4(), active=False, actor=SYSTEM)


def test_staff_are_closed_by_their_equals() -> None:
    chief = make_staff([Permission.MANAGE_STAFF, Permission.MANAGE_ORDERS])
    clerk = make_staff([Permission.MANAGE_ORDERS])
    manager = staff_actor_of(make_staff([Permission.MANAGE_STAFF]))
    boss = User.objects.create_superuser("boss@example.com", PASSWORD)
    with pytest.raises(UserOutOfScope):
        set_user_active(user_id=chief.id, active=False, actor=manager)
    with pytest.raises(PermissionDenied):
        set_user_active(user_id=clerk.id, active=False, actor=staff_actor(Permission.MANAGE_CUSTOMERS))
    with pytest.raises(SuperuserDeactivated):
        set_user_active(user_id=boss.id, active=False, actor=staff_actor(*Permission))
    with pytest.raises(OwnAccountDeactivated):
        set_user_active(user_id=chief.id, active=False, actor=staff_actor_of(chief))
    set_user_active(user_id=clerk.id, active=False, actor=staff_actor_of(chief))
    set_user_active(user_id=chief.id, active=False, actor=staff_actor_of(boss))
    assert User.objects.filter(is_active=False).count() == 2
    assert not Event.objects.exists()  # partners hear of customers, not of staff
