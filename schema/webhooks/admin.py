"""Webhook endpoints in the admin schema."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.core.permission import Permission
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.errors import below_input
from schema.fields import carried, query
from schema.ids import id_of
from schema.pagination import CountableConnection, Page, page_of
from schema.webhooks.errors import WebhookError, WebhookErrorCode
from schema.webhooks.types import NEWEST_FIRST, WebhookDelivery, WebhookEndpoint
from webhooks import models, queries, services


@query(allow=Permission.MANAGE_WEBHOOKS, returns=CountableConnection[WebhookEndpoint])
def webhook_endpoints(
    info: Info, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Page:
    """Partners' servers by name."""
    rows = queries.endpoints(actor=info.context.actor)
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=Permission.MANAGE_WEBHOOKS, returns=CountableConnection[WebhookDelivery])
def webhook_deliveries(
    info: Info, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Page:
    """What was or is to be sent to any endpoint, newest first."""
    rows = queries.deliveries(actor=info.context.actor)
    return page_of(rows, NEWEST_FIRST, first=first, after=after, last=last, before=before)


@strawberry.input(description="A partner's server.")
class WebhookEndpointInput:
    """For creating; all that may be left out has a default."""

    name: str = strawberry.field(description="The name that staff read.")
    url: str = strawberry.field(description="Where events are sent; https, and a public address.")
    event_types: list[str] = strawberry.field(description='Wire names such as order.placed, or "*".')
    channels: list[str] | None = strawberry.field(default=None, description="Slugs; none for all channels.")
    asymmetric: bool = strawberry.field(default=False, description="Sign with ed25519 too.")


@strawberry.input(description="What to change about a partner's server.")
class WebhookEndpointUpdateInput:
    """What is left out stays."""

    name: str | None = strawberry.field(default=strawberry.UNSET, description="The name that staff read.")
    url: str | None = strawberry.field(default=strawberry.UNSET, description="Where events are sent.")
    event_types: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Wire names.")
    channels: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Slugs.")
    is_active: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether to send.")

    def changes(self) -> services.EndpointFields:
        """Only what was given."""
        given = services.EndpointFields()
        given.update({name: value for name, value in vars(self).items() if value not in (None, strawberry.UNSET)})  # type: ignore[typeddict-item]
        return given


@strawberry.type(description="The answer to a change of a webhook endpoint.")
class WebhookEndpointPayload:
    """What all endpoint mutations answer."""

    webhook_endpoint: Any = carried(WebhookEndpoint | None, "The endpoint.")
    errors: list[WebhookError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


@strawberry.type(description="The answer to webhookEndpointCreate.")
class WebhookEndpointCreate(WebhookEndpointPayload):
    """With the secret."""

    secret: str | None = strawberry.field(default=None, description="The signing secret, shown this once.")


@strawberry.type(description="The answer to webhookEndpointUpdate.")
class WebhookEndpointUpdate(WebhookEndpointPayload):
    """See WebhookEndpointPayload."""


@strawberry.type(description="The answer to webhookEndpointDelete.")
class WebhookEndpointDelete(WebhookEndpointPayload):
    """See WebhookEndpointPayload."""


@strawberry.type(description="The answer to webhookSecretRotate.")
class WebhookSecretRotate(WebhookEndpointPayload):
    """With the new secret."""

    secret: str | None = strawberry.field(default=None, description="The new secret, shown this once.")


@strawberry.type(description="The answer to webhookPing.")
class WebhookPing(WebhookEndpointPayload):
    """See WebhookEndpointPayload."""


@strawberry.type(description="The answer to webhookDeliveryRetry.")
class WebhookDeliveryRetry:
    """With the delivery."""

    delivery: Any = carried(WebhookDelivery | None, "The delivery, pending again.")
    errors: list[WebhookError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _named(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """The endpoint that the mutation is about, for its payload."""
    key = id_of("WebhookEndpoint", arguments["id"])
    return {"webhook_endpoint": queries.endpoints(actor=info.context.actor).filter(id=key).first()}


def _created(info: Info, result: services.CreatedEndpoint) -> WebhookEndpointCreate:
    return WebhookEndpointCreate(webhook_endpoint=result.endpoint, secret=result.secret)


def _updated(info: Info, result: models.Endpoint) -> WebhookEndpointUpdate:
    return WebhookEndpointUpdate(webhook_endpoint=result)


def _deleted(info: Info, result: None) -> WebhookEndpointDelete:
    return WebhookEndpointDelete()


def _rotated(info: Info, result: tuple[models.Endpoint | None, str]) -> WebhookSecretRotate:
    return WebhookSecretRotate(webhook_endpoint=result[0], secret=result[1])


def _pinged(info: Info, result: models.Endpoint | None) -> WebhookPing:
    return WebhookPing(webhook_endpoint=result)


def _retried(info: Info, result: models.Delivery) -> WebhookDeliveryRetry:
    return WebhookDeliveryRetry(delivery=result)


_managed = partial(mutation, Permission.MANAGE_WEBHOOKS, error=WebhookError, codes=WebhookErrorCode)


@_managed(payload=_created)
def webhook_endpoint_create(info: Info, input: WebhookEndpointInput) -> services.CreatedEndpoint:
    """Register a partner's server. The secret is shown in this answer only, and to its idempotency key for 24 hours."""
    with below_input():
        return services.create_endpoint(
            name=input.name,
            url=input.url,
            event_types=input.event_types,
            channels=input.channels,
            asymmetric=input.asymmetric,
            actor=info.context.actor,
        )


@_managed(payload=_updated, current=_named)
def webhook_endpoint_update(info: Info, id: strawberry.ID, input: WebhookEndpointUpdateInput) -> models.Endpoint:
    """Change a partner's server, or switch it on or off. What is pending goes to its new address."""
    key = id_of("WebhookEndpoint", id)
    with below_input():
        return services.update_endpoint(endpoint_id=key, actor=info.context.actor, **input.changes())


@_managed(payload=_deleted, current=_named)
def webhook_endpoint_delete(info: Info, id: strawberry.ID) -> None:
    """Remove a partner's server with its deliveries and their log."""
    services.delete_endpoint(endpoint_id=id_of("WebhookEndpoint", id), actor=info.context.actor)


@_managed(payload=_rotated, current=_named)
def webhook_secret_rotate(info: Info, id: strawberry.ID) -> tuple[models.Endpoint | None, str]:
    """Make a new signing secret. For 24 hours messages are signed with both."""
    secret = services.rotate_secret(endpoint_id=id_of("WebhookEndpoint", id), actor=info.context.actor)
    return _named(info, {"id": id})["webhook_endpoint"], secret


@_managed(payload=_pinged, current=_named)
def webhook_ping(info: Info, id: strawberry.ID) -> models.Endpoint | None:
    """Send a webhook.ping to this endpoint alone."""
    services.ping_endpoint(endpoint_id=id_of("WebhookEndpoint", id), actor=info.context.actor)
    endpoint: models.Endpoint | None = _named(info, {"id": id})["webhook_endpoint"]
    return endpoint


@_managed(payload=_retried)
def webhook_delivery_retry(info: Info, id: strawberry.ID) -> models.Delivery:
    """Send a delivery once more, now: the same id and the same body."""
    return services.replay_delivery(delivery_id=id_of("WebhookDelivery", id), actor=info.context.actor)
