"""Signing in, staying signed in, and what ends it."""

from uuid import UUID

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from pytest_django import Settings

from commerce.accounts.errors import (
    AccountNotConfirmed,
    ExpiredToken,
    InvalidCredentials,
    InvalidCsrfToken,
    InvalidToken,
    MalformedToken,
    MissingToken,
    PasswordTooShort,
    SignInDelayed,
    SignInUnavailable,
    WrongPassword,
)
from commerce.accounts.models import RefreshToken, User
from commerce.accounts.sessions import (
    Session,
    change_password,
    purge_refresh_tokens,
    refresh_session,
    sign_in,
    sign_out_everywhere,
)
from commerce.accounts.throttle import Attempt
from commerce.accounts.tokens import Audience, actor_from_bearer, customer_actor_of, encode_token
from commerce.core.actor import ANONYMOUS
from commerce.core.errors import PermissionDenied, Rejected
from commerce.events.models import Event
from tests.factories import PASSWORD, make_customer, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

STOREFRONT, ADMIN = Audience.STOREFRONT, Audience.ADMIN
HERE = "203.0.113.7"


def enter(
    email: str = "ada@example.com", password: str = PASSWORD, *, audience: Audience = STOREFRONT, ip: str = HERE
) -> Session:
    return sign_in(email=email, password=password, audience=audience, ip=ip)


def renew(token: str, *, rotate: bool = True, audience: Audience = STOREFRONT) -> Session:
    return refresh_session(refresh_token=token, audience=audience, rotate=rotate)


