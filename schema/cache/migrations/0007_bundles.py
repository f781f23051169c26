"""Answers about a bundle depend on its parts: what is written of those, touches the products of their bundles, too."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

OF_BUNDLE = first.OF_VARIANT.format(column="bundle_id")
OF_PRICING = first.OF_VARIANT.format(column="variant_id")
OF_REDUCTION = """
JOIN catalog_bundlepricing AS pricing ON pricing.id = written.pricing_id
JOIN catalog_productvariant AS variant ON variant.id = pricing.variant_id
"""
# Table -> how its rows lead to the products of bundles.
OF_PRODUCTS = {
    "catalog_bundlecomponent": OF_BUNDLE,
    "catalog_bundlepricing": OF_PRICING,
    "catalog_bundlereduction": OF_REDUCTION,
}
# What is known of parts, and decides what can be had of bundles.
OF_PARTS = (
    "catalog_productchannellisting",
    "catalog_productvariant",
    "catalog_variantchannellisting",
    "inventory_stock",
)
WITH_BUNDLES = """BEGIN
    IF products IS NOT NULL AND EXISTS (SELECT FROM catalog_bundlecomponent) THEN
        products := catalog_with_bundles(products);
    END IF;
"""


def with_bundles(body: str) -> str:
    """The function of a trigger, that touches bundles as well."""
    return body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("BEGIN\n", WITH_BUNDLES, 1)


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in OF_PARTS:
        for verb, (_, written) in first.VERBS.items():
            body = first.body_of(f"response_cache_{table}_{verb}", table, written)
            yield with_bundles(body), body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for table, join in OF_PRODUCTS.items():
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            body = first.PRODUCTS_FUNCTION.format(
                function=name,
                written=written,
                product="variant.product_id",
                join=join,
                shared="products",
                many=first.MANY,
            )
            yield body, f"DROP FUNCTION {name}()"
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_bundles"),
        ("response_cache", "0006_beside_products"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
