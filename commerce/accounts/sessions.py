"""Signing in, staying signed in, and ending it.

A session is a short-lived access token and a refresh token. Each refresh token is a row; the token itself is a JWT
that names the row, so what the database holds signs nobody in.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from commerce.accounts.email import normalised
from commerce.accounts.errors import (
    AccountNotConfirmed,
    InvalidCredentials,
    InvalidCsrfToken,
    InvalidToken,
    MissingToken,
    WrongPassword,
)
from commerce.accounts.events import announce_updated
from commerce.accounts.models import RefreshToken, User
from commerce.accounts.own_account import lock_own_account
from commerce.accounts.passwords import is_password_of, require_acceptable
from commerce.accounts.queries import user_of
from commerce.accounts.throttle import Attempt
from commerce.accounts.tokens import Audience, decode_token, encode_token, issue_access_token, uuid_claim
from commerce.core.actor import Actor
from commerce.core.errors import NotAuthenticated, PermissionDenied
from commerce.core.ids import uuid7
from commerce.core.text import is_storable


@dataclass(frozen=True, slots=True)
class Session:
    """What a signed-in client keeps. `csrf_token` goes with a refresh token that travels in a cookie."""

    access_token: str
    refresh_token: str
    csrf_token: str
    user: User


def sign_in(*, email: str, password: str, audience: Audience | str, ip: str) -> Session:
    """Open a session for the account of `email`. `ip` is the caller's address as the server itself knows it.

    Raises InvalidCredentials for no such account, a wrong password, a closed account and a customer at the admin
    schema alike, and as slowly; AccountNotConfirmed only to who knows the password; SignInDelayed; SignInUnavailable.
    """
    audience = Audience(audience)
    attempt = Attempt(email=email, ip=ip)
    attempt.count()
    user = User.objects.filter(email=normalised(email)).first() if is_storable(email) else None
    is_theirs = is_password_of(user, password)
    if user is None or not is_theirs or not user.is_active or (audience is Audience.ADMIN and not user.is_staff):
        raise InvalidCredentials("Please, enter valid credentials.", path=("email",))
    attempt.forgive()
    if settings.ACCOUNTS_CONFIRM_BY_EMAIL and not user.is_confirmed:
        raise AccountNotConfirmed("Confirm your e-mail address first.", path=("email",))
    User.objects.filter(id=user.id).update(last_login=Now())
    return _open(user, audience, family=None)


def refresh_session(
    *,
    refresh_token: str,
    audience: Audience | str,
    rotate: bool,
    csrf_token: str | None = None,
    from_cookie: bool = False,
) -> Session:
    """A new access token for a refresh token.

    With `rotate` the refresh token is used up and a new one returned; a used one that comes again was stolen or
    copied, and ends the whole family. Without it (for clients that never take a new one) the same stays good.
    A token that came in a cookie needs the `csrf_token` that was given with it.
    Raises MissingToken, MalformedToken, ExpiredToken, InvalidToken, InvalidCsrfToken.
    """
    audience = Audience(audience)
    if not refresh_token:
        raise MissingToken("A refresh token is needed.", path=("refresh_token",))
    try:
        claims = decode_token("refresh", refresh_token, audience)
        token_id = uuid_claim(claims, "jti")
    except NotAuthenticated as error:
        raise error.at("refresh_token") from None
    if (from_cookie or csrf_token is not None) and not _is_csrf_token(csrf_token, claims):
        raise InvalidCsrfToken("The CSRF token does not belong to the refresh token.", path=("csrf_token",))
    with transaction.atomic():
        usable = RefreshToken.objects.filter(
            id=token_id, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=Now()
        )
        token = usable.select_related("user").first()
        if token is not None and (not rotate or usable.update(used_at=Now())):
            _require_open(token.user, audience, epoch=claims.get("epoch"))
            if rotate:
                return _open(token.user, audience, family=token.family)
            return Session(issue_access_token(token.user, audience), refresh_token, str(claims["csrf"]), token.user)
    _revoke_family_of_used(token_id)
    raise InvalidToken("The refresh token is no longer accepted.", path=("refresh_token",))


def sign_out_everywhere(*, actor: Actor) -> None:
    """End every session of the actor: neither access nor refresh tokens are accepted any more."""
    with transaction.atomic():
        end_sessions(lock_own_account(actor))


def change_password(*, old_password: str, new_password: str, ip: str, actor: Actor) -> User:
    """Set a new password and end every session. Raises WrongPassword, Rejected (each reason), SignInDelayed."""
    user = user_of(actor)
    if user is None:
        raise PermissionDenied("Sign in first.")
    attempt = Attempt(email=user.email, ip=ip)
    attempt.count()
    if not is_password_of(user, old_password):
        raise WrongPassword("The old password is not right.", path=("old_password",))
    attempt.forgive()
    require_acceptable(new_password, user, path=("new_password",))
    with transaction.atomic():
        user = lock_own_account(actor)
        user.set_password(new_password)
        user.save(update_fields=["password", "updated_at"])
        end_sessions(user)
        announce_updated(user)
    return user


def end_sessions(user: User) -> None:
    """End every session of `user`, whose row this transaction has locked."""
    User.objects.filter(id=user.id).update(token_epoch=F("token_epoch") + 1)
    user.refresh_from_db(fields=["token_epoch"])
    RefreshToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=Now())


def purge_refresh_tokens() -> int:
    """Delete refresh tokens that expired. Returns how many; run it regularly."""
    return RefreshToken.objects.filter(expires_at__lt=Now()).delete()[0]


def _open(user: User, audience: Audience, *, family: UUID | None) -> Session:
    lifetime: int = settings.REFRESH_TOKEN_SECONDS
    row_id = uuid7()
    expires_at = timezone.now() + timedelta(seconds=lifetime)
    RefreshToken.objects.create(id=row_id, family=family or row_id, user=user, expires_at=expires_at)
    csrf_token = secrets.token_urlsafe(24)
    refresh_token = encode_token(
        "refresh", lifetime, audience, sub=str(user.id), jti=str(row_id), epoch=user.token_epoch, csrf=csrf_token
    )
    return Session(issue_access_token(user, audience), refresh_token, csrf_token, user)


def _require_open(user: User, audience: Audience, *, epoch: object) -> None:
    if not user.is_active or user.token_epoch != epoch or (audience is Audience.ADMIN and not user.is_staff):
        raise InvalidToken("The refresh token is no longer accepted.", path=("refresh_token",))


def _is_csrf_token(csrf_token: str | None, claims: dict[str, Any]) -> bool:
    expected = claims.get("csrf")
    if not csrf_token or not isinstance(expected, str):
        return False
    return hmac.compare_digest(csrf_token.encode(), expected.encode())


def _revoke_family_of_used(token_id: UUID) -> None:
    used = RefreshToken.objects.filter(id=token_id, used_at__isnull=False).first()
    if used is not None:
        RefreshToken.objects.filter(family=used.family, revoked_at__isnull=True).update(revoked_at=Now())
