"""Fetching the pictures that imports noted, from addresses that a file named."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from redis import RedisError

from commerce.catalog.errors import PictureRefused
from commerce.catalog.models import ProductMedia
from commerce.catalog.pictures import checked_picture
from commerce.catalog.services.media import store_file
from commerce.catalog.services.products import touch_product
from commerce.core.http import ConnectionFailed, DeadlineExceeded, Response, TooLarge, UnsafeAddress, fetch

DEADLINE_SECONDS: Final = 20.0
ATTEMPTS: Final = 3
RETRY_AFTER: Final = timedelta(minutes=2)
_REDIRECTS: Final = 3
_PER_TASK: Final = 10
_PER_SWEEP: Final = 500
_TEMPORARY: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}

logger = logging.getLogger(__name__)


class _Unavailable(Exception):
    """The picture cannot be had; `final` if trying again would not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


def fetch_soon(media_ids: Sequence[UUID]) -> None:
    """Tell the workers that these pictures wait. Only a hint: `requeue_waiting_pictures` finds what it missed."""
    from commerce.importing.tasks import fetch_pictures

    try:
        for start in range(0, len(media_ids), _PER_TASK):
            fetch_pictures.send([str(media_id) for media_id in media_ids[start : start + _PER_TASK]])
    except RedisError as error:
        logger.warning("pictures wait for the next sweep: %s", error)


def requeue_waiting_pictures() -> None:
    """A regular job: hint again at pictures that have waited for two minutes since they were noted or last tried."""
    waiting = ProductMedia.objects.filter(
        status=ProductMedia.Status.PENDING, updated_at__lt=timezone.now() - RETRY_AFTER
    )
    ids = list(waiting.order_by("updated_at").values_list("id", flat=True)[:_PER_SWEEP])
    # They go to the end of the line, so that no sweep hints twice at what the workers have not come to yet.
    ProductMedia.objects.filter(id__in=ids).update(updated_at=timezone.now())
    fetch_soon(ids)


def fetch_picture(media_id: UUID) -> None:
    """Fetch, check and store one picture that is not there yet, or note why not. Doing it twice does no harm.

    After ATTEMPTS failures, or at once where another attempt cannot help, the picture is FAILED: the shop shows the
    product without it.
    """
    media = ProductMedia.objects.filter(id=media_id).exclude(status=ProductMedia.Status.READY).first()
    if media is None:
        return
    try:
        picture = checked_picture(_download(media.source_url))
    except (PictureRefused, _Unavailable) as error:
        final = not isinstance(error, _Unavailable) or error.final or media.attempts + 1 >= ATTEMPTS
        logger.warning("no picture for product %s from %s: %s", media.product_id, media.source_url, error)
        ProductMedia.objects.filter(id=media_id).exclude(status=ProductMedia.Status.READY).update(
            status=ProductMedia.Status.FAILED if final else ProductMedia.Status.PENDING,
            failure=str(error)[:300],
            attempts=F("attempts") + 1,
            updated_at=timezone.now(),
        )
        return
    store_file(media, picture)
    with transaction.atomic():
        kept = ProductMedia.objects.filter(id=media_id).exclude(status=ProductMedia.Status.READY)
        if kept.update(status=ProductMedia.Status.READY, file=media.file.name, failure="", updated_at=timezone.now()):
            touch_product(media.product_id)
            return
    media.file.storage.delete(str(media.file.name))


def _download(url: str) -> bytes:
    for _ in range(_REDIRECTS + 1):
        response = _get(url)
        if response.status == HTTPStatus.OK:
            return response.body
        location = response.headers.get("location")
        if not (HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST and location):
            temporary = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _TEMPORARY
            raise _Unavailable(f"The address answers {response.status}.", final=not temporary)
        # Every hop is checked anew: a friendly server may point into our own network.
        url = urljoin(url, location)
    raise _Unavailable("The address redirects too often.", final=True)


def _get(url: str) -> Response:
    try:
        return fetch(
            url,
            max_bytes=settings.PICTURE_MAX_BYTES,
            deadline_seconds=DEADLINE_SECONDS,
            allow_http=True,
            allow_private=settings.PICTURES_ALLOW_PRIVATE,
        )
    except (UnsafeAddress, TooLarge) as error:
        raise _Unavailable(str(error), final=True) from error
    except (ConnectionFailed, DeadlineExceeded) as error:
        raise _Unavailable(str(error), final=False) from error
