"""Making and changing the accounts of customers. Sessions are in sessions.py, addresses in address_book.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from commerce.accounts.email import normalised
from commerce.accounts.errors import ChannelInactive, OwnAccountDeactivated, SuperuserDeactivated
from commerce.accounts.events import announce_created, announce_updated
from commerce.accounts.models import User
from commerce.accounts.own_account import lock_own_account
from commerce.accounts.passwords import require_acceptable, spend_hashing_time
from commerce.accounts.redirects import require_own_redirect
from commerce.accounts.sessions import end_sessions
from commerce.accounts.staff import is_superuser, require_power_over_user
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, NotFound, NotUnique, Rejected, Required
from commerce.core.languages import LANGUAGE_TAGS, language_enum_name
from commerce.core.metadata import with_metadata
from commerce.core.permission import Permission
from commerce.core.text import is_storable

_LONGEST_EMAIL: Final = 254
_LONGEST_NAME: Final = 256


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person who registers is told. With confirmation it holds no user: it looks the same for everybody."""

    requires_confirmation: bool
    user: User | None


def register_customer(
    *,
    email: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    language_code: str = "en",
    redirect_url: str | None = None,
    metadata: Mapping[str, str] | None = None,
    channel: str | None = None,
    actor: Actor,
) -> Registration:
    """Open an account for a customer. `language_code` is a BCP 47 tag, `channel` a slug.

    With ACCOUNTS_CONFIRM_BY_EMAIL off it can be used at once, and NotUnique says that the e-mail is taken. With it on
    `redirect_url` is needed, and the answer, and the time it takes, do not tell whether the e-mail was known.
    Raises Rejected with one error for each bad field, NotFound or ChannelInactive for the channel.
    """
    by_mail: bool = settings.ACCOUNTS_CONFIRM_BY_EMAIL
    if by_mail:
        require_own_redirect(redirect_url)
    if channel is not None:
        _require_open_channel(channel)
    user = User(
        email=normalised(email),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        language_code=language_code,
        metadata=dict(metadata or {}),
        is_confirmed=not by_mail,
    )
    _require_valid(user, password)
    if User.objects.filter(email=user.email).exists():
        spend_hashing_time(password)
        return _already_known(by_mail)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            announce_created(user, channel=channel)
    except IntegrityError:
        return _already_known(by_mail)
    return Registration(by_mail, None if by_mail else user)


def update_account(
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    language_code: str | None = None,
    metadata: Mapping[str, str] | None = None,
    actor: Actor,
) -> User:
    """Change what is given of the actor's own account; keys of `metadata` are added to those that are there.

    Raises PermissionDenied for who is nobody's account, and Rejected.
    """
    with transaction.atomic():
        user = lock_own_account(actor)
        user.first_name = user.first_name if first_name is None else first_name.strip()
        user.last_name = user.last_name if last_name is None else last_name.strip()
        user.language_code = language_code or user.language_code
        user.metadata = {**user.metadata, **(metadata or {})}
        errors = _profile_errors(user)
        if errors:
            raise Rejected(errors)
        user.save()
        announce_updated(user)
    return user


def set_user_active(*, user_id: UUID, active: bool, actor: Actor) -> User:
    """Close an account, which ends its sessions at once, or open it again.

    Customers need MANAGE_CUSTOMERS, staff MANAGE_STAFF and at least the powers of that user. Raises PermissionDenied,
    NotFound, OwnAccountDeactivated, SuperuserDeactivated, UserOutOfScope.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(id=user_id).first()
        actor.require(Permission.MANAGE_STAFF if user is not None and user.is_staff else Permission.MANAGE_CUSTOMERS)
        if user is None:
            raise NotFound("There is no such user.", path=("id",))
        if user.id == actor.user_id:
            raise OwnAccountDeactivated("You cannot close or open your own account.", path=("id",))
        if user.is_superuser and not is_superuser(actor):
            raise SuperuserDeactivated("Only a superuser may do this.", path=("id",))
        if user.is_staff:
            require_power_over_user(user, actor)
        if user.is_active != active:
            user.is_active = active
            user.save(update_fields=["is_active", "updated_at"])
            end_sessions(user)
            announce_updated(user)
    return user


def _already_known(by_mail: bool) -> Registration:
    if by_mail:
        return Registration(requires_confirmation=True, user=None)
    raise NotUnique("There is an account with this e-mail already.", path=("email",))


def _require_open_channel(slug: str) -> None:
    channel = Channel.objects.filter(slug=slug).first() if is_storable(slug) else None
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel",))
    if not channel.is_active:
        raise ChannelInactive("This channel is closed.", path=("channel",))


def _require_valid(user: User, password: str) -> None:
    errors = [*_email_errors(user.email), *_profile_errors(user)]
    try:
        require_acceptable(password, user)
    except Rejected as refusal:
        errors += refusal.errors
    if errors:
        raise Rejected(errors)


def _email_errors(email: str) -> list[CommerceError]:
    if not email:
        return [Required("An e-mail address is needed.", path=("email",))]
    try:
        validate_email(email)
    except ValidationError:
        return [InvalidInput("This is not an e-mail address.", path=("email",))]
    return [] if len(email) <= _LONGEST_EMAIL else [InvalidInput("This e-mail address is too long.", path=("email",))]


def _profile_errors(user: User) -> list[CommerceError]:
    errors: list[CommerceError] = [
        InvalidInput(f"A name is text of {_LONGEST_NAME} characters at most.", path=(field,))
        for field in ("first_name", "last_name")
        if len(name := getattr(user, field)) > _LONGEST_NAME or not is_storable(name)
    ]
    if language_enum_name(user.language_code) not in LANGUAGE_TAGS:
        errors.append(InvalidInput("This is not a language.", path=("language_code",)))
    try:
        with_metadata({}, user.metadata, path=("metadata",))
    except CommerceError as error:
        errors.append(error)
    return errors
