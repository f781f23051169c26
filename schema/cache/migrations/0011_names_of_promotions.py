"""Product pages say which promotions reduce a price: what these are called is watched, in every language."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

TABLES = ("promotions_promotion", "promotions_promotiontranslation")

# Every order counts in the promotions that it used: only another name is a change that anybody sees.
RENAMED = """
CREATE FUNCTION response_cache_promotions_promotion_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM response_cache_touch(ARRAY['shop']);
    RETURN NULL;
END
$$
"""
WHEN_RENAMED = """
CREATE TRIGGER response_cache_update AFTER UPDATE ON promotions_promotion
FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name AND NEW.kind = 'catalogue')
EXECUTE FUNCTION response_cache_promotions_promotion_update()
"""


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in TABLES:
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            body = first.PLAIN_FUNCTION.format(function=name, written=written, tags="'shop'")
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            if (table, verb) == ("promotions_promotion", "update"):
                body, trigger = RENAMED, WHEN_RENAMED
            yield body, f"DROP FUNCTION {name}()"
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0004_gifts_and_translations"),
        ("response_cache", "0010_plural_names"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
