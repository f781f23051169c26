"""The superuser's screens show everything but secrets."""

import html

import pytest
from django.test import Client

from commerce.accounts.models import User
from tests.commerce.events.story import paint
from tests.receiver import Receiver
from tests.webhooks.partner import deliver, delivery, make_endpoint, relay_events
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db

PAGE = "/admin/webhooks/endpoint/"
FORM = {"name": "Partner", "url": "http://127.0.0.1:1/", "is_active": "on", "event_types": "order.placed, order.paid"}


@pytest.fixture
def superuser() -> Client:
    user = User.objects.create(email="root@example.com", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client


def test_a_new_endpoint_shows_its_secret_once(superuser: Client) -> None:
    response = superuser.post(PAGE + "add/", {**FORM, "custom_headers": '{"X-Token": "hush hush"}'}, follow=True)
    endpoint = Endpoint.objects.get()
    assert endpoint.event_types == ["order.placed", "order.paid"]
    assert endpoint.custom_headers == {"X-Token": "hush hush"}
    assert endpoint.secret in html.unescape(response.content.decode())
    again = superuser.get(f"{PAGE}{endpoint.id}/change/").content.decode()
    assert "whsec_" not in again
    assert "hush hush" not in again


def test_a_change_keeps_headers_that_were_left_empty(superuser: Client) -> None:
    endpoint = make_endpoint("http://127.0.0.1:1/", custom_headers={"X-Token": "hush hush"})
    superuser.post(f"{PAGE}{endpoint.id}/change/", {**FORM, "name": "Renamed", "custom_headers": ""})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.version) == ("Renamed", 2)
    assert endpoint.custom_headers == {"X-Token": "hush hush"}


def test_a_url_that_cannot_be_is_refused_in_the_form(superuser: Client) -> None:
    response = superuser.post(PAGE + "add/", {**FORM, "url": "https://169.254.169.254/"})
    assert "not a public address" in response.content.decode()
    assert not Endpoint.objects.exists()


def test_ping_rotate_and_replay_are_actions(superuser: Client, receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    superuser.post(PAGE, {"action": "ping", "_selected_action": str(endpoint.id)})
    deliver(endpoint)
    assert delivery().event_type == "webhook.ping"
    superuser.post(PAGE, {"action": "rotate", "_selected_action": str(endpoint.id)})
    assert Endpoint.objects.get().previous_secret == endpoint.secret
    superuser.post("/admin/webhooks/delivery/", {"action": "replay", "_selected_action": str(delivery().id)})
    assert delivery().status == "PENDING"


def test_a_delivery_is_shown_with_its_log_and_cannot_be_edited(superuser: Client, receiver: Receiver) -> None:
    receiver.answer_with(503)
    endpoint = make_endpoint(receiver.url)
    paint()
    deliver(endpoint)
    page = superuser.get(f"/admin/webhooks/delivery/{delivery().id}/change/").content.decode()
    assert "503" in page
    assert 'name="_save"' not in page
    assert superuser.get("/admin/webhooks/delivery/").status_code == 200


def test_events_and_schedules_are_listed(superuser: Client) -> None:
    paint()
    relay_events()
    assert superuser.get("/admin/events/event/").status_code == 200
    assert superuser.get("/admin/events/schedule/").status_code == 200
    assert not Delivery.objects.exists()
