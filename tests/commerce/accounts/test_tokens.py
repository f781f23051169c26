"""Tokens: what gets in, and the many things that do not."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from pytest_django import Settings

from commerce.accounts.errors import ExpiredToken, InvalidToken, MalformedToken
from commerce.accounts.integrations import create_app, renew_app_token
from commerce.accounts.models import App, User
from commerce.accounts.tokens import Audience, actor_from_bearer, encode_token, issue_access_token
from commerce.core.actor import SYSTEM, Actor, ActorKind
from commerce.core.errors import NotAuthenticated
from commerce.core.keys import derived_key
from commerce.core.permission import Permission
from commerce.permissions.models import StaffGroup
from tests.factories import make_channel, make_customer, make_staff

pytestmark = pytest.mark.django_db

ORDERS, PRODUCTS = Permission.MANAGE_ORDERS, Permission.MANAGE_PRODUCTS
STOREFRONT, ADMIN = Audience.STOREFRONT, Audience.ADMIN


def claims_of(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def unsigned(part: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def resigned(token: str, **changes: object) -> str:
    """The same claims but for `changes`, with a genuine signature."""
    claims = {name: value for name, value in (claims_of(token) | changes).items() if value is not None}
    return jwt.encode(claims, derived_key("handcart token access"), algorithm="HS256")


def test_a_customer_is_a_customer() -> None:
    ada = make_customer("ada@example.com")
    actor = actor_from_bearer(issue_access_token(ada, STOREFRONT), STOREFRONT)
    assert actor == Actor(ActorKind.CUSTOMER, ada.id, email="ada@example.com")


def test_staff_have_no_powers_on_the_storefront() -> None:
    boss = User.objects.create_superuser("boss@example.com", "correct horse battery")
    actor = actor_from_bearer(issue_access_token(boss, STOREFRONT), STOREFRONT)
    assert actor.kind is ActorKind.CUSTOMER
    assert not any(actor.has(permission) for permission in Permission)


def test_a_superuser_holds_every_permission() -> None:
    boss = User.objects.create_superuser("boss@example.com", "correct horse battery")
    actor = actor_from_bearer(issue_access_token(boss, ADMIN), ADMIN)
    assert actor.kind is ActorKind.STAFF
    assert all(actor.has_everywhere(permission) for permission in Permission)


def test_staff_hold_what_their_groups_give_where_they_give_it() -> None:
    us, eu = make_channel(), make_channel("eu")
    clerk = make_staff([ORDERS], channels=[us])
    wide = StaffGroup.objects.create(name="Wide", permissions=["manage_products", "a permission of long ago"])
    closed = StaffGroup.objects.create(name="Closed", permissions=["manage_staff"], restricted_to_channels=True)
    clerk.groups.add(wide, closed)
    actor = actor_from_bearer(issue_access_token(clerk, ADMIN), ADMIN)
    assert actor.has(ORDERS, us.id)
    assert not actor.has(ORDERS, eu.id)
    assert actor.has(PRODUCTS, eu.id)
    assert actor.permissions == {ORDERS, PRODUCTS}


def test_a_token_costs_one_statement_and_staff_one_more(query_count) -> None:
    for user, audience, allowed in (
        (make_customer(), STOREFRONT, 1),
        (make_staff([ORDERS], channels=[make_channel(), make_channel("eu")]), ADMIN, 2),
        (User.objects.create_superuser("boss@example.com", "x"), ADMIN, 1),
    ):
        token = issue_access_token(user, audience)
        with query_count() as statements:
            actor_from_bearer(token, audience)
        assert len(statements) == allowed, statements


def test_a_forged_token_costs_no_statement(query_count) -> None:
    token = issue_access_token(make_customer(), STOREFRONT)
    with query_count() as statements, pytest.raises(NotAuthenticated):
        actor_from_bearer(token[:-4] + "AAAA", STOREFRONT)
    assert not statements


def test_a_token_without_signature_is_refused() -> None:
    claims = claims_of(issue_access_token(make_customer(), STOREFRONT))
    for algorithm in ("none", "None", "NONE", "nOnE"):
        body = f"{unsigned({'alg': algorithm, 'typ': 'JWT'})}.{unsigned(claims)}"
        for token in (f"{body}.", f"{body}.AAAA"):
            with pytest.raises(InvalidToken):
                actor_from_bearer(token, STOREFRONT)


def test_another_algorithm_is_refused_even_with_our_key() -> None:
    claims = claims_of(issue_access_token(make_customer(), STOREFRONT))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = rsa_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for token in (
        jwt.encode(claims, derived_key("handcart token access") * 2, algorithm="HS512"),
        jwt.encode(claims, private, algorithm="RS256"),
    ):
        with pytest.raises(InvalidToken):
            actor_from_bearer(token, STOREFRONT)


def test_a_key_named_in_the_header_is_not_looked_up() -> None:
    claims = claims_of(issue_access_token(make_customer(), STOREFRONT))
    for header in ({"kid": "../../../dev/null"}, {"kid": "x' UNION SELECT ''"}, {"jku": "https://evil.example/keys"}):
        token = jwt.encode(claims, "\0" * 32, algorithm="HS256", headers=header)
        with pytest.raises(InvalidToken):
            actor_from_bearer(token, STOREFRONT)


def test_the_keys_of_two_purposes_differ() -> None:
    """A refresh token is no access token, nor is anything signed with the plain SECRET_KEY."""
    ada = make_customer()
    access = issue_access_token(ada, STOREFRONT)
    refresh = encode_token("refresh", 300, STOREFRONT, sub=str(ada.id), epoch=0)
    plain = jwt.encode(claims_of(access), settings.SECRET_KEY, algorithm="HS256")
    for token in (refresh, plain):
        with pytest.raises(InvalidToken):
            actor_from_bearer(token, STOREFRONT)


def test_a_token_of_one_audience_is_refused_by_the_other() -> None:
    clerk = make_staff([ORDERS])
    for made_for, sent_to in ((STOREFRONT, ADMIN), (ADMIN, STOREFRONT)):
        with pytest.raises(InvalidToken):
            actor_from_bearer(issue_access_token(clerk, made_for), sent_to)
    token = issue_access_token(clerk, ADMIN)
    for audience in (["admin", "storefront"], ["admin"], "", None):
        with pytest.raises(InvalidToken):
            actor_from_bearer(resigned(token, aud=audience), ADMIN)


def test_a_customer_is_not_let_in_by_an_admin_token() -> None:
    with pytest.raises(InvalidToken):
        actor_from_bearer(issue_access_token(make_customer(), ADMIN), ADMIN)


def test_a_token_of_another_shop_is_refused(settings: Settings) -> None:
    token = issue_access_token(make_customer(), STOREFRONT)
    settings.PUBLIC_URL = "https://other.example"
    with pytest.raises(InvalidToken):
        actor_from_bearer(token, STOREFRONT)


def test_a_token_names_the_url_that_it_may_be_sent_to(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://shop.example"
    claims = claims_of(issue_access_token(make_staff(), ADMIN))
    assert claims["iss"] == "https://shop.example/graphql/admin/"
    assert claims["aud"] == "admin"


def test_a_token_ends_after_its_seconds(settings: Settings) -> None:
    settings.ACCESS_TOKEN_SECONDS = 300
    token = issue_access_token(make_customer(), STOREFRONT)
    claims = claims_of(token)
    assert claims["exp"] == claims["iat"] + 300
    with pytest.raises(ExpiredToken) as refusal:
        actor_from_bearer(resigned(token, iat=int(time.time()) - 400, exp=int(time.time()) - 1), STOREFRONT)
    assert refusal.value.code == "JWT_SIGNATURE_EXPIRED"


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "epoch"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    token = issue_access_token(make_customer(), STOREFRONT)
    with pytest.raises(InvalidToken):
        actor_from_bearer(resigned(token, **{claim: None}), STOREFRONT)


@pytest.mark.parametrize("subject", ["", "1", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --"])
def test_a_subject_that_is_nobody_is_refused(subject: str) -> None:
    token = issue_access_token(make_customer(), STOREFRONT)
    with pytest.raises(InvalidToken):
        actor_from_bearer(resigned(token, sub=subject), STOREFRONT)


@pytest.mark.parametrize("epoch", [True, "0", 1, -1, 0.0, [0]])
def test_an_epoch_that_is_not_the_users_is_refused(epoch: object) -> None:
    token = issue_access_token(make_customer(token_epoch=2), STOREFRONT)
    with pytest.raises(InvalidToken):
        actor_from_bearer(resigned(token, epoch=epoch), STOREFRONT)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "Bearer x", "..", "a" * 5000, "é.é.é", "\x00"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(MalformedToken):
        actor_from_bearer(token, STOREFRONT)


def test_the_token_of_a_closed_account_ends_at_once() -> None:
    clerk = make_staff([ORDERS])
    token = issue_access_token(clerk, ADMIN)
    User.objects.filter(id=clerk.id).update(is_active=False)
    with pytest.raises(InvalidToken):
        actor_from_bearer(token, ADMIN)


def test_a_new_password_ends_older_tokens_however_it_was_set() -> None:
    ada = make_customer("ada@example.com")
    token = issue_access_token(ada, STOREFRONT)
    ada.set_password("another horse battery")
    ada.save(update_fields=["password"])
    with pytest.raises(InvalidToken):
        actor_from_bearer(token, STOREFRONT)
    actor_from_bearer(issue_access_token(ada, STOREFRONT), STOREFRONT)


def test_an_app_holds_what_it_was_given_where_it_was_given() -> None:
    us, eu = make_channel(), make_channel("eu")
    made = create_app(name="Warehouse", permissions=[ORDERS], channel_ids=[us.id], actor=SYSTEM)
    actor = actor_from_bearer(made.token, ADMIN)
    assert (actor.kind, actor.id, actor.user_id) == (ActorKind.APP, made.app.id, None)
    assert actor.has(ORDERS, us.id)
    assert not actor.has(ORDERS, eu.id)


def test_an_app_token_costs_one_statement(query_count) -> None:
    made = create_app(name="Warehouse", permissions=[ORDERS], channel_ids=[make_channel().id], actor=SYSTEM)
    with query_count() as statements:
        actor_from_bearer(made.token, ADMIN)
    assert len(statements) == 1, statements


def test_an_app_has_no_business_on_the_storefront() -> None:
    made = create_app(name="Warehouse", permissions=[ORDERS], channel_ids=None, actor=SYSTEM)
    with pytest.raises(InvalidToken):
        actor_from_bearer(made.token, STOREFRONT)


def test_the_token_of_an_app_is_not_in_the_database() -> None:
    made = create_app(name="Warehouse", permissions=[], channel_ids=None, actor=SYSTEM)
    kept = App.objects.filter(id=made.app.id).values().get()
    assert made.token.startswith("hca_")
    assert not any(made.token in str(value) or made.token[4:] in str(value) for value in kept.values())
    assert kept["token_last_4"] == made.token[-4:]


def test_an_old_or_switched_off_app_token_is_refused() -> None:
    old = create_app(name="Warehouse", permissions=[ORDERS], channel_ids=None, actor=SYSTEM)
    new = renew_app_token(app_id=old.app.id, actor=SYSTEM)
    actor_from_bearer(new.token, ADMIN)
    App.objects.update(is_active=False)
    for token in (old.token, new.token, "hca_", "hca_" + "0" * 43):
        with pytest.raises(InvalidToken):
            actor_from_bearer(token, ADMIN)
