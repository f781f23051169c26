"""Who may do what with endpoints, and what an endpoint may be."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from commerce.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from commerce.core.errors import CommerceError, InvalidInput, NotFound, PermissionDenied
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from tests.commerce.events.story import paint
from tests.receiver import Receiver
from tests.webhooks.partner import deliver, delivery, ids, make_endpoint
from webhooks import queries
from webhooks.errors import EndpointDisabled, UnsafeUrl
from webhooks.models import Delivery, DeliveryAttempt, Endpoint
from webhooks.services import (
    create_endpoint,
    delete_endpoint,
    ping_endpoint,
    recover_deliveries,
    replay_delivery,
    rotate_secret,
    update_endpoint,
)

pytestmark = pytest.mark.django_db

NOWHERE = "http://127.0.0.1:1/"
STAFF = Actor(ActorKind.STAFF, uuid7(), frozenset({Permission.MANAGE_ORDERS}))
MANAGER = Actor(ActorKind.STAFF, uuid7(), frozenset({Permission.MANAGE_WEBHOOKS}))


@pytest.mark.parametrize("actor", [ANONYMOUS, STAFF])
@pytest.mark.parametrize(
    "verb",
    [
        lambda row, actor: create_endpoint(name="x", url=NOWHERE, event_types=["*"], actor=actor),
        lambda row, actor: update_endpoint(endpoint_id=row.id, name="x", actor=actor),
        lambda row, actor: rotate_secret(endpoint_id=row.id, actor=actor),
        lambda row, actor: delete_endpoint(endpoint_id=row.id, actor=actor),
        lambda row, actor: ping_endpoint(endpoint_id=row.id, actor=actor),
        lambda row, actor: recover_deliveries(endpoint_id=row.id, since=row.created_at, actor=actor),
        lambda row, actor: replay_delivery(delivery_id=uuid7(), actor=actor),
        lambda row, actor: queries.endpoints(actor=actor),
        lambda row, actor: queries.deliveries(actor=actor),
        lambda row, actor: queries.attempts(actor=actor),
    ],
)
def test_without_the_permission_nothing_is_done(actor: Actor, verb: Callable[[Endpoint, Actor], object]) -> None:
    endpoint = make_endpoint(NOWHERE)
    with pytest.raises(PermissionDenied):
        verb(endpoint, actor)
    assert list(Endpoint.objects.values_list("name", "secret", "version")) == [("Partner", endpoint.secret, 1)]


def test_a_manager_gets_the_secret_once() -> None:
    created = create_endpoint(name="Partner", url=NOWHERE, event_types=["order.placed"], actor=MANAGER)
    assert created.secret.startswith("whsec_")
    assert rotate_secret(endpoint_id=created.endpoint.id, actor=MANAGER) != created.secret


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("name", "  ", ("name",)),
        ("event_types", [], ("event_types",)),
        ("event_types", ["order.placed", "Order Placed"], ("event_types", "1")),
        ("event_types", ["order.exploded"], ("event_types", "0")),
        ("channels", ["nowhere"], ("channels",)),
        ("custom_headers", {"Host": "evil.example"}, ("custom_headers", "Host")),
        ("custom_headers", {"webhook-ID": "1"}, ("custom_headers", "webhook-ID")),
        ("custom_headers", {"Content-length": "1"}, ("custom_headers", "Content-length")),
        ("custom_headers", {"X-A": "a\r\nX-B: b"}, ("custom_headers", "X-A")),
        ("custom_headers", {"X A": "a"}, ("custom_headers", "X A")),
    ],
)
def test_a_field_that_cannot_be_is_refused_at_its_path(field: str, value: Any, path: tuple[str, ...]) -> None:
    fields: dict[str, Any] = {"name": "Partner", "url": NOWHERE, "event_types": ["*"], field: value}
    with pytest.raises(InvalidInput) as refused:
        create_endpoint(**fields, actor=MANAGER)
    assert refused.value.path == path
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https://user:pw@example.com/",
        "ftp://example.com/",
        "javascript:alert(1)",
    ],
)
def test_in_production_an_address_that_is_not_public_https_cannot_be_saved(settings: Settings, url: str) -> None:
    settings.WEBHOOKS_ALLOW_HTTP = settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises(UnsafeUrl) as refused:
        create_endpoint(name="Partner", url=url, event_types=["*"], actor=MANAGER)
    assert refused.value.path == ("url",)


def test_an_address_that_became_private_after_it_was_saved_is_not_called(
    settings: Settings, receiver: Receiver
) -> None:
    endpoint = make_endpoint(receiver.url)
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    paint()
    deliver(endpoint)
    assert receiver.requests == []
    assert DeliveryAttempt.objects.get().error.startswith("UnsafeAddress")
    assert delivery().status == "PENDING"


def test_a_delivered_message_can_be_replayed_with_the_same_id(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    event_id = paint()
    deliver(endpoint)
    replay_delivery(delivery_id=delivery().id, actor=MANAGER)
    deliver(endpoint)
    assert ids(receiver.requests) == [event_id, event_id]
    assert list(DeliveryAttempt.objects.values_list("number", flat=True)) == [1, 2]


def test_nothing_is_sent_to_an_endpoint_that_is_off(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    paint()
    deliver(endpoint)
    update_endpoint(endpoint_id=endpoint.id, is_active=False, actor=MANAGER)
    with pytest.raises(EndpointDisabled):
        ping_endpoint(endpoint_id=endpoint.id, actor=MANAGER)
    with pytest.raises(EndpointDisabled):
        replay_delivery(delivery_id=delivery().id, actor=MANAGER)


def test_unknown_ids_are_not_found() -> None:
    verbs: list[Callable[[], object]] = [
        lambda: update_endpoint(endpoint_id=uuid7(), name="x", actor=SYSTEM),
        lambda: rotate_secret(endpoint_id=uuid7(), actor=SYSTEM),
        lambda: delete_endpoint(endpoint_id=uuid7(), actor=SYSTEM),
        lambda: ping_endpoint(endpoint_id=uuid7(), actor=SYSTEM),
        lambda: replay_delivery(delivery_id=uuid7(), actor=SYSTEM),
    ]
    for verb in verbs:
        with pytest.raises(NotFound) as error:
            verb()
        assert isinstance(error.value, CommerceError)
    assert not Delivery.objects.exists()
