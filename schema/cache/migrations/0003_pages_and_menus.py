"""The triggers of pages and menus, as 0001 makes them for the catalog; and the index that finds the next publication."""

from collections.abc import Iterator

from django.db import migrations

# Table -> the tag of whatever is written there.
TAGS = {
    "content_pagetype": "pages",
    "content_pagetypeattribute": "pages",
    "content_page": "pages",
    "content_pageattributevalue": "pages",
    "content_menu": "menus",
    "content_menuitem": "menus",
}
FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written) THEN
        PERFORM response_cache_touch(ARRAY['{tag}']);
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER response_cache_{verb} AFTER {verb} ON {table} {referencing}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
# Which rows, does not matter here: a statement that wrote any touches the tag.
VERBS = {
    "insert": "REFERENCING NEW TABLE AS written",
    "update": "REFERENCING NEW TABLE AS written",
    "delete": "REFERENCING OLD TABLE AS written",
}
INDEX = "CREATE INDEX response_cache_page ON content_page (published_at) WHERE is_published"


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table, tag in TAGS.items():
        for verb, referencing in VERBS.items():
            name = f"response_cache_{table}_{verb}"
            yield FUNCTION.format(function=name, tag=tag), f"DROP FUNCTION {name}()"
            trigger = TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"
    yield INDEX, "DROP INDEX response_cache_page"


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial"), ("response_cache", "0002_translations")]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
