"""Apps: programs of partners, each with a token of its own and no more power than who made it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from commerce.accounts.models import App
from commerce.accounts.tokens import app_token_hash, new_app_token
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import NotFound, Required
from commerce.core.permission import Permission
from commerce.permissions.services import require_grantable


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An app and its token, which nobody can read again."""

    app: App
    token: str


def create_app(
    *, name: str, permissions: Collection[Permission], channel_ids: Collection[UUID] | None, actor: Actor
) -> IssuedToken:
    """A new app that holds `permissions` in the given channels; None is every channel.

    Raises PermissionDenied, PermissionOutOfScope, NotFound for a channel, Required for the name.
    """
    actor.require(Permission.MANAGE_APPS)
    if not name.strip():
        raise Required("An app needs a name.", path=("name",))
    app = App(name=name.strip())
    token = give_new_token(app)
    with transaction.atomic():
        _grant(app, permissions, channel_ids, actor)
    return IssuedToken(app, token)


def set_app_permissions(
    *, app_id: UUID, permissions: Collection[Permission], channel_ids: Collection[UUID] | None, actor: Actor
) -> App:
    """Give an app these permissions instead of those it had. Raises what `create_app` raises, and NotFound."""
    actor.require(Permission.MANAGE_APPS)
    with transaction.atomic():
        app = _manageable(app_id, actor)
        _grant(app, permissions, channel_ids, actor)
    return app


def renew_app_token(*, app_id: UUID, actor: Actor) -> IssuedToken:
    """A new token for an app; the old one ends at once. Raises PermissionDenied, NotFound, PermissionOutOfScope."""
    actor.require(Permission.MANAGE_APPS)
    with transaction.atomic():
        app = _manageable(app_id, actor)
        token = give_new_token(app)
        app.save(update_fields=["token_hash", "token_last_4", "updated_at"])
    return IssuedToken(app, token)


def give_new_token(app: App) -> str:
    """Put the hash of a fresh token on `app`, unsaved, and return the token."""
    token = new_app_token()
    app.token_hash, app.token_last_4 = app_token_hash(token), token[-4:]
    return token


def _manageable(app_id: UUID, actor: Actor) -> App:
    """The app, locked; its token would hand its powers to the actor, who must have them too."""
    app = App.objects.select_for_update().filter(id=app_id).first()
    if app is None:
        raise NotFound("There is no such app.", path=("id",))
    channel_ids = set(app.channels.values_list("id", flat=True)) if app.restricted_to_channels else None
    require_grantable([each for each in Permission if each.value in app.permissions], channel_ids, actor)
    return app


def _grant(app: App, permissions: Collection[Permission], channel_ids: Collection[UUID] | None, actor: Actor) -> None:
    require_grantable(permissions, channel_ids, actor)
    channels = list(Channel.objects.filter(id__in=channel_ids or ()))
    if len(channels) != len(set(channel_ids or ())):
        raise NotFound("There is no such channel.", path=("channels",))
    app.permissions = sorted({permission.value for permission in permissions})
    app.restricted_to_channels = channel_ids is not None
    app.save()
    app.channels.set(channels)
