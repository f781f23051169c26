"""Pictures of an import: fetched by the workers, from addresses that a stranger's file named."""

import io
from http import HTTPStatus

import pytest
from PIL import Image

from commerce.catalog.models import Product, ProductMedia
from commerce.events.models import Event
from commerce.importing import fetching
from commerce.importing.fetching import ATTEMPTS, fetch_picture, requeue_waiting_pictures
from tests.commerce.importing.conftest import MUG, outcomes


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 90, 60)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def waiting(load, settings):
    """`waiting(url)` imports a mug with that picture and gives the row that waits."""
    settings.PICTURES_ALLOW_PRIVATE = True

    def waiting(url):
        load(MUG | {"Image Src": url})
        return ProductMedia.objects.get()

    return waiting


def again(media):
    media.refresh_from_db()
    return media


def test_a_picture_is_fetched_checked_and_stored_and_partners_are_told(waiting, picture_server):
    picture_server.answer("/mug.jpg", jpeg())
    media = waiting(picture_server.url("/mug.jpg"))
    fetch_picture(media.id)
    assert again(media).status == "ready"
    assert media.file.name.endswith(".jpg")
    assert media.file.read() == jpeg()
    assert Event.objects.order_by("id").last().type == "product.updated"


def test_fetching_twice_stores_one_picture(waiting, picture_server):
    picture_server.answer("/mug.jpg", jpeg())
    media = waiting(picture_server.url("/mug.jpg"))
    fetch_picture(media.id)
    fetch_picture(media.id)
    assert picture_server.asked == ["/mug.jpg"]


def test_an_address_that_nobody_answers_is_tried_three_times_and_then_failed(waiting):
    media = waiting("http://127.0.0.1:9/mug.jpg")
    for attempt in range(1, ATTEMPTS + 1):
        fetch_picture(media.id)
        assert again(media).attempts == attempt
    assert media.status == "failed"
    assert "refused" in media.failure.lower()
    assert Product.objects.get().channel_listings.get().is_published


@pytest.mark.parametrize(
    ("status", "body", "final"),
    [
        (HTTPStatus.NOT_FOUND, b"", True),
        (HTTPStatus.SERVICE_UNAVAILABLE, b"", False),
        (HTTPStatus.OK, b"<html>not a picture</html>", True),
        (HTTPStatus.OK, b'<svg xmlns="http://www.w3.org/2000/svg"/>', True),
    ],
)
def test_what_is_no_picture_is_never_shown(waiting, picture_server, status, body, final):
    picture_server.answer("/mug.jpg", body, status=status)
    media = waiting(picture_server.url("/mug.jpg"))
    fetch_picture(media.id)
    assert again(media).status == ("failed" if final else "pending")
    assert media.failure
    assert not media.file


def test_a_redirect_is_followed_and_each_hop_is_checked(waiting, picture_server, settings):
    picture_server.answer("/old.jpg", b"", status=HTTPStatus.FOUND, location="/new.jpg")
    picture_server.answer("/new.jpg", jpeg())
    media = waiting(picture_server.url("/old.jpg"))
    fetch_picture(media.id)
    assert again(media).status == "ready"


def test_a_redirect_without_end_is_given_up(waiting, picture_server):
    picture_server.answer("/loop.jpg", b"", status=HTTPStatus.FOUND, location="/loop.jpg")
    media = waiting(picture_server.url("/loop.jpg"))
    fetch_picture(media.id)
    assert again(media).status == "failed"
    assert len(picture_server.asked) == 4


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.jpg", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "ftp://a/b"]
)
def test_our_own_network_is_not_asked_for_pictures(load, url):
    load(MUG | {"Image Src": url})
    media = ProductMedia.objects.get()
    fetch_picture(media.id)
    assert again(media).status == "failed"


def test_the_regular_job_hints_at_what_has_waited_and_puts_it_at_the_end(load, monkeypatch):
    load(MUG | {"Image Src": "https://example.com/a.jpg"})
    hints = []
    monkeypatch.setattr(fetching, "fetch_soon", hints.append)
    media = ProductMedia.objects.get()
    requeue_waiting_pictures()
    ProductMedia.objects.update(updated_at=media.updated_at - fetching.RETRY_AFTER)
    requeue_waiting_pictures()
    requeue_waiting_pictures()
    assert hints == [[], [media.id], []]


def test_pictures_at_hand_are_stored_at_once_and_only_once(load):
    asked = []

    def local(url):
        asked.append(url)
        return jpeg() if url.startswith("demo:") else None

    row = MUG | {"Image Src": "demo:mug"}
    load(row, {"Handle": "mug", "Image Src": "https://example.com/b.jpg"}, local_pictures=local)
    assert dict(ProductMedia.objects.values_list("source_url", "status")) == {
        "demo:mug": "ready",
        "https://example.com/b.jpg": "pending",
    }
    asked.clear()
    report = load(row, {"Handle": "mug", "Image Src": "https://example.com/b.jpg"}, local_pictures=local)
    assert outcomes(report) == {"unchanged": 1}
    assert "demo:mug" not in asked
