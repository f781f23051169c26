"""Files in Shopify's format, and the shop that they come into."""

import csv
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM
from commerce.importing.report import Outcome
from commerce.importing.services import import_shopify_products
from commerce.inventory.models import Warehouse
from tests.factories import make_channel, make_warehouse

MUG = {
    "Handle": "mug",
    "Title": "Mug",
    "Body (HTML)": "<p>A <b>mug</b>.</p>",
    "Vendor": "Kiln",
    "Type": "Mug",
    "Tags": "stoneware, gift",
    "Published": "true",
    "Option1 Name": "Title",
    "Option1 Value": "Default Title",
    "Variant SKU": "MUG-1",
    "Variant Grams": "350",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "7",
    "Variant Inventory Policy": "deny",
    "Variant Price": "18.00",
    "Variant Compare At Price": "",
    "Variant Requires Shipping": "true",
    "Variant Barcode": "",
    "Image Src": "",
    "Image Position": "",
    "Image Alt Text": "",
    "SEO Title": "",
    "SEO Description": "",
    "Product Category": "",
    "Option2 Name": "",
    "Option2 Value": "",
    "Variant Image": "",
    "Cost per item": "",
    "Status": "active",
}


def as_csv(*rows, columns=tuple(MUG), encoding="utf-8"):
    """The bytes of a file with these rows."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def variant(handle="mug", **cells):
    """A further row of a product: a variant."""
    return {"Handle": handle, "Variant Price": "18.00", "Variant Inventory Tracker": "shopify"} | cells


def outcomes(report):
    """The counts of a report as a dict without zeros."""
    return {outcome.value: report.outcomes[outcome] for outcome in Outcome if report.outcomes[outcome]}


@pytest.fixture
def channel(db: None) -> Channel:
    return make_channel()


@pytest.fixture
def warehouse(channel: Channel) -> Warehouse:
    return make_warehouse(channels=[channel])


@pytest.fixture
def load(channel, warehouse):
    """`load(bytes)` or `load(row, row)` imports and returns the report."""

    def load(*content, **options):
        data = content[0] if content and isinstance(content[0], bytes) else as_csv(*content)
        options = {"channel": channel, "warehouse": warehouse, "actor": SYSTEM} | options
        return import_shopify_products(file=io.BytesIO(data), **options)

    return load


class PictureServer:
    """A server on loopback that serves what it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: dict[str, tuple[int, bytes, str]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                status, body, location = server._answers.get(self.path, (404, b"", ""))
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Keep quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http.server_port}{path}"

    def answer(self, path: str, body: bytes, *, status: int = 200, location: str = "") -> None:
        self._answers[path] = (int(status), body, location)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def picture_server():
    server = PictureServer()
    yield server
    server.stop()
