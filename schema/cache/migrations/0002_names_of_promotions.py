"""Product pages say which promotions reduce a price: what these are called is watched, in every language."""

from importlib import import_module

from django.db import migrations

from commerce.core.migrations.statements import run

first = import_module("schema.cache.migrations.0001_initial")

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


class Migration(migrations.Migration):
    replaces = [("response_cache", "0011_names_of_promotions")]
    dependencies = [("promotions", "0001_initial"), ("response_cache", "0001_initial")]

    operations = [
        run(*first.touching_tag("promotions_promotion", "shop", verbs=("insert", "delete")), RENAMED, WHEN_RENAMED),
        run(*first.touching_tag("promotions_promotiontranslation", "shop")),
    ]
