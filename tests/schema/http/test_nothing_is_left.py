"""What a request has loaded is gone when it is answered: nothing waits for a collection, which holds every thread."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from deploy import endpoints
from schema.http.incoming import Incoming
from tests.bench.wsgi import post
from tests.factories import make_channel, make_collection, make_variant

LIST = """query($channel: String!) { products(first: 5, channel: $channel) { totalCount pageInfo { endCursor } edges { node {
  id name category { name } collections { name } thumbnail { url } pricing { priceRange { start { gross { amount } } } }
  variants { id quantityAvailable pricing { price { gross { amount } } } attributes { values { name } } }
} } } }"""  # noqa: E501


@contextmanager
def left_behind() -> Iterator[list[Any]]:
    """What the block makes that nobody holds any more and that only a collection finds."""
    found: list[Any] = []
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += [each for each in gc.garbage if type(each).__module__.startswith(("commerce.", "schema.", "graphql."))]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def storefront(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The endpoint as a WSGI application, without the signals at which connections are closed."""
    start_response("200 OK", [])
    return [endpoints.STOREFRONT.answer(Incoming(environ)).body]


@pytest.mark.parametrize("document", [LIST, "query($channel: String!) { channel(slug: $channel) { name } }"])
def test_an_answered_request_leaves_nothing_for_the_collector(db: None, document: str) -> None:
    channel = make_channel()
    make_collection("summer", products=[make_variant(channel=channel).product for _ in range(3)])
    body = orjson.dumps({"query": document, "variables": {"channel": channel.slug}})
    for _ in range(3):
        post(storefront, body)
    with left_behind() as found:
        answer = orjson.loads(post(storefront, body))
    assert "errors" not in answer
    assert found == []
