"""The table of touched tags, and the triggers that fill it: the table of schema/cache/README.md as SQL.

What is added to PLAIN, ANY or OF_PRODUCTS reaches new shops only: a table of later takes its triggers along in its own
migration.
"""

from collections.abc import Iterable, Iterator

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration
from commerce.core.migrations.triggers import trigger

# Table -> the tag of whatever is written there.
PLAIN = {
    "channels_channel": "shop",
    "taxes_taxclass": "shop",
    "taxes_taxclassassignment": "shop",
    "taxes_taxconfiguration": "shop",
    "taxes_taxrate": "shop",
    "inventory_warehouse": "shop",
    "inventory_warehousechannel": "shop",
    "catalog_category": "categories",
    "catalog_categorytranslation": "categories",
    "catalog_categoryformerslug": "categories",
    "catalog_categoryformertranslatedslug": "categories",
    "catalog_collection": "collections",
    "catalog_collectionproduct": "collections",
    "catalog_collectionchannellisting": "collections",
    "catalog_collectiontranslation": "collections",
    "catalog_collectionformerslug": "collections",
    "catalog_collectionformertranslatedslug": "collections",
    "attributes_attribute": "attributes",
    "attributes_attributetranslation": "attributes",
    "attributes_attributevalue": "attributes",
    "attributes_attributevaluetranslation": "attributes",
    "catalog_producttype": "attributes",
    "catalog_producttypeattribute": "attributes",
    "catalog_relatedproductsrule": "products",
    "catalog_thumbnail": "thumbnails",
    "content_pagetranslation": "pages",
    "content_pageformerslug": "pages",
    "content_pageformertranslatedslug": "pages",
    "content_menuitemtranslation": "menus",
    # Searches depend on documents and on what merchants say of words. Documents and words may follow their products in
    # transactions of their own, and then what was found is out of date.
    "search_document": "products",
    "search_word": "products",
    "search_synonym": "products",
    "search_stopword": "products",
}
# The same of tables whose rows matter only in that there are any.
ANY = {
    "content_pagetype": "pages",
    "content_pagetypeattribute": "pages",
    "content_page": "pages",
    "content_pageattributevalue": "pages",
    "content_menu": "menus",
    "content_menuitem": "menus",
}

VARIANT = "JOIN catalog_productvariant AS variant ON variant.id = written.{column}"
OF_VARIANT = ("variant.product_id", VARIANT.format(column="variant_id"))
OF_PRODUCT = ("written.product_id", "")
OF_REDUCTION = """
JOIN catalog_bundlepricing AS pricing ON pricing.id = written.pricing_id
JOIN catalog_productvariant AS variant ON variant.id = pricing.variant_id
"""
OF_LIST = """
JOIN pricing_pricelistentry AS entry ON entry.price_list_id = written.id
JOIN catalog_productvariant AS variant ON variant.id = entry.variant_id
"""
# Table -> how its rows lead to their products. Cards change in the transaction of what they are made of, which tells of
# it; not so those that a sweep refreshes afterwards (catalog_duecard). Of prices from several units on, which are shown
# to everybody, no effective price tells.
OF_PRODUCTS = {
    "catalog_product": ("written.id", ""),
    "catalog_productchannellisting": OF_PRODUCT,
    "catalog_productattributevalue": OF_PRODUCT,
    "catalog_productmedia": OF_PRODUCT,
    "catalog_productvariant": OF_PRODUCT,
    "catalog_producttranslation": OF_PRODUCT,
    "catalog_productformerslug": OF_PRODUCT,
    "catalog_productformertranslatedslug": OF_PRODUCT,
    "catalog_productrelation": OF_PRODUCT,
    "catalog_effectiveprice": OF_PRODUCT,
    "catalog_duecard": OF_PRODUCT,
    "catalog_variantchannellisting": OF_VARIANT,
    "catalog_variantattributevalue": OF_VARIANT,
    "catalog_productvarianttranslation": OF_VARIANT,
    "catalog_productmedia_variants": ("variant.product_id", VARIANT.format(column="productvariant_id")),
    "catalog_productmediatranslation": (
        "media.product_id",
        "JOIN catalog_productmedia AS media ON media.id = written.media_id",
    ),
    "catalog_bundlecomponent": ("variant.product_id", VARIANT.format(column="bundle_id")),
    "catalog_bundlepricing": OF_VARIANT,
    "catalog_bundlereduction": ("variant.product_id", OF_REDUCTION),
    "pricing_pricelist": ("variant.product_id", OF_LIST),
    "pricing_pricelistentry": OF_VARIANT,
    "inventory_stock": OF_VARIANT,
}
# What is known of parts, and decides what can be had of bundles: it touches the products of those, too.
OF_PARTS = {
    "catalog_productchannellisting",
    "catalog_productvariant",
    "catalog_variantchannellisting",
    "inventory_stock",
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
ON_TRUNCATE = """
CREATE TRIGGER response_cache_truncate AFTER TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION response_cache_emptied()
"""
PLAIN_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ({written}) AS written) THEN
        PERFORM response_cache_touch(ARRAY['{tag}']);
    END IF;
    RETURN NULL;
