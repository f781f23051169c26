"""Tokens: short-lived JWTs for people (RFC 7519, HS256), opaque ones for apps, and the actor behind either.

Checking an access token costs one statement, and one more for the groups of a staff user.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import jwt
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from commerce.accounts.errors import ExpiredToken, InvalidToken, MalformedToken
from commerce.accounts.models import App, User
from commerce.core.actor import Actor, ActorKind, Grant
from commerce.core.keys import derived_key
from commerce.core.permission import Permission
from commerce.permissions.models import StaffGroup

APP_TOKEN_PREFIX: Final = "hca_"  # noqa: S105 - begins every token, opens nothing
_ALGORITHM: Final = "HS256"
_CLAIMS: Final = ["iss", "aud", "sub", "iat", "exp"]
_LONGEST: Final = 4096
_OF_THE_CHANNELS: Final = ArrayAgg("channels__id", filter=Q(channels__isnull=False), default=[])


class Audience(StrEnum):
    """Which schema a token is for. A token of one is refused by the other."""

    STOREFRONT = "storefront"
    ADMIN = "admin"


_PATHS: Final = {Audience.STOREFRONT: "/graphql/", Audience.ADMIN: "/graphql/admin/"}


def issue_access_token(user: User, audience: Audience | str) -> str:
    """A JWT for `user`, good for ACCESS_TOKEN_SECONDS. Its issuer is the URL that it may be sent to."""
    return encode_token("access", settings.ACCESS_TOKEN_SECONDS, audience, sub=str(user.id), epoch=user.token_epoch)


def actor_from_bearer(token: str, audience: Audience | str) -> Actor:
    """Who stands behind a bearer token sent to `audience`.

    On the storefront everybody is a customer: staff have no powers there, and apps no business.
    Raises MalformedToken, ExpiredToken, or InvalidToken: forged, for another audience, of an older epoch, or of an
    account that is closed.
    """
    audience = Audience(audience)
    if token.startswith(APP_TOKEN_PREFIX):
        return _app(token, audience)
    claims = decode_token("access", token, audience)
    user_id, epoch = uuid_claim(claims, "sub"), claims.get("epoch")
    found = (
        User.objects.filter(id=user_id, is_active=True, token_epoch=epoch if isinstance(epoch, int) else -1)
        .values_list("email", "is_staff", "is_superuser")
        .first()
    )
    if found is None:
        raise InvalidToken("The token is no longer accepted.")
    email, is_staff, is_superuser = found
    if audience is Audience.STOREFRONT:
        return Actor(ActorKind.CUSTOMER, user_id, email=email)
    if not is_staff:
        raise InvalidToken("The token is not for staff.")
    return Actor.granted(ActorKind.STAFF, user_id, _grants(user_id, is_superuser=is_superuser), email=email)


def staff_actor_of(user: User) -> Actor:
    """The actor that an admin token of this staff user stands for, without a token: one statement."""
    return Actor.granted(ActorKind.STAFF, user.id, _grants(user.id, is_superuser=user.is_superuser), email=user.email)


def customer_actor_of(user: User) -> Actor:
    """The actor that a storefront token of this user stands for, without a token."""
    return Actor(ActorKind.CUSTOMER, user.id, email=user.email)


def encode_token(purpose: str, seconds: int, audience: Audience | str, **claims: object) -> str:
    """A JWT of `claims`, signed with the key of `purpose`, that expires after `seconds`."""
    now, audience = int(time.time()), Audience(audience)
    standard = {"iss": _issuer(audience), "aud": audience.value, "iat": now, "exp": now + seconds}
    return jwt.encode({**standard, "type": purpose, **claims}, _key(purpose), algorithm=_ALGORITHM)


def decode_token(purpose: str, token: str, audience: Audience) -> dict[str, Any]:
    """The verified claims of a token of that purpose and audience. Same errors as `actor_from_bearer`.

    The algorithm is ours, never the token's word: neither `none` nor a public key passed off as an HMAC key gets in.
    """
    if len(token) > _LONGEST:
        raise MalformedToken("The token is too long to be one.")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(purpose),
            algorithms=[_ALGORITHM],
            audience=audience.value,
            issuer=_issuer(audience),
            options={"require": _CLAIMS, "strict_aud": True},
        )
    except jwt.ExpiredSignatureError:
        raise ExpiredToken("The token has expired.") from None
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        raise InvalidToken("The token is not valid.") from None
    except jwt.DecodeError:
        raise MalformedToken("This is not a token.") from None
    except jwt.PyJWTError:
        raise InvalidToken("The token is not valid here.") from None
    return claims


def uuid_claim(claims: dict[str, Any], name: str) -> UUID:
    """A claim that is an id. InvalidToken if it is none."""
    try:
        return UUID(claims[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InvalidToken("The token is not valid.") from None


def new_app_token() -> str:
    """A fresh token of an app: 32 random bytes. It can be shown once; only `app_token_hash` of it is kept."""
    return APP_TOKEN_PREFIX + secrets.token_urlsafe(32)


def app_token_hash(token: str) -> str:
    """SHA-256 in hex. No salt and no stretching: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def _app(token: str, audience: Audience) -> Actor:
    if audience is not Audience.ADMIN:
        raise InvalidToken("The token of an app is for the admin schema.")
    rows = App.objects.filter(token_hash=app_token_hash(token), is_active=True)
    for app_id, permissions, restricted, channels in _channelled(rows):
        return Actor.granted(ActorKind.APP, app_id, [_grant(permissions, restricted, channels)])
    raise InvalidToken("The token is not valid.")


def _grants(user_id: UUID, *, is_superuser: bool) -> list[Grant]:
    if is_superuser:
        return [(frozenset(Permission), None)]
    rows = _channelled(StaffGroup.objects.filter(users=user_id))
    return [_grant(permissions, restricted, channels) for _, permissions, restricted, channels in rows]


def _channelled(holders: QuerySet[Any]) -> Iterable[tuple[UUID, list[str], bool, list[UUID]]]:
    """Each group or app with the ids of its channels, in one statement."""
    rows: Iterable[tuple[UUID, list[str], bool, list[UUID]]] = (
        holders.order_by()
        .annotate(granted_in=_OF_THE_CHANNELS)
        .values_list("id", "permissions", "restricted_to_channels", "granted_in")
    )
    return rows


def _grant(permissions: list[str], restricted: bool, channels: list[UUID]) -> Grant:
    # A permission that this version no longer knows grants nothing.
    known = frozenset(member for member in Permission if member.value in permissions)
    return known, frozenset(channels) if restricted else None


def _issuer(audience: Audience) -> str:
    return f"{settings.PUBLIC_URL}{_PATHS[audience]}"


def _key(purpose: str) -> bytes:
    return derived_key(f"handcart token {purpose}")
