"""`make bench SUITE=engine`: execution alone, and the whole request in process. README.md explains the figures."""

from __future__ import annotations

from tests.bench import execution
from tests.bench.servers import own_servers

PRODUCTS, VARIANTS_EACH = 200, 3


def main() -> None:
    """Print one line per figure."""
    with own_servers(RESPONSE_CACHE="off"):
        from commerce.catalog.models import Product
        from tests.bench import requests
        from tests.bench.filling import make_by_hand
        from tests.bench.wsgi import the_shop

        make_by_hand(products=PRODUCTS, variants_each=VARIANTS_EACH)
        # After the shop's own warm-up, so that the collector disturbs as little as it does in a served request.
        execution.measure(rounds=15, calls=10)
        slug = Product.objects.order_by("sort_name").values_list("slug", flat=True)[10]
        requests.measure(the_shop(), slug, rounds=15, calls=10)


if __name__ == "__main__":
    main()
