"""A catalog to ask for: the same rows for the same seed."""

from __future__ import annotations

from django.core.management import call_command, get_commands


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
