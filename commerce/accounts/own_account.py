"""The row behind the person who asks."""

from __future__ import annotations

from commerce.accounts.models import User
from commerce.core.actor import Actor
from commerce.core.errors import PermissionDenied


def lock_own_account(actor: Actor) -> User:
    """The actor's own user, locked until the transaction ends. Raises PermissionDenied for who is not signed in."""
    user_id = actor.user_id
    user = None if user_id is None else User.objects.select_for_update(no_key=True).filter(id=user_id).first()
    if user is None:
        raise PermissionDenied("Sign in first.")
    return user
