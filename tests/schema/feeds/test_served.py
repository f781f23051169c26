"""Feeds as granian serves them: to readers who are slow, and to those who leave."""

from __future__ import annotations

import http.client
import socket
from xml.etree import ElementTree

import pytest
from django.db import connection

from commerce.catalog.models import Product, ProductChannelListing, ProductVariant, VariantChannelListing
from tests.factories import make_channel, make_product_type
from tests.schema.cache.web import Web, serving
from tests.webhooks.processes import until

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

PATH = "/feeds/default-channel/google.xml"
NUMBER = 3_000


def many_products() -> None:
    """Far more text than what lies in buffers on its way."""
    kind, channel = make_product_type(), make_channel()
    text = {"blocks": [{"type": "paragraph", "data": {"text": "clay " * 900}}]}
    products = Product.objects.bulk_create(
        Product(name="Mug", slug=f"mug-{place}", product_type=kind, description=text) for place in range(NUMBER)
    )
    ProductChannelListing.objects.bulk_create(
        ProductChannelListing(product=product, channel=channel, is_published=True, min_price_amount=100)
        for product in products
    )
    variants = ProductVariant.objects.bulk_create(ProductVariant(product=product) for product in products)
    VariantChannelListing.objects.bulk_create(
        VariantChannelListing(variant=variant, channel=channel, price_amount=100) for variant in variants
    )


def status(web: Web) -> int:
    """What a reader is answered who reads everything; and everything is there."""
    asking = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    asking.request("GET", PATH, headers={"Host": "localhost"})
    response = asking.getresponse()
    body = response.read()
    asking.close()
    if response.status == 200:
        assert len(ElementTree.fromstring(body).findall("channel/item")) == NUMBER  # noqa: S314 - it is ours
    return response.status


def busy_connections() -> int:
    """Connections of web processes that are in a transaction or in the middle of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            " AND state <> 'idle' AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_a_slow_reader_holds_no_transaction_and_who_leaves_makes_room() -> None:
    many_products()
    with serving(1, STOREFRONT_URL="https://shop.example", BLOCKING_THREADS="4", RESPONSE_CACHE="off") as (web,):
        assert status(web) == 200
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", web.port))
        slow.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
        until(lambda: busy_connections() == 0, 30)
        assert status(web) == 503, "the others keep their threads"
        slow.close()
        until(lambda: status(web) == 200, 30)
