"""Triggers of effective prices, and of the cards that a sweep refreshes after the write that made them out of date.

All other cards change in the transaction of what they are made of, which tells of it.
"""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

TABLES = ["catalog_effectiveprice", "catalog_duecard"]


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in TABLES:
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            body = first.PRODUCTS_FUNCTION.format(
                function=name,
                written=written,
                product="written.product_id",
                join="",
                shared="products",
                many=first.MANY,
            )
            yield body, f"DROP FUNCTION {name}()"
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_cards"), ("response_cache", "0003_pages_and_menus")]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
