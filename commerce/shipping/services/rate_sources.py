"""Which channels ask which providers of outside rates."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import transaction

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.shipping.errors import RateSourceNotFound
from commerce.shipping.models import RateSource
from commerce.shipping.providers import providers


class RateSourceChanges(TypedDict, total=False):
    """What can be said of a source; a key that is missing stays as it is. The amount is in minor units; None: none."""

    is_active: bool
    fallback_name: str
    fallback_amount: int | None


def set_rate_source(*, channel: Channel, provider: str, changes: RateSourceChanges, actor: Actor) -> RateSource:
    """Let a channel ask a provider, or change how it does. Raises InvalidInput or PermissionDenied."""
    actor.require(Permission.MANAGE_SHIPPING, channel.id)
    if provider not in providers():
        known = ", ".join(providers()) or "none"
        raise InvalidInput(f"There is no such provider; this shop has {known}.", path=("provider",))
    values: dict[str, Any] = dict(changes)
    require_text(values.get("fallback_name"), 100, path=("fallback_name",))
    amount = values.get("fallback_amount")
    if amount is not None and not 0 <= amount <= MAX_MINOR:
        raise InvalidInput("A price is 0 or more.", path=("fallback_price",))
    with transaction.atomic():
        return RateSource.objects.update_or_create(channel=channel, provider=provider, defaults=values)[0]


def delete_rate_source(*, channel: Channel, provider: str, actor: Actor) -> None:
    """Let a channel no longer ask a provider. Raises RateSourceNotFound, InvalidInput or PermissionDenied."""
    actor.require(Permission.MANAGE_SHIPPING, channel.id)
    require_text(provider, 50, path=("provider",))
    if not RateSource.objects.filter(channel=channel, provider=provider).delete()[0]:
        raise RateSourceNotFound("This channel does not ask such a provider.", path=("provider",))
