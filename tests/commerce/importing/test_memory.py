"""A large file costs time, not memory."""

import io
import tracemalloc

import pytest

from commerce.channels.models import Channel
from commerce.importing import shopify
from commerce.importing.columns import canonical
from commerce.importing.reader import RowReader
from commerce.importing.targets import Targets
from commerce.inventory.models import Warehouse
from tests.commerce.importing.conftest import MUG, as_csv


class EndlessShelf(io.RawIOBase):
    """A file of `count` products that is never anywhere as a whole."""

    def __init__(self, count: int) -> None:
        super().__init__()
        header, row = as_csv(MUG).splitlines(keepends=True)
        self._chunks = iter([header, *()])
        self._rows = (row.replace(b"mug", b"m%d" % n, 1).replace(b"MUG-1", b"M%d" % n) for n in range(count))
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while len(self._rest) < len(buffer):
            chunk = next(self._chunks, None) or next(self._rows, None)
            if chunk is None:
                break
            self._rest += chunk
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def peak(count: int) -> int:
    """The most memory in use while `count` products are read and checked, in bytes."""
    tracemalloc.start()
    targets = Targets(channel=Channel(currency_code="USD"), warehouse=Warehouse())
    reader = RowReader(io.BufferedReader(EndlessShelf(count)), canonical=canonical)
    products = shopify.ShopifyProducts(columns=reader.columns, targets=targets)
    found = sum(1 for rows in shopify.grouped_by_handle(reader) if products.record(rows))
    assert found == count
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.timeout(120)
def test_ten_times_the_products_take_little_more_memory():
    peak(50)
    small, large = peak(500), peak(5_000)
    # What grows is 8-byte hashes of handles and SKUs, to find duplicates: about 250 bytes a product with their tables.
    assert large - small < 4_500 * 350
