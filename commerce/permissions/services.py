"""Groups of staff. Whoever makes or changes one can only hand on what they hold themselves, where they hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor, ActorKind
from commerce.core.errors import InvalidInput, NotFound, NotUnique, PermissionDenied, Required
from commerce.core.permission import Permission
from commerce.permissions.errors import GroupOutOfScope, PermissionOutOfScope
from commerce.permissions.models import StaffGroup

_LONGEST_NAME = 150


def create_group(
    *, name: str, permissions: Collection[Permission], channel_ids: Collection[UUID] | None, actor: Actor
) -> StaffGroup:
    """A new group whose members hold `permissions` in the given channels; None is every channel.

    Raises PermissionDenied, PermissionOutOfScope, NotFound for a channel, NotUnique or InvalidInput for the name.
    """
    require_staff_manager(actor)
    require_grantable(permissions, channel_ids, actor)
    group = StaffGroup(permissions=_stored(permissions), restricted_to_channels=channel_ids is not None)
    return _save(group, name, channel_ids)


def update_group(
    *,
    group_id: UUID,
    name: str,
    permissions: Collection[Permission],
    channel_ids: Collection[UUID] | None,
    actor: Actor,
) -> StaffGroup:
    """Give a group this name, these permissions and these channels, instead of those it had.

    Raises what `create_group` raises, NotFound for the group, and GroupOutOfScope if the group holds more than the
    actor does.
    """
    require_staff_manager(actor)
    with transaction.atomic():
        group = StaffGroup.objects.select_for_update().filter(id=group_id).first()
        if group is None:
            raise NotFound("There is no such group.", path=("id",))
        require_power_over_groups([group], actor)
        require_grantable(permissions, channel_ids, actor)
        group.permissions = _stored(permissions)
        group.restricted_to_channels = channel_ids is not None
        return _save(group, name, channel_ids)


def require_staff_manager(actor: Actor) -> None:
    """Raise PermissionDenied unless the actor is a person who may manage staff. An app never is: it makes no people."""
    if actor.kind is ActorKind.APP:
        raise PermissionDenied("An app does not manage staff.")
    actor.require(Permission.MANAGE_STAFF)


def require_grantable(permissions: Iterable[Permission], channel_ids: Collection[UUID] | None, actor: Actor) -> None:
    """Raise PermissionOutOfScope unless the actor holds each of `permissions` in all those channels (None: in all)."""
    missing = [each.name for each in sorted(set(permissions)) if not _covers(actor, each, channel_ids)]
    if missing:
        raise PermissionOutOfScope(
            f"You do not hold this yourself: {', '.join(missing)}.", path=("permissions",), permissions=missing
        )


def require_power_over_groups(groups: Iterable[StaffGroup], actor: Actor) -> None:
    """Raise GroupOutOfScope unless the actor holds everything that each of `groups` gives, wherever it gives it."""
    for group in groups:
        channel_ids = set(group.channels.values_list("id", flat=True)) if group.restricted_to_channels else None
        held = [each for each in Permission if each.value in group.permissions]
        if not all(_covers(actor, permission, channel_ids) for permission in held):
            raise GroupOutOfScope("The group holds more than you do.", path=("groups",))


def _covers(actor: Actor, permission: Permission, channel_ids: Collection[UUID] | None) -> bool:
    own = actor.channels_with(permission)
    if own is None:
        return True
    return channel_ids is not None and actor.has(permission) and own.issuperset(channel_ids)


def _stored(permissions: Iterable[Permission]) -> list[str]:
    return sorted({permission.value for permission in permissions})


def _save(group: StaffGroup, name: str, channel_ids: Collection[UUID] | None) -> StaffGroup:
    group.name = name.strip()
    if not group.name:
        raise Required("A group needs a name.", path=("name",))
    if len(group.name) > _LONGEST_NAME:
        raise InvalidInput(f"A name has {_LONGEST_NAME} characters at most.", path=("name",))
    channels = list(Channel.objects.filter(id__in=channel_ids or ()))
    if len(channels) != len(set(channel_ids or ())):
        raise NotFound("There is no such channel.", path=("channels",))
    try:
        with transaction.atomic():
            group.save()
            group.channels.set(channels)
    except IntegrityError:
        raise NotUnique("Another group has this name.", path=("name",)) from None
    return group
