"""What is asked for: a small catalog made by hand, of which all is known, or a large generated one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import orjson
from django.core.management import call_command
from django.db import connection

from deploy.embedded import background
from tests.bench.documents import hash_of, text_of
from tests.bench.servers import set_up_django

SEED: Final = 1
HELD_SKU: Final = "BENCH-HELD"
"""The variant that carts with a payment under way hold."""


def make_by_hand(*, products: int, variants_each: int) -> None:
    """A small catalog, row by row, every product with a picture and every third variant reduced. Ends with ANALYZE."""
    from commerce.catalog.models import ProductMedia
    from tests.factories import make_attribute, make_category, make_product, make_product_type, make_variant

    colour = make_attribute("colour", "Red", "Green", "Blue", "White")
    size = make_attribute("size", "Small", "Medium", "Large")
    kind = make_product_type("mug", product_attributes=[colour], variant_attributes=[size])
    colours, sizes = list(colour.values.order_by("sort_order")), list(size.values.order_by("sort_order"))
    categories = [make_category() for _ in range(5)]
    for number in range(products):
        product = make_product(
            f"Enamel mug {number:05d}",
            category=categories[number % 5],
            product_type=kind,
            attribute_values=[colours[number % 4]],
            description={"blocks": [{"type": "paragraph", "data": {"text": f"Mug number {number}. " * 10}}]},
        )
        ProductMedia.objects.create(product=product, file=f"products/{number}.jpg", alt=f"Mug {number} from above")
        for place in range(variants_each):
            make_variant(
                product=product,
                price=1000 + 37 * number + 5 * place,
                compare_at=2000 + 37 * number if place == 2 else None,
                stock=number % 90,
                attribute_values=[sizes[place % 3]],
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_orderable() -> None:
    """What a checkout needs besides goods: a way to ship them, and enough of one variant to hold."""
    from commerce.shipping.models import ShippingMethod
    from tests.factories import make_shipping_method, make_variant

    if not ShippingMethod.objects.exists():
        make_shipping_method()
    make_variant(sku=HELD_SKU, stock=10_000)


def register_documents() -> None:
    """Let the documents be asked for by the hash of their text, as a frontend's build would have it."""
    with tempfile.NamedTemporaryFile(suffix=".json") as manifest:
        texts = [text_of(name) for name in ("list", "detail", "trivial")]
        Path(manifest.name).write_bytes(orjson.dumps({hash_of(text): text for text in texts}))
        call_command("register_documents", manifest.name, verbosity=0)


def main() -> None:
    """Fill the shop in the folder HOME: `python -m tests.bench.filling HOME PRODUCTS VARIANTS`. Servers are stopped."""
    home, products, variants = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    places = background.start(home, durable=True)
    try:
        os.environ.update({"DATABASE_URL": places.database_url, "REDIS_URL": places.redis_url})
        set_up_django()
        call_command("generate_catalog", products=products, variants=variants, seed=SEED, verbosity=0)
        make_orderable()
        register_documents()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    finally:
        background.stop(home)


if __name__ == "__main__":
    main()
