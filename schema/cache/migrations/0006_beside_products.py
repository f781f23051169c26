"""The triggers of what stands beside products, of translated pages and menus, and of former translated slugs."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

first = import_module("schema.cache.migrations.0001_initial")

# Table -> the tag of whatever is written there.
PLAIN = {
    "catalog_relatedproductsrule": "products",
    "catalog_categoryformertranslatedslug": "categories",
    "catalog_collectionformertranslatedslug": "collections",
    "content_pagetranslation": "pages",
    "content_pageformerslug": "pages",
    "content_pageformertranslatedslug": "pages",
    "content_menuitemtranslation": "menus",
}
# Table -> how its rows lead to the products that show them.
OF_PRODUCTS = {
    "catalog_productrelation": ("written.product_id", ""),
    "catalog_productformertranslatedslug": ("written.product_id", ""),
}


def body_of(function: str, table: str, written: str) -> str:
    """The function of one trigger."""
    if table in PLAIN:
        return first.PLAIN_FUNCTION.format(function=function, written=written, tags=f"'{PLAIN[table]}'")
    product, join = OF_PRODUCTS[table]
    return first.PRODUCTS_FUNCTION.format(
        function=function, written=written, product=product, join=join, shared="products", many=first.MANY
    )


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table in (*PLAIN, *OF_PRODUCTS):
        for verb, (referencing, written) in first.VERBS.items():
            name = f"response_cache_{table}_{verb}"
            yield body_of(name, table, written), f"DROP FUNCTION {name}()"
            trigger = first.TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = first.TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_beside_products"),
        ("content", "0002_translations"),
        ("response_cache", "0005_search"),
    ]

    operations = [migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()]