END
$$
"""
ANY_FUNCTION = PLAIN_FUNCTION.replace("({written}) AS written", "written")
# A statement that writes more than 500 products touches everything.
PRODUCTS_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products uuid[] := (SELECT array_agg(DISTINCT {product}) FROM ({written}) AS written {join});
BEGIN{with_bundles}
    IF cardinality(products) > 500 THEN
        PERFORM response_cache_touch(ARRAY['all']);
    ELSIF products IS NOT NULL THEN
        PERFORM response_cache_touch(ARRAY['{tag}'] || ARRAY(SELECT 'product:' || id FROM unnest(products) AS id));
    END IF;
    RETURN NULL;
END
$$
"""
WITH_BUNDLES = """
    IF products IS NOT NULL AND EXISTS (SELECT FROM catalog_bundlecomponent) THEN
        products := catalog_with_bundles(products);
    END IF;"""

# An UPDATE may move a row from one product to another: both are touched.
AFTER = "SELECT * FROM after_it"
BOTH = "SELECT * FROM before_it UNION ALL SELECT * FROM after_it"
VERBS = {
    "insert": ("NEW TABLE AS after_it", AFTER),
    "update": ("OLD TABLE AS before_it NEW TABLE AS after_it", BOTH),
    "delete": ("OLD TABLE AS after_it", AFTER),
}
# Which rows, does not matter here: a statement that wrote any touches the tag.
VERBS_OF_ANY = {"insert": "NEW TABLE AS written", "update": "NEW TABLE AS written", "delete": "OLD TABLE AS written"}

# For the next moment at which something is published, goes on sale or changes its price by itself
# (schema/cache/boundary.py).
INDEXES = [
    "CREATE INDEX response_cache_publication ON catalog_productchannellisting (published_at) WHERE is_published",
    "CREATE INDEX response_cache_sale ON catalog_productchannellisting (available_for_purchase_at) WHERE is_published",
    "CREATE INDEX response_cache_page ON content_page (published_at) WHERE is_published",
    "CREATE INDEX response_cache_price_list_start ON pricing_pricelist (starts_at) WHERE is_public AND is_active",
    "CREATE INDEX response_cache_price_list_end ON pricing_pricelist (ends_at) WHERE is_public AND is_active",
]


def touching() -> Iterator[str]:
    """What touches the tags of everything that is written."""
    for table, tag in PLAIN.items():
        yield from touching_tag(table, tag)
    for table, tag in ANY.items():
        yield from touching_tag_of_any(table, tag)
    for table, (product, join) in OF_PRODUCTS.items():
        yield from touching_products(table, product, join)


def touching_tag(table: str, tag: str, verbs: Iterable[str] = ("insert", "update", "delete")) -> Iterator[str]:
    """The triggers of a table whose rows all have the same tag."""
    for verb in verbs:
        referencing, written = VERBS[verb]
        function = f"response_cache_{table}_{verb}"
        yield PLAIN_FUNCTION.format(function=function, written=written, tag=tag)
        yield trigger(f"response_cache_{verb}", verb, table, function, referencing)
    yield ON_TRUNCATE.format(table=table)


def touching_tag_of_any(table: str, tag: str) -> Iterator[str]:
    """The same, by statements that wrote any row."""
    for verb, referencing in VERBS_OF_ANY.items():
        function = f"response_cache_{table}_{verb}"
        yield ANY_FUNCTION.format(function=function, tag=tag)
        yield trigger(f"response_cache_{verb}", verb, table, function, referencing)
    yield ON_TRUNCATE.format(table=table)


def touching_products(table: str, product: str, join: str) -> Iterator[str]:
    """The triggers of a table whose rows lead to products."""
    tag = "stock" if table == "inventory_stock" else "products"
    with_bundles = WITH_BUNDLES if table in OF_PARTS else ""
    for verb, (referencing, written) in VERBS.items():
        function = f"response_cache_{table}_{verb}"
        yield PRODUCTS_FUNCTION.format(
            function=function, written=written, product=product, join=join, tag=tag, with_bundles=with_bundles
        )
        yield trigger(f"response_cache_{verb}", verb, table, function, referencing)
    yield ON_TRUNCATE.format(table=table)


class Migration(TablesMigration):
    initial = True
    replaces = [("response_cache", "0010_plural_names")]
    dependencies = [
        ("attributes", "0001_initial"),
        ("catalog", "0006_cards"),
        ("channels", "0001_initial"),
        ("content", "0001_initial"),
        ("inventory", "0001_initial"),
        ("pricing", "0001_initial"),
        ("search", "0001_initial"),
        ("taxes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tags", ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "verbose_name_plural": "touches",
            },
        ),
        run(TOUCH, EMPTIED, *touching(), *INDEXES),
    ]
