"""Who is asking. Every verb takes one as its last argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission

Grant = tuple[Iterable[Permission], frozenset[UUID] | None]
"""Some permissions, and the channels in which they hold: None is every channel, an empty set is none at all."""

_NOWHERE_RESTRICTED: Final[Mapping[Permission, frozenset[UUID]]] = MappingProxyType({})


class ActorKind(StrEnum):
    """What sort of caller stands behind a request."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    STAFF = "staff"
    APP = "app"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller and what they may do.

    `permissions` are all that the actor holds anywhere. One that is a key of `only_in` holds in those channels and
    nowhere else; the others hold in every channel.
    """

    kind: ActorKind
    id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    only_in: Mapping[Permission, frozenset[UUID]] = field(default_factory=lambda: _NOWHERE_RESTRICTED, hash=False)
    email: str = ""

    @classmethod
    def granted(cls, kind: ActorKind, id: UUID, grants: Iterable[Grant], *, email: str = "") -> Actor:
        """The actor who holds the union of `grants`: P holds in C if one grant gives P, and gives it in C."""
        channels: dict[Permission, frozenset[UUID] | None] = {}
        for permissions, granted_in in grants:
            for permission in permissions:
                known = channels.get(permission, frozenset())
                channels[permission] = None if known is None or granted_in is None else known | granted_in
        held = {permission: where for permission, where in channels.items() if where is None or where}
        only_in = {permission: where for permission, where in held.items() if where is not None}
        return cls(kind, id, frozenset(held), MappingProxyType(only_in), email)

    def has(self, permission: Permission, channel_id: UUID | None = None) -> bool:
        """Whether the actor holds `permission` in that channel; without one, whether in any channel at all."""
        if self.kind is ActorKind.SYSTEM:
            return True
        if permission not in self.permissions:
            return False
        return channel_id is None or permission not in self.only_in or channel_id in self.only_in[permission]

    def has_everywhere(self, permission: Permission) -> bool:
        """Whether the actor holds `permission` without regard to channels: needed for what all channels share."""
        return self.has(permission) and permission not in self.only_in

    def channels_with(self, permission: Permission) -> frozenset[UUID] | None:
        """The channels in which `permission` holds: None is every channel, an empty set is none."""
        return self.only_in.get(permission) if self.has(permission) else frozenset()

    def require(self, permission: Permission, channel_id: UUID | None = None) -> None:
        """Raise PermissionDenied unless `has(permission, channel_id)`."""
        if not self.has(permission, channel_id):
            raise _denied(permission)

    def require_everywhere(self, permission: Permission) -> None:
        """Raise PermissionDenied unless `has_everywhere(permission)`."""
        if not self.has_everywhere(permission):
            raise _denied(permission)

    @property
    def user_id(self) -> UUID | None:
        """The user's id for a customer or a staff user, None for everybody else."""
        return self.id if self.kind in (ActorKind.CUSTOMER, ActorKind.STAFF) else None

    @property
    def is_anonymous(self) -> bool:
        """Nobody signed in and no app token."""
        return self.kind is ActorKind.ANONYMOUS


def _denied(permission: Permission) -> PermissionDenied:
    return PermissionDenied(f"This needs the permission {permission.name}.", permission=permission.name)


ANONYMOUS: Final = Actor(ActorKind.ANONYMOUS)
SYSTEM: Final = Actor(ActorKind.SYSTEM)