def fail(times: int, email: str = "ada@example.com", ip: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            enter(email, "wrong", ip=ip)


def test_a_customer_signs_in_however_the_address_is_written() -> None:
    ada = make_customer("ada@example.com")
    session = enter("  ADA@Example.COM ")
    assert session.user == ada
    assert actor_from_bearer(session.access_token, STOREFRONT).id == ada.id
    ada.refresh_from_db()
    assert ada.last_login is not None


def test_what_is_wrong_is_not_said() -> None:
    """No such account, a wrong password, a closed account, a customer at the admin's door: one answer."""
    make_customer("ada@example.com")
    make_customer("closed@example.com", is_active=False)
    User.objects.create_user("nopassword@example.com", None)
    answers = set()
    for email, password, audience in (
        ("ada@example.com", "wrong", STOREFRONT),
        ("nobody@example.com", PASSWORD, STOREFRONT),
        ("closed@example.com", PASSWORD, STOREFRONT),
        ("nopassword@example.com", "", STOREFRONT),
        ("ada@example.com", PASSWORD, ADMIN),
        ("a\x00b@example.com", PASSWORD, STOREFRONT),
        ("\ud800@example.com", "\ud800", STOREFRONT),
        ("ada@example.com", PASSWORD + "\x00", STOREFRONT),
        ("ada@example.com", "x" * 5000, STOREFRONT),
        ("", "", STOREFRONT),
    ):
        with pytest.raises(InvalidCredentials) as refusal:
            enter(email, password, audience=audience, ip="")
        answers.add((refusal.value.message, refusal.value.code, refusal.value.path, str(refusal.value.facts)))
    assert len(answers) == 1
    assert not RefreshToken.objects.exists()


def test_a_password_is_hashed_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock must not tell who has an account: the costly step is the same for all."""
    make_customer("ada@example.com")
    User.objects.create_user("nopassword@example.com", None)
    hashed: list[str] = []
    for name in ("encode", "verify"):
        genuine = getattr(Argon2PasswordHasher, name)

        def counting(self, *args, genuine=genuine, name=name):
            hashed.append(name)
            return genuine(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counting)
    for email, password in (
        ("ada@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("nopassword@example.com", "wrong"),
        ("ada@example.com", "x" * 5000),
    ):
        hashed.clear()
        with pytest.raises(InvalidCredentials):
            enter(email, password)
        assert len(hashed) == 1, email


def test_only_who_knows_the_password_is_told_to_confirm(settings: Settings) -> None:
    settings.ACCOUNTS_CONFIRM_BY_EMAIL = True
    make_customer("ada@example.com", is_confirmed=False)
    fail(1)
    with pytest.raises(AccountNotConfirmed):
        enter()


def test_five_wrong_passwords_from_one_address_are_enough_for_now() -> None:
    make_customer("ada@example.com")
    fail(5)
    with pytest.raises(SignInDelayed) as refusal:
        enter()
    assert refusal.value.code == "LOGIN_ATTEMPT_DELAYED"
    assert 0 < int(str(refusal.value.facts["retry_after_seconds"])) <= 300


def test_the_owner_signs_in_from_elsewhere_while_somebody_guesses() -> None:
    make_customer("ada@example.com")
    fail(5)
    assert enter(ip="198.51.100.4").user.email == "ada@example.com"


def test_an_account_that_does_not_exist_is_throttled_just_the_same() -> None:
    fail(5, "nobody@example.com")
    with pytest.raises(SignInDelayed):
        enter("nobody@example.com", "wrong")


def test_another_spelling_of_the_account_is_the_same_account() -> None:
    make_customer("ada@example.com")
    fail(3)
    fail(2, " ADA@example.com ")
    with pytest.raises(SignInDelayed):
        enter()


def test_guessing_from_many_addresses_is_stopped_by_account() -> None:
    make_customer("ada@example.com")
    for number in range(10):
        fail(5, ip=f"198.51.100.{number}")
    with pytest.raises(SignInDelayed):
        enter(ip="198.51.100.200")


def test_trying_many_accounts_is_stopped_by_address() -> None:
    for number in range(100):
        Attempt(email=f"user{number}@example.com", ip=HERE).count()
    with pytest.raises(SignInDelayed):
        enter("somebody@example.com", "wrong")


def test_a_whole_ipv6_network_is_one_address() -> None:
    make_customer("ada@example.com")
    for number in range(5):
        fail(1, ip=f"2001:db8::{number}")
    with pytest.raises(SignInDelayed):
        enter(ip="2001:db8::ffff")
    enter(ip="2001:db8:0:1::1")


def test_an_ipv4_address_in_ipv6_clothes_is_itself() -> None:
    make_customer("ada@example.com")
    fail(3, ip="203.0.113.7")
    fail(2, ip="::ffff:203.0.113.7")
    with pytest.raises(SignInDelayed):
        enter(ip="203.0.113.7")


def test_the_right_password_does_not_count() -> None:
    make_customer("ada@example.com")
    for _ in range(12):
        enter()


def test_without_redis_nobody_signs_in(settings: Settings) -> None:
    make_customer("ada@example.com")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(SignInUnavailable) as refusal:
        enter()
    assert "127.0.0.1" not in refusal.value.message
    assert not RefreshToken.objects.exists()


def test_a_refresh_token_is_used_up_by_the_next() -> None:
    make_customer("ada@example.com")
    first = enter()
    second = renew(first.refresh_token)
    third = renew(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert actor_from_bearer(third.access_token, STOREFRONT).email == "ada@example.com"
    assert RefreshToken.objects.values("family").distinct().count() == 1


def test_a_used_refresh_token_ends_the_whole_family() -> None:
    make_customer("ada@example.com")
    stolen = enter().refresh_token
    thief = renew(stolen)
    with pytest.raises(InvalidToken):
        renew(stolen)
    with pytest.raises(InvalidToken):
        renew(thief.refresh_token)
    assert not RefreshToken.objects.filter(revoked_at__isnull=True).exists()


def test_a_used_refresh_token_ends_the_family_for_clients_that_do_not_rotate_too() -> None:
    make_customer("ada@example.com")
    stolen = enter().refresh_token
    thief = renew(stolen)
    with pytest.raises(InvalidToken):
        renew(stolen, rotate=False)
    with pytest.raises(InvalidToken):
        renew(thief.refresh_token, rotate=False)


def test_another_sign_in_of_the_same_customer_is_another_family() -> None:
    make_customer("ada@example.com")
    phone, laptop = enter(), enter()
    renew(phone.refresh_token)
    with pytest.raises(InvalidToken):
        renew(phone.refresh_token)
    renew(laptop.refresh_token)


def test_a_client_that_never_takes_a_new_token_keeps_the_old_one() -> None:
    make_customer("ada@example.com")
    session = enter()
    for _ in range(3):
        again = renew(session.refresh_token, rotate=False)
        assert again.refresh_token == session.refresh_token
        assert again.csrf_token == session.csrf_token


def test_no_refresh_token_is_no_way_in() -> None:
    with pytest.raises(MissingToken) as refusal:
        refresh_session(refresh_token="", audience=STOREFRONT, rotate=True, csrf_token="", from_cookie=True)
    assert refusal.value.code == "JWT_MISSING_TOKEN"


def test_an_access_token_is_no_refresh_token() -> None:
    make_customer("ada@example.com")
    session = enter()
    with pytest.raises(InvalidToken):
        renew(session.access_token)
    with pytest.raises(MalformedToken):
        renew("x")
    with pytest.raises(InvalidToken):
        renew(session.refresh_token, audience=ADMIN)


def test_a_refresh_token_of_a_row_that_is_not_there_is_refused() -> None:
    ada = make_customer("ada@example.com")
    row = str(UUID(int=1))
    with pytest.raises(InvalidToken):
        renew(encode_token("refresh", 60, STOREFRONT, sub=str(ada.id), jti=row, epoch=0, csrf="x"))
    with pytest.raises(InvalidToken):
        renew(encode_token("refresh", 60, STOREFRONT, sub=str(ada.id), epoch=0, csrf="x"))


def test_a_token_from_a_cookie_needs_its_csrf_token() -> None:
    make_customer("ada@example.com")
    session, other = enter(), enter()
    for csrf_token in (None, "", "x", "é", other.csrf_token):
        with pytest.raises(InvalidCsrfToken):
            refresh_session(
                refresh_token=session.refresh_token,
                audience=STOREFRONT,
                rotate=True,
                csrf_token=csrf_token,
                from_cookie=True,
            )
    refresh_session(
        refresh_token=session.refresh_token,
        audience=STOREFRONT,
        rotate=True,
        csrf_token=session.csrf_token,
        from_cookie=True,
    )


def test_what_the_database_holds_signs_nobody_in() -> None:
    make_customer("ada@example.com")
    session = enter()
    row = RefreshToken.objects.get()
    for guess in (str(row.id), str(row.family), row.id.hex):
        with pytest.raises(MalformedToken):
            renew(guess)
    assert session.refresh_token not in str(RefreshToken.objects.values().get())


def test_a_refresh_token_ends_after_its_seconds(settings: Settings) -> None:
    settings.REFRESH_TOKEN_SECONDS = -1
    make_customer("ada@example.com")
    session = enter()
    with pytest.raises(ExpiredToken):
        renew(session.refresh_token)
    assert purge_refresh_tokens() == 1


def test_a_closed_account_is_not_refreshed() -> None:
    clerk = make_staff(email="clerk@example.com")
    session = enter("clerk@example.com", audience=ADMIN)
    User.objects.filter(id=clerk.id).update(is_staff=False)
    with pytest.raises(InvalidToken):
        renew(session.refresh_token, audience=ADMIN)
    User.objects.filter(id=clerk.id).update(is_staff=True, is_active=False)
    with pytest.raises(InvalidToken):
        renew(session.refresh_token, audience=ADMIN)


def test_a_token_that_was_born_while_the_sessions_ended_is_refused() -> None:
    """Its row came after the others were revoked, but it carries the epoch of before."""
    make_customer("ada@example.com")
    session = enter()
    User.objects.update(token_epoch=1)
    for rotate in (False, True):
        with pytest.raises(InvalidToken):
            renew(session.refresh_token, rotate=rotate)


def test_signing_out_everywhere_ends_every_session_at_once() -> None:
    ada = make_customer("ada@example.com")
    phone, laptop = enter(), enter()
    sign_out_everywhere(actor=customer_actor_of(ada))
    for session in (phone, laptop):
        with pytest.raises(InvalidToken):
            actor_from_bearer(session.access_token, STOREFRONT)
        with pytest.raises(InvalidToken):
            renew(session.refresh_token)
    enter()


def test_a_new_password_ends_every_session_and_is_an_event() -> None:
    ada = make_customer("ada@example.com")
    session = enter()
    change_password(old_password=PASSWORD, new_password="another horse battery", ip=HERE, actor=customer_actor_of(ada))
    with pytest.raises(InvalidToken):
        actor_from_bearer(session.access_token, STOREFRONT)
    with pytest.raises(InvalidToken):
        renew(session.refresh_token)
    fail(1)
    enter(password="another horse battery")
    event = Event.objects.get()
    assert (event.type, event.aggregate_id, event.sequence) == ("customer.updated", ada.id, 2)
    assert "password" not in str(event.payload)


def test_a_new_password_needs_the_old_one_and_must_be_good() -> None:
    ada = customer_actor_of(make_customer("ada@example.com"))
    with pytest.raises(WrongPassword):
        change_password(old_password="wrong", new_password="another horse battery", ip=HERE, actor=ada)
    with pytest.raises(Rejected) as refusal:
        change_password(old_password=PASSWORD, new_password="x1y", ip=HERE, actor=ada)
    assert [(type(error), error.path) for error in refusal.value.errors] == [(PasswordTooShort, ("new_password",))]
    with pytest.raises(PermissionDenied):
        change_password(old_password=PASSWORD, new_password="another horse battery", ip=HERE, actor=ANONYMOUS)
    enter()


def test_the_old_password_cannot_be_guessed_through_the_form_that_asks_for_it() -> None:
    ada = customer_actor_of(make_customer("ada@example.com"))
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change_password(old_password="wrong", new_password="another horse battery", ip=HERE, actor=ada)
    with pytest.raises(SignInDelayed):
        change_password(old_password=PASSWORD, new_password="another horse battery", ip=HERE, actor=ada)


def test_a_stronger_hash_on_sign_in_does_not_end_other_sessions(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    ada = make_customer("ada@example.com")
    session = enter()
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:] + settings.PASSWORD_HASHERS[:1]
    enter()
    ada.refresh_from_db()
    assert ada.password.startswith("argon2")
    actor_from_bearer(session.access_token, STOREFRONT)
