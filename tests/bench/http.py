"""`make bench SUITE=http`: a running shop under load. README.md says what each figure means."""

from __future__ import annotations

import signal
import sys

from tests.bench import disturbance, throughput
from tests.bench.load.generator import generator
from tests.bench.shop import home_with_catalog, serving

PRODUCTS, VARIANTS = 5_000, 15_000
CONNECTIONS = (1, 8, 32)


def main() -> None:
    """Print one line per figure. Whatever was started is stopped, also after Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"# load by {generator()[0]}")
    with home_with_catalog(products=PRODUCTS, variants=VARIANTS) as home:
        with serving(home, RESPONSE_CACHE="off") as shop:
            throughput.show_memory(shop, "http.memory.start")
            shop.show_operations()
            texts = {name: shop.target(request) for name, request in shop.operations.items()}
            ids = {f"{name}.persisted": shop.target_by_id(request) for name, request in shop.operations.items()}
            throughput.show_all(throughput.measure(shop, texts, connections=CONNECTIONS, rounds=3, seconds=2))
            throughput.show_all(throughput.measure(shop, ids, connections=(8,), rounds=2, seconds=2))
            disturbance.hanging(shop, "http.hanging", rounds=3, seconds=4)
            disturbance.flood(shop, rounds=3, seconds=3)
            throughput.show_memory(shop, "http.memory.end")
        with serving(home, RESPONSE_CACHE="on") as shop:
            cached = {f"{name}.cached": shop.target(shop.operations[name]) for name in ("list", "detail")}
            throughput.show_all(throughput.measure(shop, cached, connections=(8, 32), rounds=2, seconds=2))
        with serving(home, RESPONSE_CACHE="off", TURNS="0") as shop:
            crowd = {f"{name}.turns0": shop.target(shop.operations[name]) for name in ("list", "detail")}
            throughput.show_all(throughput.measure(shop, crowd, connections=(8, 32), rounds=2, seconds=2))
        with serving(home, RESPONSE_CACHE="off", BLOCKING_THREADS="1") as shop:
            single = {"list.threads1": shop.target(shop.operations["list"])}
            throughput.show_all(throughput.measure(shop, single, connections=CONNECTIONS, rounds=2, seconds=2))
            disturbance.hanging(shop, "http.hanging.threads1", rounds=1, seconds=4)


if __name__ == "__main__":
    main()
