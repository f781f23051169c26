"""Prices are shown with the rate of a product's tax class, as their channel rounds it."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

TABLES = ("taxes_taxclass", "taxes_taxclassassignment", "taxes_taxconfiguration")


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in TABLES:
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            body = first.PLAIN_FUNCTION.format(function=name, written=written, tags="'shop'")
            yield body, f"DROP FUNCTION {name}()"
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [
        ("response_cache", "0008_price_lists"),
        ("taxes", "0002_classes_and_services"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
