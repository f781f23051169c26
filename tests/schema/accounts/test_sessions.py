"""Signing up, signing in, staying signed in, and everybody who should not get in."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from django.utils import timezone

from commerce.accounts.models import RefreshToken, User
from commerce.accounts.tokens import encode_token, issue_access_token
from commerce.core.permission import Permission
from tests.api import Api
from tests.factories import PASSWORD, make_channel, make_customer, make_product, make_staff
from tests.schema.doing import Merchant, Shopper, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

ME = "{ me { email firstName isActive isConfirmed addresses { city } defaultShippingAddress { city } } }"
ADA = {"email": "ada@example.com", "password": PASSWORD}


def enter(**arguments: Any) -> Any:
    """The payload of tokenCreate on the storefront."""
    return Shopper().ask("tokenCreate", **(ADA | arguments)).payload


def test_registering_signing_in_and_being_somebody() -> None:
    made = Shopper().do("accountRegister", input={**ADA, "email": "Ada@Example.com", "firstName": "Ada"})
    assert made["requiresConfirmation"] is False
    assert (made["user"]["email"], made["user"]["firstName"], made["user"]["isConfirmed"]) == (
        "ada@example.com",
        "Ada",
        True,
    )
    session = enter(email="ADA@example.com")
    assert (session["errors"], session["warnings"], session["checkout"]) == ([], [], None)
    assert session["csrfToken"]
    me = Api(token=session["token"]).send(ME).data["me"]
    assert (me["email"], me["addresses"], me["defaultShippingAddress"]) == ("ada@example.com", [], None)
    assert Api().send(ME).data == {"me": None}
    assert Api(token=session["token"]).send(ME).headers["Cache-Control"].find("no-store") >= 0


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"email": ""}, [("REQUIRED", "email")]),
        ({"email": "ada"}, [("INVALID", "email")]),
        ({"email": "taken@example.com"}, [("UNIQUE", "email")]),
        ({"password": "xQ7-k"}, [("PASSWORD_TOO_SHORT", "password")]),
        ({"password": "password"}, [("PASSWORD_TOO_COMMON", "password")]),
        ({"password": "7283910465"}, [("PASSWORD_ENTIRELY_NUMERIC", "password")]),
        ({"password": "ada@example.com"}, [("PASSWORD_TOO_SIMILAR", "password")]),
        ({"email": "x", "password": "xQ7-k"}, [("INVALID", "email"), ("PASSWORD_TOO_SHORT", "password")]),
        ({"firstName": "\x00"}, [("INVALID", "firstName")]),
        ({"lastName": "x" * 257}, [("INVALID", "lastName")]),
        ({"metadata": [{"key": "a", "value": "\x00"}]}, [("INVALID", "metadata")]),
        ({"metadata": [{"key": "", "value": "x"}]}, [("REQUIRED", "metadata")]),
        ({"metadata": [{"key": "a", "value": "x" * 10_001}]}, [("INVALID", "metadata")]),
        ({"metadata": [{"key": f"k{n}", "value": ""} for n in range(51)]}, [("INVALID", "metadata")]),
        ({"channel": "nowhere"}, [("NOT_FOUND", "channel")]),
        ({"channel": "closed"}, [("CHANNEL_INACTIVE", "channel")]),
    ],
)
def test_what_no_account_can_be_made_of(given: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    make_customer("taken@example.com")
    make_channel("closed", is_active=False)
    answer = Shopper().ask("accountRegister", input={**ADA, **given})
    assert answer.problems == [(code, ["input", name]) for code, name in problems]
    assert answer.payload["user"] is None
    assert User.objects.count() == 1


def test_registering_sets_nothing_that_was_not_offered() -> None:
    for name in ("isStaff", "isSuperuser", "isActive", "isConfirmed", "privateMetadata"):
        assert Shopper().ask("accountRegister", input={**ADA, name: True}).codes == ["BAD_USER_INPUT"]
    assert User.objects.count() == 0


def test_whoever_does_not_get_in_is_told_the_same_thing() -> None:
    make_customer("ada@example.com")
    make_customer("closed@example.com", is_active=False)
    answers = [
        enter(password="wrong"),
        enter(email="nobody@example.com"),
        enter(email="closed@example.com"),
        enter(email=""),
        enter(email="\x00"),
        Merchant(Api("/graphql/admin/")).ask("tokenCreate", **ADA).payload,
    ]
    assert all(answer["errors"] == answers[0]["errors"] for answer in answers)
    assert [(e["code"], e["path"]) for e in answers[0]["errors"]] == [("INVALID_CREDENTIALS", ["email"])]
    assert all(answer["token"] is answer["refreshToken"] is answer["user"] is None for answer in answers)


def test_passwords_cannot_be_tried_out_not_by_aliases_either() -> None:
    make_customer("ada@example.com")
    tries = " ".join(
        f'try{n}: tokenCreate(email: "ada@example.com", password: "wrong{n}") {{ token errors {{ code }} }}'
        for n in range(4)
    )
    for _ in range(2):
        Api().send(f"mutation {{ {tries} }}", headers={"X-Forwarded-For": "203.0.113.9"})
    delayed = enter()
    assert [error["code"] for error in delayed["errors"]] == ["LOGIN_ATTEMPT_DELAYED"], "the right password, too late"
    assert delayed["token"] is None
    seconds = delayed["errors"][0].get("retryAfterSeconds")
    assert seconds is not None
    assert 0 < seconds <= 300


def test_a_refresh_token_gives_a_new_access_token_and_stays_good_until_it_is_rotated() -> None:
    make_customer("ada@example.com")
    session = enter()
    for _ in range(2):
        renewed = Shopper().do("tokenRefresh", refreshToken=session["refreshToken"])
        assert Api(token=renewed["token"]).send(ME).data["me"]["email"] == "ada@example.com"
        assert renewed["user"]["email"] == "ada@example.com"
    rotated = Shopper().do("tokenRefresh", refreshToken=session["refreshToken"], rotate=True)
    assert rotated["refreshToken"] != session["refreshToken"]
    replayed = Shopper().ask("tokenRefresh", refreshToken=session["refreshToken"], rotate=True)
    assert replayed.problems == [("JWT_INVALID_TOKEN", ["refreshToken"])]
    assert replayed.payload["token"] is None
    after = Shopper().ask("tokenRefresh", refreshToken=rotated["refreshToken"])
    assert after.problems == [("JWT_INVALID_TOKEN", ["refreshToken"])], "the whole family is revoked"


def test_refresh_tokens_that_are_none() -> None:
    ada = make_customer("ada@example.com")
    access = issue_access_token(ada, "storefront")
    expired = encode_token("refresh", -10, "storefront", sub=str(ada.id), jti=str(ada.id), epoch=0, csrf="x")
    for given, code in (
        (None, "JWT_MISSING_TOKEN"),
        ("", "JWT_MISSING_TOKEN"),
        ("nonsense", "JWT_DECODE_ERROR"),
        ("x" * 5000, "JWT_DECODE_ERROR"),
        ("\x00", "JWT_DECODE_ERROR"),
        (access, "JWT_INVALID_TOKEN"),
        (expired, "JWT_SIGNATURE_EXPIRED"),
    ):
        answer = Shopper().ask("tokenRefresh", refreshToken=given)
        assert answer.problems == [(code, ["refreshToken"])], given
    session = enter()
    assert Merchant(Api("/graphql/admin/")).ask("tokenRefresh", refreshToken=session["refreshToken"]).problems == [
        ("JWT_INVALID_TOKEN", ["refreshToken"])
    ]
    assert RefreshToken.objects.filter(expires_at__gt=timezone.now(), revoked_at=None).count() == 1


def bad_tokens() -> dict[str, str]:
    """Bearer tokens that open nothing, by what is wrong with them."""
    ada = make_customer("ada@example.com")
    good = issue_access_token(ada, "storefront")
    claims = jwt.decode(good, options={"verify_signature": False})
    header, body, _ = good.split(".")
    User.objects.filter(id=ada.id).update(token_epoch=0)
    gone = make_customer(is_active=False)
    older = make_customer()
    signed_before = issue_access_token(older, "storefront")
    User.objects.filter(id=older.id).update(token_epoch=1)
    return {
        "expired": encode_token("access", -10, "storefront", sub=str(ada.id), epoch=0),
        "unsigned": jwt.encode(claims, None, algorithm="none"),  # type: ignore[arg-type]
        "signature cut off": f"{header}.{body}.",
        "signed by somebody else": jwt.encode(claims, "k" * 32, algorithm="HS256"),
        "signed with another algorithm": jwt.encode(claims, "k" * 64, algorithm="HS512"),
        "kid injection": jwt.encode(claims, "\0" * 32, algorithm="HS256", headers={"kid": "../../dev/zero"}),
        "refresh token": enter()["refreshToken"],
        "for the admin schema": issue_access_token(make_staff(), "admin"),
        "of a closed account": issue_access_token(gone, "storefront"),
        "from before the password changed": signed_before,
        "no token": "nonsense",
        "app token": "hca_" + "x" * 43,
    }


CODES = {"JWT_SIGNATURE_EXPIRED", "JWT_INVALID_TOKEN", "JWT_DECODE_ERROR"}


def test_a_bad_bearer_token_is_refused_with_401_and_a_code() -> None:
    make_product()
    for wrong, token in bad_tokens().items():
        answer = Api(token=token).send(ME)
        assert answer.status == 401, wrong
        assert len(answer.codes) == 1, wrong
        assert set(answer.codes) <= CODES, wrong
        assert "data" not in answer.body or answer.body["data"] is None, wrong
        if wrong == "expired":
            assert answer.codes == ["JWT_SIGNATURE_EXPIRED"]
    for header in ("Bearer", "Bearer ", "Basic YTpi", "x"):
        assert Api().send(ME, headers={"Authorization": header}).status == 401, header


def test_a_storefront_token_opens_nothing_at_the_admin_schema() -> None:
    boss = make_staff(list(Permission))
    answer = Api("/graphql/admin/", customer(boss).token).send("{ me { email } }")
    assert (answer.status, answer.codes) == (401, ["JWT_INVALID_TOKEN"])
    assert (
        Api("/graphql/admin/", issue_access_token(boss, "admin")).send("{ me { email } }").data["me"]["email"]
        == boss.email
    )
    assert Api("/graphql/admin/").send("{ me { email } }").codes == ["UNAUTHENTICATED"]


def test_staff_have_no_powers_in_the_storefront() -> None:
    hidden = make_product("Hidden", slug="hidden", is_published=False)
    boss = make_staff(list(Permission))
    seen = customer(boss).send('{ product(slug: "hidden", channel: "default-channel") { name } }')
    assert seen.data == {"product": None}
    assert customer(boss).send("{ me { isStaff } }").codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert customer(boss).send("{ me { privateMetadata { key } } }").codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert hidden.name == "Hidden"


def test_signing_in_at_the_admin_schema() -> None:
    boss = make_staff([Permission.MANAGE_ORDERS], email="boss@example.com")
    api = Api("/graphql/admin/")
    session = Merchant(api).do("tokenCreate", email="boss@example.com", password=PASSWORD)
    assert api.as_(session["token"]).send("{ me { email isStaff } }").codes == ["PERMISSION_DENIED"]
    assert api.as_(session["token"]).send("{ me { email } }").data == {"me": {"email": boss.email}}
    renewed = Merchant(api).do("tokenRefresh", refreshToken=session["refreshToken"])
    assert renewed["refreshToken"] != session["refreshToken"]
    assert Merchant(api).ask("tokenRefresh", refreshToken=session["refreshToken"]).problems == [
        ("JWT_INVALID_TOKEN", ["refreshToken"])
    ]


def test_customers_as_staff_see_them() -> None:
    ada = make_customer("ada@example.com")
    make_staff(email="colleague@example.com")
    api = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_CUSTOMERS]), "admin"))
    asked = "query($search: String) { customers(search: $search) { totalCount nodes { id email } } }"
    (found,) = api.send(asked, search="ADA@").data["customers"]["nodes"]
    assert found["email"] == ada.email
    assert api.send(asked).data["customers"]["totalCount"] == 1, "staff are not customers"
    one = "query($id: ID!) { user(id: $id) { email orders { totalCount } } }"
    assert api.send(one, id=found["id"]).data["user"] == {"email": ada.email, "orders": {"totalCount": 0}}
    other = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_ORDERS]), "admin"))
    assert other.send(asked).codes == ["PERMISSION_DENIED"]
