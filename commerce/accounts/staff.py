"""Staff users: who may make them, and what they may be given."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from commerce.accounts.email import normalised
from commerce.accounts.models import User
from commerce.accounts.passwords import require_acceptable
from commerce.core.actor import Actor, ActorKind
from commerce.core.errors import InvalidInput, NotFound, NotUnique
from commerce.permissions.errors import GroupOutOfScope, UserOutOfScope
from commerce.permissions.models import StaffGroup
from commerce.permissions.services import require_power_over_groups, require_staff_manager


def create_staff_user(
    *, email: str, password: str, first_name: str, last_name: str, group_ids: Collection[UUID], actor: Actor
) -> User:
    """A new staff user in those groups.

    Raises PermissionDenied (also for every app), GroupOutOfScope for a group that holds more than the actor,
    NotFound for a group, NotUnique or InvalidInput for the e-mail, Rejected for the password.
    """
    require_staff_manager(actor)
    user = User(first_name=first_name.strip(), last_name=last_name.strip(), is_staff=True, is_confirmed=True)
    user.email = normalised(email)
    try:
        validate_email(user.email)
    except ValidationError:
        raise InvalidInput("This is not an e-mail address.", path=("email",)) from None
    require_acceptable(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            groups = _grantable_groups(group_ids, actor)
            user.save(force_insert=True)
            user.groups.set(groups)
    except IntegrityError:
        raise NotUnique("There is an account with this e-mail already.", path=("email",)) from None
    return user


def set_staff_groups(*, user_id: UUID, group_ids: Collection[UUID], actor: Actor) -> User:
    """Put a staff user into these groups and no others.

    Raises PermissionDenied, NotFound, UserOutOfScope for a user who holds more than the actor, GroupOutOfScope.
    """
    require_staff_manager(actor)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(id=user_id, is_staff=True).first()
        if user is None:
            raise NotFound("There is no such staff user.", path=("id",))
        require_power_over_user(user, actor)
        user.groups.set(_grantable_groups(group_ids, actor))
    return user


def require_power_over_user(user: User, actor: Actor) -> None:
    """Raise UserOutOfScope unless the actor holds all that the staff user `user` holds."""
    if user.is_superuser and not is_superuser(actor):
        raise UserOutOfScope("Only a superuser may change a superuser.", path=("id",))
    try:
        require_power_over_groups(user.groups.all(), actor)
    except GroupOutOfScope:
        raise UserOutOfScope("This user holds more than you do.", path=("id",)) from None


def is_superuser(actor: Actor) -> bool:
    """Whether the actor is the system itself or a superuser, as the database has it now."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        return False
    return User.objects.filter(id=actor.id, is_superuser=True, is_active=True).exists()


def _grantable_groups(group_ids: Collection[UUID], actor: Actor) -> list[StaffGroup]:
    groups = list(StaffGroup.objects.filter(id__in=group_ids))
    if len(groups) != len(set(group_ids)):
        raise NotFound("There is no such group.", path=("groups",))
    require_power_over_groups(groups, actor)
    return groups
