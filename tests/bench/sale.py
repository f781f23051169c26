"""A sale of the whole catalogue: how soon its prices are written and hold, and what others notice of it meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.bench.figures import show
from tests.bench.usage import cpu_seconds

VARIANTS: Final = int(os.environ.get("BENCH_SALE_VARIANTS", "20000"))
CHANNEL: Final = "default-channel"


def measure_sale(variants: int) -> None:
    """Print how a promotion of a catalogue with so many variants becomes its prices, while prices are edited."""
    from django.db import connection

    from commerce.promotions.models import PriceChange
    from commerce.promotions.switching import keep_prices
    from deploy.demo.generated.catalog import Size, generate_catalog

    generate_catalog(Size(variants // 3, variants), seed=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    _promote()
    keep_prices()  # the first one of a shop tells how fast it is
    _pass_the_moment()
    began, used = time.time(), cpu_seconds([backend])
    _promote()
    with _editing_prices() as edits:
        keep_prices()
    written = time.time() - began
    change = PriceChange.objects.latest("created_at")
    assert change.is_second_look
    assert change.switches_at is not None
    show(f"promotions.materialise_{variants // 1000}k", written, "seconds")
    show("promotions.materialise.cpu", 1e6 * (cpu_seconds([backend]) - used) / variants, "us/variant")
    show("promotions.prices_change_after", change.switches_at.timestamp() - began, "seconds")
    show("promotions.edit_meanwhile.p50", 1000 * sorted(edits)[len(edits) // 2], "ms")
    show("promotions.edit_meanwhile.max", 1000 * max(edits), "ms")


def _promote() -> None:
    from commerce.channels.models import Channel
    from tests.commerce.promotions.promoting import percent, promote

    promote(percent(10), channels=[Channel.objects.get(slug=CHANNEL)])


def _pass_the_moment() -> None:
    """Wait until the prices of the first sale hold, and are looked at once more."""
    from commerce.promotions.models import PriceChange
    from commerce.promotions.switching import keep_prices

    while PriceChange.objects.exists():
        time.sleep(0.5)
        keep_prices()


@contextmanager
def _editing_prices() -> Iterator[list[float]]:
    """Meanwhile somebody else edits the price of one product after another; gives the seconds of each edit."""
    from django.db import connection

    from commerce.catalog.models import VariantChannelListing

    plain = VariantChannelListing.objects.filter(compare_at_amount=None).order_by("?")
    ids: list[Any] = list(plain.values_list("id", flat=True)[:5_000])
    edits: list[float] = []
    is_over = threading.Event()

    def edit() -> None:
        try:
            for number, listing_id in enumerate(ids):
                if is_over.wait(0.02):
                    return
                began = time.perf_counter()
                VariantChannelListing.objects.filter(id=listing_id).update(price_amount=1_000 + number)
                edits.append(time.perf_counter() - began)
        finally:
            connection.close()

    somebody = threading.Thread(target=edit)
    somebody.start()
    try:
        yield edits
    finally:
        is_over.set()
        somebody.join()
