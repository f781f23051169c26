"""What a resolver knows about the request that it serves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import strawberry

from commerce.accounts.tokens import actor_from_bearer
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, Actor
from commerce.core.errors import NotAuthenticated
from commerce.core.permission import Permission
from schema.engine import Level, Levels
from schema.http.incoming import Incoming


class Audience(StrEnum):
    """For whom a schema is made."""

    STOREFRONT = "storefront"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Scope:
    """What nested fields inherit from the nearest ancestor: the channel that prices and publication belong to."""

    channel: Channel | None = None


@dataclass(slots=True)
class RequestContext:
    """One request: who asks, through which schema, and which objects were loaded for it."""

    request: Incoming
    audience: Audience
    actor: Actor
    levels: Levels = field(default_factory=Levels)
    idempotency_key: str | None = None
    memo: dict[Hashable, dict[Any, Any]] = field(default_factory=dict)
    depends_on: set[str] = field(default_factory=set)
    """The tags (schema.cache.tags) that came to light while the answer was made."""

    def require(self, permission: Permission) -> None:
        """Raise PermissionDenied unless the actor holds `permission` in some channel."""
        self.actor.require(permission)

    def known(
        self, what: Hashable, keys: Collection[Any], load: Callable[[list[Any]], Mapping[Any, Any]]
    ) -> dict[Any, Any]:
        """Facts that several fields need, by key: `load` is asked for the missing ones only, once for each request."""
        found = self.memo.setdefault(what, {})
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            found.update(load(missing))
        return found

    def channels_of(self, parents: Sequence[Any]) -> list[Channel | None]:
        """The channel that each of a level's objects is looked at in; None where no ancestor named one."""
        scopes = parents.scopes() if isinstance(parents, Level) else [None] * len(parents)
        return [scope.channel if scope is not None else None for scope in scopes]

    def enter(self, source: Any, channel: Channel | None) -> Any:
        """Put `source` into `channel` for everything below it, and return it."""
        self.levels.enter([source], Scope(channel))
        return source

    def enter_each(self, sources: Sequence[Any], channels: Sequence[Channel | None]) -> None:
        """Put each of `sources` into its own channel."""
        for source, channel in zip(sources, channels, strict=True):
            self.levels.enter([source], Scope(channel))

    def close(self) -> None:
        """Let go of what was loaded, now that the answer is written.

        Rows refer to what counts or loads more of them, and that to this request: a ring that only a full collection
        would find, and a collection holds every thread of the process.
        """
        self.levels = Levels()
        self.memo.clear()


Info: TypeAlias = strawberry.Info[RequestContext, None]


def build_context(request: Incoming, audience: Audience) -> RequestContext:
    """Read the caller from the Authorization header. Raises NotAuthenticated for a header that is no good.

    Tokens travel in headers only, so that no cookie can make a browser act for its user.
    """
    header = request.header("AUTHORIZATION")
    actor = ANONYMOUS
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticated("The Authorization header must read: Bearer <token>.")
        actor = actor_from_bearer(token.strip(), audience.value)
    return RequestContext(
        request=request,
        audience=audience,
        actor=actor,
        idempotency_key=request.header("IDEMPOTENCY_KEY") or None,
    )
