"""The triggers of price lists: prices from several units on are shown to everybody, and no effective price tells of them."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

OF_LIST = """
JOIN pricing_pricelistentry AS entry ON entry.price_list_id = written.id
JOIN catalog_productvariant AS variant ON variant.id = entry.variant_id
"""
# Table -> how its rows lead to products.
OF_PRODUCTS = {
    "pricing_pricelist": OF_LIST,
    "pricing_pricelistentry": first.OF_VARIANT.format(column="variant_id"),
}
INDEXES = [
    "CREATE INDEX response_cache_price_list_start ON pricing_pricelist (starts_at) WHERE is_public AND is_active",
    "CREATE INDEX response_cache_price_list_end ON pricing_pricelist (ends_at) WHERE is_public AND is_active",
]


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
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
    for index in INDEXES:
        yield index, f"DROP INDEX {index.split()[2]}"


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0002_effective_prices"),
        ("response_cache", "0007_bundles"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
