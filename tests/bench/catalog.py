"""A catalog to ask for: the same rows for the same seed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from django.core.management import call_command, get_commands
from django.db import connection

from deploy.embedded import background
from tests.bench.servers import set_up_django

HELD_SKU: Final = "BENCH-HELD"
"""The variant that carts with a payment under way hold."""


def fill(*, products: int, variants: int, seed: int = 1) -> None:
    """Fill an empty shop with `products` products that have `variants` variants together."""
    if "generate_catalog" in get_commands():
        call_command("generate_catalog", products=products, variants=variants, seed=seed, verbosity=0)
    else:
        make_by_hand(products=products, variants_each=variants // products)


def make_by_hand(*, products: int, variants_each: int) -> None:
    """A small catalog, row by row, every product with a picture and every third variant reduced."""
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


def make_orderable() -> None:
    """What a checkout needs besides goods: a way to ship them, and enough of one variant to hold."""
    from commerce.shipping.models import ShippingMethod
    from tests.factories import make_shipping_method, make_variant

    if not ShippingMethod.objects.exists():
        make_shipping_method()
    make_variant(sku=HELD_SKU, stock=10_000)


def main() -> None:
    """Fill the shop in the folder HOME: `python -m tests.bench.catalog HOME PRODUCTS VARIANTS`. Servers are stopped."""
    home, products, variants = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    places = background.start(home, durable=True)
    try:
        os.environ.update({"DATABASE_URL": places.database_url, "REDIS_URL": places.redis_url})
        set_up_django()
        fill(products=products, variants=variants)
        make_orderable()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    finally:
        background.stop(home)


if __name__ == "__main__":
    main()
