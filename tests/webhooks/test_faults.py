"""Partners' servers at their worst. Afterwards every event is delivered, pending or exhausted, and never lost."""

import time
from datetime import timedelta

import pytest

from commerce.events.models import Event
from tests.commerce.core.raw_server import Behaviour, answering, serving
from tests.commerce.core.test_http import reset_in_the_middle
from tests.commerce.events.story import paint
from tests.receiver import Answer, Receiver
from tests.webhooks.partner import deliver, delivery, make_endpoint, pass_time, relay_events
from webhooks import deliver as sending
from webhooks.models import Delivery, DeliveryAttempt, Endpoint
from webhooks.resume import endpoints_with_due_deliveries

pytestmark = pytest.mark.usefixtures("durable")

HUGE = b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n" + b"x" * 2_000_000
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (lambda connection: time.sleep(3), "DeadlineExceeded"),
        (reset_in_the_middle, "ConnectionFailed"),
        (answering(b""), "ConnectionFailed"),
        (answering(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"), "ConnectionFailed"),
        (answering(b"\xff\xfe\x00"), "ConnectionFailed"),
        (answering(REDIRECT), ""),
    ],
)
def test_a_server_that_misbehaves_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, behave: Behaviour, error: str
) -> None:
    monkeypatch.setattr(sending, "DEADLINE_SECONDS", 0.5)
    with serving(behave) as server:
        endpoint = make_endpoint(server.url)
        paint()
        deliver(endpoint)
    attempt = DeliveryAttempt.objects.get()
    assert attempt.error.partition(":")[0] == error
    assert (delivery().status, delivery().attempts) == ("PENDING", 1)


def test_of_a_huge_answer_64_kb_are_kept_and_it_counts(receiver: Receiver) -> None:
    with serving(answering(HUGE)) as server:
        endpoint = make_endpoint(server.url)
        paint()
        deliver(endpoint)
    assert delivery().status == "DELIVERED"
    assert len(DeliveryAttempt.objects.get().response_body) == 64 * 1024


def test_a_hanging_endpoint_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    monkeypatch.setattr(sending, "DEADLINE_SECONDS", 0.2)
    with serving(lambda connection: time.sleep(3)) as server:
        hanging, good = make_endpoint(server.url, name="hanging"), make_endpoint(receiver.url, name="good")
        for _ in range(30):
            paint()
        deliver(hanging)
        assert server.connections == 5, "then it rests"
        deliver(good)
    assert len(receiver.requests) == 30


def test_after_much_trouble_nothing_is_missing_and_nothing_is_made_up(receiver: Receiver) -> None:
    good, flaky = make_endpoint(receiver.url + "/good", name="good"), make_endpoint(receiver.url + "/flaky")
    emitted = [paint() for _ in range(15)]
    relay_events()
    for day in range(8):
        if day < 5:
            receiver.answer_with(500, 200, 503, 200, Answer(429, headers={"Retry-After": "1"}))
        for endpoint in (flaky, good):
            deliver(endpoint)
        pass_time(timedelta(days=1))
    counts = {status: Delivery.objects.filter(status=status).count() for status in ("PENDING", "DELIVERED")}
    assert sum(counts.values()) == 15 * 2
    assert counts["PENDING"] == 0
    for path in ("/good", "/flaky"):
        got = {request.headers["webhook-id"] for request in receiver.requests if request.path == path}
        assert got == {str(event_id) for event_id in emitted}
    assert Event.objects.filter(status="DONE").count() == 15


def test_only_endpoints_with_something_due_are_hinted_at(receiver: Receiver) -> None:
    due = make_endpoint(receiver.url, name="due", event_types=["mug.painted"])
    make_endpoint(receiver.url, name="idle", event_types=["mug.sold"])
    resting = make_endpoint(receiver.url, name="resting")
    off = make_endpoint(receiver.url, name="off")
    paint()
    relay_events()
    Endpoint.objects.filter(id=off.id).update(is_active=False)
    Endpoint.objects.filter(id=resting.id).update(paused_until=Event.objects.get().created_at + timedelta(hours=1))
    assert endpoints_with_due_deliveries() == [due.id]
    assert sending.claim_next(due.id) is not None
    assert endpoints_with_due_deliveries() == []
    pass_time(timedelta(seconds=26))
    assert endpoints_with_due_deliveries() == [due.id]
