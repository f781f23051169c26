"""A partner's server is told what happened, signed, and told again until it has understood."""

import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from commerce.core.actor import SYSTEM
from commerce.core.ids import uuid7
from tests.commerce.events.story import paint
from tests.receiver import Answer, Receiver
from tests.webhooks.partner import (
    deliver,
    delivery,
    ids,
    make_endpoint,
    pass_time,
    relay_events,
    sequences,
    verified,
    wait_of,
)
from webhooks.deliver import attempt, claim_next, deliver_due
from webhooks.models import Delivery, DeliveryAttempt, Endpoint
from webhooks.record import record
from webhooks.services import delete_endpoint, rotate_secret, update_endpoint

pytestmark = pytest.mark.usefixtures("durable")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_the_partner_gets_a_signed_message_that_says_what_happened(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url + "/hooks?shop=1", custom_headers={"Authorization": "Bearer partner"})
    mug = uuid7()
    event_id = paint(mug, sequence=4, colour="göld", channel="eu")
    deliver(endpoint)
    (request,) = receiver.requests
    payload = verified(request, endpoint.secret)
    assert payload.pop("timestamp").endswith("Z")
    assert payload == {
        "type": "mug.painted",
        "aggregate": {"type": "mug", "id": str(mug)},
        "sequence": 4,
        "channel": "eu",
        "truncated": False,
        "data": {"colour": "göld"},
    }
    assert (request.method, request.path) == ("POST", "/hooks?shop=1")
    assert request.headers["webhook-id"] == str(event_id)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == "Bearer partner"
    assert delivery().status == "DELIVERED"


def test_the_log_tells_both_sides_and_no_secret(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url, custom_headers={"X-Token": "hush hush"})
    receiver.answer_with(Answer(500, b"no\x00no \xff", {"X-Reason": "tired"}))
    paint()
    deliver(endpoint)
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.response_status, attempt.error) == (1, 500, "")
    assert attempt.response_headers["x-reason"] == "tired"
    assert attempt.response_body == "no\ufffdno \ufffd"
    assert attempt.timings["total"] >= 0
    assert "hush hush" not in str(attempt.request_headers)
    assert attempt.request_headers["X-Token"] == attempt.request_headers["webhook-signature"] == "(hidden)"
    assert attempt.request_headers["webhook-id"] == receiver.requests[0].headers["webhook-id"]


def test_a_failure_is_tried_again_with_the_same_id_and_the_same_bytes(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(500, 200)
    paint()
    deliver(endpoint)
    assert (delivery().status, delivery().attempts) == ("PENDING", 1)
    deliver(endpoint)
    assert len(receiver.requests) == 1, "not before its time"
    pass_time(timedelta(seconds=7))
    deliver(endpoint)
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    verified(second, endpoint.secret)
    assert (delivery().status, delivery().attempts) == ("DELIVERED", 2)


def test_retries_follow_the_table_and_then_the_delivery_is_exhausted(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.default = Answer(500)
    paint()
    table = [5 / 60, 0.5, 2, 10, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 24 * 60, 24 * 60]
    for minutes in table:
        deliver(endpoint)
        assert delivery().status == "PENDING"
        wait = wait_of(delivery()) / MINUTE
        assert minutes * 0.8 - 0.1 <= wait <= minutes * 1.2
        pass_time(wait_of(delivery()))
        # Only the schedule is looked at here, not the endpoint's own rest.
        Endpoint.objects.update(paused_until=None, failing_since=None)
    deliver(endpoint)
    assert delivery().status == "EXHAUSTED"
    assert len(receiver.requests) == len(table) + 1
    assert len(set(ids(receiver.requests))) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 5),
        ("999999999999", 86_400),
        ("in a while", 5),
        ("-5", 5),
        ("٣", 5),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 5),
        ("date", 600),
    ],
)
def test_a_server_that_asks_to_wait_is_left_alone_for_so_long(receiver: Receiver, header: str, seconds: int) -> None:
    endpoint = make_endpoint(receiver.url)
    value = format_datetime(timezone.now() + timedelta(minutes=10), usegmt=True) if header == "date" else header
    receiver.answer_with(Answer(429, headers={"Retry-After": value.encode().decode("latin-1")}))
    paint()
    deliver(endpoint)
    assert seconds * 0.75 <= wait_of(delivery()).total_seconds() <= seconds * 1.25


