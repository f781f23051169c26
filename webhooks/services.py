"""What staff and apps can do with webhook endpoints and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypedDict, Unpack
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.addresses import UnsafeAddress, parse_url, resolve
from commerce.core.deadlines import Deadline
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.http import CONNECT_SECONDS
from commerce.core.permission import Permission
from commerce.core.sealing import Secret
from commerce.core.signing import new_private_key, new_secret
from commerce.events.emit import emit
from commerce.events.models import Event
from webhooks.errors import EndpointDisabled, UnsafeUrl
from webhooks.events import EndpointPinged
from webhooks.fanout import create_deliveries, deliveries_of
from webhooks.models import Delivery, DeliveryStatus, Endpoint
from webhooks.shape import check_event_types, check_headers

OLD_SECRET_LIVES: Final = timedelta(hours=24)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class CreatedEndpoint:
    """A new endpoint and its secret, which is never shown again."""

    endpoint: Endpoint
    secret: Secret


class EndpointFields(TypedDict, total=False):
    """What can be changed about an endpoint; what is left out stays."""

    name: str
    url: str
    is_active: bool
    event_types: list[str]
    channels: list[str]
    custom_headers: dict[str, str]


def create_endpoint(
    *,
    name: str,
    url: str,
    event_types: list[str],
    channels: list[str] | None = None,
    custom_headers: dict[str, str] | None = None,
    app_id: UUID | None = None,
    asymmetric: bool = False,
    actor: Actor,
) -> CreatedEndpoint:
    """Register a partner's server. `event_types` are wire names or "*"; no `channels` means all of them.

    With `asymmetric` messages are signed with ed25519 too. Raises PermissionDenied, UnsafeUrl, InvalidInput.
    """
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    fields = EndpointFields(
        name=name,
        url=url,
        event_types=event_types,
        channels=channels or [],
        custom_headers=custom_headers or {},
    )
    check_fields(fields)
    endpoint = Endpoint.objects.create(
        **fields,
        app_id=app_id,
        secret=new_secret(),
        private_key=new_private_key() if asymmetric else "",
    )
    return CreatedEndpoint(endpoint, Secret(endpoint.secret))


def update_endpoint(*, endpoint_id: UUID, actor: Actor, **changes: Unpack[EndpointFields]) -> Endpoint:
    """Change an endpoint. Deliveries that are pending go to its new address.

    Switching it on again forgets why it was off, and what was pending goes out at once.
    Raises PermissionDenied, NotFound, UnsafeUrl, InvalidInput.
    """
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    check_fields(changes)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        for field, value in changes.items():
            setattr(endpoint, field, value)
        if changes.get("is_active"):
            endpoint.disabled_reason = ""
            endpoint.failures_in_a_row = 0
            endpoint.failing_since = endpoint.paused_until = None
        endpoint.version += 1
        endpoint.save()
    return endpoint


def check_fields(fields: EndpointFields) -> None:
    """Raise InvalidInput or UnsafeUrl for the first value that cannot be saved. Resolves the host of `url`."""
    if "name" in fields and not fields["name"].strip():
        raise InvalidInput("An endpoint needs a name.", path=("name",))
    if "url" in fields:
        check_url(fields["url"])
    if "event_types" in fields:
        check_event_types(fields["event_types"])
    if "custom_headers" in fields:
        check_headers(fields["custom_headers"])
    if channels := fields.get("channels"):
        known = set(Channel.objects.filter(slug__in=channels).values_list("slug", flat=True))
        if unknown := sorted(set(channels) - known):
            raise InvalidInput(f"There is no channel {unknown[0]!r}.", path=("channels",))


def check_url(url: str) -> None:
    """Raise UnsafeUrl for an address that deliveries would refuse. A host that is unknown today may exist tomorrow."""
    try:
        target = parse_url(url, allow_http=settings.WEBHOOKS_ALLOW_HTTP)
        resolve(target, Deadline(CONNECT_SECONDS), allow_private=settings.WEBHOOKS_ALLOW_PRIVATE)
    except UnsafeAddress as error:
        raise UnsafeUrl(str(error), path=("url",)) from error
    except OSError:
        return


def rotate_secret(*, endpoint_id: UUID, actor: Actor) -> Secret:
    """Give the endpoint a new secret and return it, once. For 24 hours both sign. Raises PermissionDenied, NotFound."""
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    secret = Secret(new_secret())
    changed = Endpoint.objects.filter(id=endpoint_id).update(
        previous_secret=F("secret"),
        previous_secret_expires_at=Now() + OLD_SECRET_LIVES,
        secret=secret,
        version=F("version") + 1,
    )
    if not changed:
        raise _no_endpoint()
    return secret


def delete_endpoint(*, endpoint_id: UUID, actor: Actor) -> None:
    """Remove the endpoint, its deliveries and their log. Raises PermissionDenied, NotFound."""
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        _locked(endpoint_id).delete()


def ping_endpoint(*, endpoint_id: UUID, actor: Actor) -> UUID:
    """Send a `webhook.ping` to this endpoint alone, by the way that every event goes; its event id.

    Raises PermissionDenied, NotFound, EndpointDisabled.
    """
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        if not endpoint.is_active:
            raise EndpointDisabled("The endpoint is switched off.", path=("id",))
        endpoint.version += 1
        endpoint.save(update_fields=["version", "updated_at"])
        event = EndpointPinged(endpoint_id=endpoint.id, name=endpoint.name)
        return emit(event, aggregate=("webhook_endpoint", endpoint.id), sequence=endpoint.version)


def replay_delivery(*, delivery_id: UUID, actor: Actor) -> Delivery:
    """Send a delivery once more, or now instead of later: same id, same body, all attempts anew.

    Raises PermissionDenied, NotFound, EndpointDisabled.
    """
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).filter(id=delivery_id).first()
        if delivery is None:
            raise NotFound("There is no such delivery.", path=("id",))
        if not delivery.endpoint.is_active:
            raise EndpointDisabled("The endpoint is switched off.", path=("id",))
        Delivery.objects.filter(id=delivery_id).update(
            status=DeliveryStatus.PENDING, attempts=0, next_attempt_at=Now(), failing_since=None, finished_at=None
        )
    delivery.refresh_from_db()
    return delivery


def recover_deliveries(*, endpoint_id: UUID, since: datetime, dry_run: bool = False, actor: Actor) -> int:
    """Deliver what the endpoint should have been told since then and was not, e.g. while it was off; how many.

    With `dry_run` nothing is delivered. Events are kept for 30 days. Raises PermissionDenied, NotFound,
    EndpointDisabled.
    """
    actor.require_everywhere(Permission.MANAGE_WEBHOOKS)
    endpoint = Endpoint.objects.filter(id=endpoint_id).first()
    if endpoint is None:
        raise _no_endpoint()
    if not endpoint.is_active:
        raise EndpointDisabled("The endpoint is switched off.", path=("id",))
    told = set(Delivery.objects.filter(endpoint=endpoint).values_list("event_id", flat=True))
    recovered = 0
    wanted: list[Event] = []
    for event in Event.objects.filter(created_at__gte=since, status="DONE").order_by("created_at", "id").iterator():
        if event.id not in told and endpoint.wants(event):
            recovered += 1
            wanted.append(event)
        if len(wanted) == _BATCH:
            _deliver(endpoint, wanted, dry_run=dry_run)
            wanted = []
    _deliver(endpoint, wanted, dry_run=dry_run)
    return recovered


def _deliver(endpoint: Endpoint, events: list[Event], *, dry_run: bool) -> None:
    if not dry_run:
        with transaction.atomic():
            create_deliveries([delivery for event in events for delivery in deliveries_of(event, [endpoint])])


def _locked(endpoint_id: UUID) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update().filter(id=endpoint_id).first()
    if endpoint is None:
        raise _no_endpoint()
    return endpoint


def _no_endpoint() -> NotFound:
    return NotFound("There is no such endpoint.", path=("id",))
