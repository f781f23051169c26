"""Searches depend on documents and on what merchants say of words: the triggers of their tables, made of 0001's texts."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

# A document may follow its product in a transaction of its own, and then what was found before is out of date.
TABLES = ("search_document", "search_synonym", "search_stopword")


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in TABLES:
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            body = first.PLAIN_FUNCTION.format(function=name, written=written, tags="'products'")
            yield body, f"DROP FUNCTION {name}()"
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_documents"),
        ("response_cache", "0004_cards"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
