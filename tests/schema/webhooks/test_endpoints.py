"""Partners' servers, as staff register and watch them."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from tests.factories import make_channel
from tests.schema.buying import NOBODYS
from tests.schema.doing import Merchant, gid, merchant
from tests.webhooks.partner import deliver
from webhooks.models import Delivery, DeliveryStatus, Endpoint

pytestmark = pytest.mark.django_db

NOWHERE = "http://127.0.0.1:1/hook"
PARTNER = {"name": "ERP", "url": NOWHERE, "eventTypes": ["order.placed"]}


@pytest.fixture
def staff() -> Merchant:
    """Staff who may manage webhooks everywhere."""
    return merchant(Permission.MANAGE_WEBHOOKS)


def create(staff: Merchant, **fields: Any) -> Any:
    """The payload of webhookEndpointCreate."""
    return staff.do("webhookEndpointCreate", input={**PARTNER, **fields})


def test_the_secret_is_shown_to_its_request_alone_however_often_that_is_sent(staff: Merchant) -> None:
    made = create(staff)
    assert made["secret"].startswith("whsec_")
    assert made["webhookEndpoint"]["eventTypes"] == ["order.placed"]
    again = staff.api.send(
        "mutation($input: WebhookEndpointInput!) { webhookEndpointCreate(input: $input) { secret } }",
        key="a-key-that-is-long-enough",
        input={**PARTNER, "name": "Other"},
    )
    twice = staff.api.send(
        "mutation($input: WebhookEndpointInput!) { webhookEndpointCreate(input: $input) { secret } }",
        key="a-key-that-is-long-enough",
        input={**PARTNER, "name": "Other"},
    )
    assert again.payload["secret"] == twice.payload["secret"]
    assert again.payload["secret"] != made["secret"]
    seen = staff.api.send("{ webhookEndpoints { totalCount nodes { id name url isActive } } }")
    assert made["secret"] not in str(seen.body)
    assert seen.data["webhookEndpoints"]["totalCount"] == 2
    rotated = staff.do("webhookSecretRotate", id=made["webhookEndpoint"]["id"])
    assert rotated["secret"] not in (None, made["secret"])


def test_an_endpoint_is_changed_switched_off_and_removed(staff: Merchant) -> None:
    made = create(staff)["webhookEndpoint"]
    changed = staff.do("webhookEndpointUpdate", id=made["id"], input={"name": "New", "isActive": False})
    assert changed["webhookEndpoint"] == {**made, "name": "New", "isActive": False}
    ping = staff.ask("webhookPing", id=made["id"])
    assert ping.problems == [("ENDPOINT_DISABLED", ["id"])]
    assert ping.payload["webhookEndpoint"]["name"] == "New"
    staff.do("webhookEndpointDelete", id=made["id"])
    assert Endpoint.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ({"url": "ftp://example.com"}, "INVALID", ["url"]),
        ({"url": "not a url"}, "INVALID", ["url"]),
        ({"url": ""}, "INVALID", ["url"]),
        ({"name": " "}, "INVALID", ["name"]),
        ({"eventTypes": []}, "INVALID", ["eventTypes"]),
        ({"eventTypes": ["order.placed", "order placed"]}, "INVALID", ["eventTypes", "1"]),
        ({"channels": ["nowhere"]}, "INVALID", ["channels"]),
    ],
)
def test_what_no_endpoint_is(staff: Merchant, wrong: dict[str, Any], code: str, place: list[str]) -> None:
    refused = staff.ask("webhookEndpointCreate", input={**PARTNER, **wrong})
    assert refused.problems == [(code, ["input", *place])]
    assert (refused.payload["webhookEndpoint"], refused.payload["secret"]) == (None, None)
    made = create(staff)["webhookEndpoint"]
    update = staff.ask("webhookEndpointUpdate", id=made["id"], input=wrong)
    assert update.problems == [(code, ["input", *place])]
    assert update.payload["webhookEndpoint"] == made


def test_deliveries_and_their_attempts_are_watched_and_sent_again(staff: Merchant) -> None:
    made = create(staff)["webhookEndpoint"]
    pinged = staff.do("webhookPing", id=made["id"])["webhookEndpoint"]
    assert pinged["id"] == made["id"]
    deliver(Endpoint.objects.get())
    asked = """{ webhookDeliveries { totalCount nodes { id eventType status body attemptCount
        attempts { number responseStatus error } } }
      webhookEndpoints { nodes { name deliveries(first: 5) { totalCount nodes { id } } } } }"""
    seen = staff.api.send(asked).data
    (shown,) = seen["webhookDeliveries"]["nodes"]
    assert (shown["eventType"], shown["status"], shown["attemptCount"]) == ("webhook.ping", "PENDING", 1)
    assert shown["attempts"][0]["number"] == 1
    assert shown["attempts"][0]["error"]
    assert seen["webhookEndpoints"]["nodes"][0]["deliveries"] == {"totalCount": 1, "nodes": [{"id": shown["id"]}]}
    Delivery.objects.update(status=DeliveryStatus.EXHAUSTED)
    again = staff.do("webhookDeliveryRetry", id=shown["id"])["delivery"]
    assert again == {"id": shown["id"], "status": "PENDING"}


@pytest.mark.parametrize(
    "name",
    ["webhookEndpointUpdate", "webhookEndpointDelete", "webhookSecretRotate", "webhookPing", "webhookDeliveryRetry"],
)
def test_an_endpoint_or_a_delivery_that_is_not_there(staff: Merchant, name: str) -> None:
    kind = "WebhookDelivery" if name == "webhookDeliveryRetry" else "WebhookEndpoint"
    more = {"input": {"name": "x"}} if name == "webhookEndpointUpdate" else {}
    answer = staff.ask(name, id=gid(kind, NOBODYS), **more)
    assert answer.problems == [("NOT_FOUND", ["id"])]
    assert staff.ask(name, id="x", **more).problems == [("GRAPHQL_ERROR", ["id"])]


def test_staff_of_one_channel_do_not_listen_to_all_of_them() -> None:
    """An endpoint hears of orders, customers and stock: whoever registers one works for the whole shop."""
    local = merchant(Permission.MANAGE_WEBHOOKS, channels=[make_channel()])
    assert local.ask("webhookEndpointCreate", input=PARTNER).codes == ["PERMISSION_DENIED"]
    assert local.api.send("{ webhookDeliveries { nodes { body } } }").codes == ["PERMISSION_DENIED"]
    assert Endpoint.objects.count() == 0
