"""The table of touched tags, and the triggers that fill it: the table of schema/cache/README.md as SQL."""

from collections.abc import Iterator

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

# A statement that writes more products than this touches everything.
MANY = 500

# Table -> the tags of whatever is written there.
PLAIN = {
    "channels_channel": ["shop"],
    "taxes_taxrate": ["shop"],
    "inventory_warehouse": ["shop"],
    "inventory_warehousechannel": ["shop"],
    "catalog_category": ["categories"],
    "catalog_collection": ["collections"],
    "catalog_collectionproduct": ["collections"],
    "catalog_collectionchannellisting": ["collections"],
    "attributes_attribute": ["attributes"],
    "attributes_attributevalue": ["attributes"],
    "catalog_producttype": ["attributes"],
    "catalog_producttypeattribute": ["attributes"],
    "catalog_thumbnail": ["thumbnails"],
}
# Table -> the tag that it shares with its like, and how its rows lead to their products.
OF_VARIANT = "JOIN catalog_productvariant AS variant ON variant.id = written.{column}"
OF_PRODUCTS = {
    "catalog_product": ("products", "written.id", ""),
    "catalog_productchannellisting": ("products", "written.product_id", ""),
    "catalog_productattributevalue": ("products", "written.product_id", ""),
    "catalog_productmedia": ("products", "written.product_id", ""),
    "catalog_productvariant": ("products", "written.product_id", ""),
    "catalog_variantchannellisting": ("products", "variant.product_id", OF_VARIANT.format(column="variant_id")),
    "catalog_variantattributevalue": ("products", "variant.product_id", OF_VARIANT.format(column="variant_id")),
    "catalog_productmedia_variants": ("products", "variant.product_id", OF_VARIANT.format(column="productvariant_id")),
    "inventory_stock": ("stock", "variant.product_id", OF_VARIANT.format(column="variant_id")),
}

# INFO reaches the client whatever its settings are; schema/cache/touched.py reads it there, so that a writer knows
# what to tell the cache without another round trip.
TOUCH = """
CREATE FUNCTION response_cache_touch(touched text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touch bigint;
BEGIN
    INSERT INTO response_cache_touch (tags) VALUES (touched) RETURNING id INTO touch;
    RAISE INFO 'handcart touched % %', touch, array_to_string(touched, ' ');
END
$$
"""
EMPTIED = """
CREATE FUNCTION response_cache_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM response_cache_touch(ARRAY['all']);
    RETURN NULL;
END
$$
"""
PLAIN_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ({written}) AS written) THEN
        PERFORM response_cache_touch(ARRAY[{tags}]);
    END IF;
    RETURN NULL;
END
$$
"""
PRODUCTS_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products uuid[] := (SELECT array_agg(DISTINCT {product}) FROM ({written}) AS written {join});
BEGIN
    IF cardinality(products) > {many} THEN
        PERFORM response_cache_touch(ARRAY['all']);
    ELSIF products IS NOT NULL THEN
        PERFORM response_cache_touch(ARRAY['{shared}'] || ARRAY(SELECT 'product:' || id FROM unnest(products) AS id));
    END IF;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER response_cache_{verb} AFTER {verb} ON {table} {referencing}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
# An UPDATE may move a row from one product to another: both are touched.
AFTER = "SELECT * FROM after_it"
BOTH = "SELECT * FROM before_it UNION ALL SELECT * FROM after_it"
VERBS = {
    "insert": ("REFERENCING NEW TABLE AS after_it", AFTER),
    "update": ("REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it", BOTH),
    "delete": ("REFERENCING OLD TABLE AS after_it", AFTER),
}

# For the next moment at which something is published or goes on sale by itself (schema/cache/boundary.py).
INDEXES = [
    "CREATE INDEX response_cache_publication ON catalog_productchannellisting (published_at) WHERE is_published",
    "CREATE INDEX response_cache_sale ON catalog_productchannellisting (available_for_purchase_at) WHERE is_published",
]


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield TOUCH, "DROP FUNCTION response_cache_touch(text[])"
    yield EMPTIED, "DROP FUNCTION response_cache_emptied()"
    for table in (*PLAIN, *OF_PRODUCTS):
        for verb, (referencing, written) in VERBS.items():
            name = f"response_cache_{table}_{verb}"
            yield body_of(name, table, written), f"DROP FUNCTION {name}()"
            trigger = TRIGGER.format(verb=verb, table=table, referencing=referencing, function=name)
            yield trigger, f"DROP TRIGGER response_cache_{verb} ON {table}"
        emptied = TRIGGER.format(verb="truncate", table=table, referencing="", function="response_cache_emptied")
        yield emptied, f"DROP TRIGGER response_cache_truncate ON {table}"
    for index in INDEXES:
        yield index, f"DROP INDEX {index.split()[2]}"


def body_of(function: str, table: str, written: str) -> str:
    """The function of one trigger."""
    if table in PLAIN:
        tags = ", ".join(f"'{tag}'" for tag in PLAIN[table])
        return PLAIN_FUNCTION.format(function=function, written=written, tags=tags)
    shared, product, join = OF_PRODUCTS[table]
    return PRODUCTS_FUNCTION.format(
        function=function, written=written, product=product, join=join, shared=shared, many=MANY
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("attributes", "0001_initial"),
        ("catalog", "0001_initial"),
        ("channels", "0001_initial"),
        ("inventory", "0001_initial"),
        ("taxes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        *(migrations.RunSQL(sql, reverse_sql) for sql, reverse_sql in statements()),
    ]
