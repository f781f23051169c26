"""The same pictures in an object store: nothing of the shop knows where its files lie."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage, storages
from pytest_django import Settings

from commerce.catalog.services import add_media
from commerce.catalog.thumbnails import find_or_make_thumbnail, picture_url
from commerce.core.actor import SYSTEM
from commerce.core.errors import Conflict
from commerce.core.http import Response, fetch
from commerce.core.ids import uuid7
from tests.commerce.catalog.test_pictures import picture
from tests.factories import make_product


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The default storage is a bucket of a store that runs as a process of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    store = subprocess.Popen([sys.executable, "-m", "tests.fake_s3"], stdout=subprocess.PIPE, text=True)
    assert store.stdout is not None
    url = store.stdout.readline().strip()
    options = {
        "bucket_name": "handcart",
        "endpoint_url": url,
        "region_name": "eu-central-1",
        "addressing_style": "path",
        "querystring_auth": False,
        "file_overwrite": False,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    yield f"{url}/handcart"
    storages._storages.clear()
    store.terminate()
    store.wait(timeout=5)


def stored(url: str) -> Response:
    return fetch(url, max_bytes=1_000_000, deadline_seconds=5, allow_private=True, allow_http=True)


@pytest.mark.django_db
def test_a_picture_and_its_smaller_copy_lie_in_the_bucket(bucket: str) -> None:
    media = add_media(product_id=make_product().id, content=picture("PNG", (600, 400)), alt="A mug", actor=SYSTEM)

    url = picture_url(media.file.name)
    assert url.startswith(bucket)
    assert stored(url).body[:8] == b"\x89PNG\r\n\x1a\n"

    copy = find_or_make_thumbnail(media.id, 256, "WEBP")
    assert copy.startswith(bucket)
    assert stored(copy).body[:4] == b"RIFF"
    assert dict(stored(copy).headers)["content-type"] == "image/webp"
    assert find_or_make_thumbnail(media.id, 256, "WEBP") == copy, "made once"
    assert not default_storage.exists("no-such-picture.png")


@pytest.mark.django_db
def test_copies_in_all_formats_lie_in_the_bucket_and_what_is_refused_does_not_stay(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = add_media(product_id=make_product().id, content=picture("PNG", (600, 400)), actor=SYSTEM)
    for target, kind in (("AVIF", "image/avif"), ("ORIGINAL", "image/png")):
        copy = find_or_make_thumbnail(media.id, 128, target)
        assert copy.startswith(bucket)
        assert dict(stored(copy).headers)["content-type"] == kind
    name = uuid7()
    monkeypatch.setattr("commerce.catalog.services.media.uuid7", lambda: name)
    with pytest.raises(Conflict):
        add_media(product_id=media.product_id, content=picture(), version=7, actor=SYSTEM)
    assert not default_storage.exists(f"products/{name.hex}.png")
    kept = add_media(product_id=media.product_id, content=picture(), actor=SYSTEM)
    assert str(kept.file.name) == f"products/{name.hex}.png"
    assert default_storage.exists(str(kept.file.name))