def test_after_429_the_other_deliveries_of_the_endpoint_wait_too(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(Answer(429, headers={"Retry-After": "60"}))
    paint()
    paint()
    deliver(endpoint)
    assert len(receiver.requests) == 1
    pass_time(timedelta(seconds=61))
    deliver(endpoint)
    assert Delivery.objects.filter(status="DELIVERED").count() == 2


def test_410_switches_the_endpoint_off_and_says_why(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(410)
    paint()
    deliver(endpoint)
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "410" in endpoint.disabled_reason
    assert delivery().status == "EXHAUSTED"
    paint()
    deliver(endpoint)
    assert len(receiver.requests) == 1


def test_five_days_of_nothing_but_failures_switch_the_endpoint_off(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.default = Answer(500)
    paint()
    deliver(endpoint)
    pass_time(DAY * 4)
    deliver(endpoint)
    assert Endpoint.objects.filter(is_active=True).exists()
    pass_time(DAY * 1 + HOUR)
    deliver(endpoint)
    assert not Endpoint.objects.filter(is_active=True).exists()
    assert delivery().status == "PENDING", "it can go out when the endpoint is switched on again"
    receiver.default = Answer(200)
    update_endpoint(endpoint_id=endpoint.id, is_active=True, actor=SYSTEM)
    pass_time(DAY)
    deliver(endpoint)
    assert delivery().status == "DELIVERED"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_nobody_goes_there(receiver: Receiver, status: int) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(Answer(status, headers={"Location": receiver.url + "/inside"}))
    paint()
    deliver(endpoint)
    assert [request.path for request in receiver.requests] == ["/"]
    assert (delivery().status, delivery().attempts) == ("PENDING", 1)


def test_a_server_that_is_down_gets_it_when_it_is_back(receiver: Receiver) -> None:
    endpoint = make_endpoint("http://127.0.0.1:1/")
    paint()
    deliver(endpoint)
    assert DeliveryAttempt.objects.get().error.startswith("ConnectionFailed")
    update_endpoint(endpoint_id=endpoint.id, url=receiver.url, actor=SYSTEM)
    pass_time(timedelta(seconds=7))
    deliver(endpoint)
    assert delivery().status == "DELIVERED"


def test_events_of_one_aggregate_arrive_in_order_and_others_overtake(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    mug = uuid7()
    receiver.answer_with(500)
    paint(mug, sequence=1)
    paint(mug, sequence=2)
    deliver(endpoint)
    other = paint(sequence=9)
    deliver(endpoint)
    assert sequences(receiver.requests) == [1, 9]
    assert ids(receiver.requests)[1] == other
    pass_time(timedelta(seconds=7))
    deliver(endpoint)
    assert sequences(receiver.requests) == [1, 9, 1, 2]


def test_a_delivery_in_flight_holds_back_the_next_one_of_its_aggregate(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    mug = uuid7()
    paint(mug, sequence=1)
    paint(mug, sequence=2)
    relay_events()
    assert claim_next(endpoint.id) is not None
    assert claim_next(endpoint.id) is None


def test_after_an_hour_of_failures_the_successors_are_let_go(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    mug = uuid7()
    receiver.answer_with(500)
    paint(mug, sequence=1)
    paint(mug, sequence=2)
    deliver(endpoint)
    Delivery.objects.filter(sequence=1).update(next_attempt_at=timezone.now() + DAY)
    Delivery.objects.filter(sequence=1).update(failing_since=timezone.now() - HOUR - MINUTE)
    deliver(endpoint)
    assert sequences(receiver.requests) == [1, 2]


def test_no_more_than_five_are_in_flight_to_one_endpoint(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    for _ in range(7):
        paint()
    relay_events()
    claims = [claim_next(endpoint.id) for _ in range(7)]
    assert sum(claim is not None for claim in claims) == 5


def test_an_endpoint_that_keeps_failing_rests_and_is_probed_with_one_delivery(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.default = Answer(500)
    for _ in range(20):
        paint()
    deliver(endpoint)
    assert len(receiver.requests) == 5
    pass_time(timedelta(seconds=11))
    assert claim_next(endpoint.id) is not None
    assert claim_next(endpoint.id) is None


def test_one_answer_ends_the_rest_of_an_endpoint(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(500, 500, 500, 500, 500)
    for _ in range(20):
        paint()
    deliver(endpoint)
    pass_time(timedelta(seconds=11))
    deliver(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.failures_in_a_row, endpoint.failing_since, endpoint.paused_until) == (0, None, None)
    assert Delivery.objects.filter(status="DELIVERED").count() == 20


def test_a_delivery_whose_worker_died_before_sending_is_sent_by_another(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    paint()
    relay_events()
    assert claim_next(endpoint.id) is not None
    deliver_due(endpoint.id)
    assert receiver.requests == []
    pass_time(timedelta(seconds=26))
    deliver_due(endpoint.id)
    assert len(receiver.requests) == 1
    assert delivery().status == "DELIVERED"


def test_a_delivery_whose_worker_died_after_sending_is_sent_again_with_the_same_id(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    paint()
    relay_events()
    claim = claim_next(endpoint.id)
    assert claim is not None
    attempt(claim)
    pass_time(timedelta(seconds=26))
    deliver_due(endpoint.id)
    first, second = receiver.requests
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert delivery().status == "DELIVERED"


def test_a_worker_that_comes_back_late_cannot_undo_what_another_did(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.answer_with(500, 200)
    paint()
    relay_events()
    claim = claim_next(endpoint.id)
    assert claim is not None
    outcome = attempt(claim)
    pass_time(timedelta(seconds=26))
    deliver_due(endpoint.id)
    record(claim.delivery_id, claim.lease_id, outcome)
    assert delivery().status == "DELIVERED"
    assert DeliveryAttempt.objects.count() == 2


def test_an_endpoint_deleted_in_flight_leaves_nothing_behind(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    paint()
    relay_events()
    claim = claim_next(endpoint.id)
    assert claim is not None
    delete_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
    record(claim.delivery_id, claim.lease_id, attempt(claim))
    assert not Delivery.objects.exists()
    assert not DeliveryAttempt.objects.exists()


def test_what_fails_in_flight_goes_to_the_new_address(receiver: Receiver) -> None:
    endpoint = make_endpoint("http://127.0.0.1:1/")
    paint()
    relay_events()
    claim = claim_next(endpoint.id)
    assert claim is not None
    update_endpoint(endpoint_id=endpoint.id, url=receiver.url, actor=SYSTEM)
    record(claim.delivery_id, claim.lease_id, attempt(claim))
    pass_time(timedelta(seconds=7))
    deliver(endpoint)
    assert len(receiver.requests) == 1


def test_for_a_day_after_a_rotation_either_secret_verifies(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    fresh = rotate_secret(endpoint_id=endpoint.id, actor=SYSTEM)
    paint()
    deliver(endpoint)
    verified(receiver.requests[0], endpoint.secret)
    verified(receiver.requests[0], fresh)
    pass_time(DAY)
    paint()
    deliver(endpoint)
    verified(receiver.requests[1], fresh)
    assert len(receiver.requests[1].headers["webhook-signature"].split()) == 1


def test_the_signed_time_is_the_databases_even_if_this_machine_is_an_hour_off(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = make_endpoint(receiver.url)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    paint()
    deliver(endpoint)
    assert abs(int(receiver.requests[0].headers["webhook-timestamp"]) - real()) < 60
