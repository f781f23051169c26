"""`/sitemap.xml` and `/feeds/<channel>/google.xml`: what search engines and shopping portals read of a shop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from commerce.catalog.thumbnails import absolute_url
from commerce.channels.models import Channel
from commerce.channels.queries import active_channel, active_channels
from commerce.core.errors import CommerceError
from commerce.feeds.addresses import NoStorefront, storefront_of
from commerce.feeds.google import feed_lines
from commerce.feeds.sitemap import KINDS, index_lines, part_lines, parts_of
from schema.feeds.streams import stream
from schema.ids import to_global_id

logger = logging.getLogger("handcart.feeds")

SITEMAP_SECONDS: Final = 3600
FEED_SECONDS: Final = 600


def _found(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """404 with the reason for a channel that is not open, or has no address of a storefront."""

    @wraps(view)
    def answer(*given: Any, **named: Any) -> HttpResponseBase:
        try:
            return view(*given, **named)
        except CommerceError as error:
            return _not_found(error.message)

    return require_safe(answer)


def _not_found(message: str) -> HttpResponse:
    return HttpResponse(message, status=HTTPStatus.NOT_FOUND, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap_of_shop(request: HttpRequest) -> HttpResponseBase:
    """The index of all sitemaps of the channels that have an address of a storefront."""
    return stream(request, lambda: index_lines(_parts(_channels_with_storefront())), fresh_for=SITEMAP_SECONDS)


@_found
def sitemap_of_channel(request: HttpRequest, channel: str) -> HttpResponseBase:
    """The index of the sitemaps of one channel."""
    found = active_channel(channel)
    storefront_of(found)
    return stream(request, lambda: index_lines(_parts([found])), fresh_for=SITEMAP_SECONDS)


@_found
def sitemap_part(request: HttpRequest, channel: str, kind: str, number: int) -> HttpResponseBase:
    """One part of the addresses of a channel; 404 if it has fewer."""
    found = active_channel(channel)
    storefront = storefront_of(found)
    parts = parts_of(kind, found) if kind in KINDS else []
    if not 1 <= number <= len(parts):
        return _not_found("There is no such part.")
    return stream(request, partial(part_lines, kind, parts[number - 1], found, storefront), fresh_for=SITEMAP_SECONDS)


@_found
def google_feed(request: HttpRequest, channel: str) -> HttpResponseBase:
    """The products of a channel for Google Merchant Center."""
    found = active_channel(channel)
    lines = partial(feed_lines, found, storefront_of(found), variant_key=partial(to_global_id, "ProductVariant"))
    return stream(request, lines, fresh_for=FEED_SECONDS)


def _channels_with_storefront() -> Iterator[Channel]:
    for channel in active_channels():
        try:
            storefront_of(channel)
        except NoStorefront as error:
            logger.info("The sitemap leaves out the channel %s: %s", channel.slug, error.message)
        else:
            yield channel


def _parts(channels: Iterable[Channel]) -> Iterator[tuple[str, datetime]]:
    for channel in channels:
        for kind in KINDS:
            for number, part in enumerate(parts_of(kind, channel), 1):
                yield absolute_url(f"/sitemap/{channel.slug}/{kind}-{number}.xml"), part.changed_at
