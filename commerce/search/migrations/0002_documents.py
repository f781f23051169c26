"""What makes documents, and the triggers that call it: the table of ../README.md as SQL."""

# ruff: noqa: S608 - put together from the constants of this page

from collections.abc import Iterator

from django.db import migrations

from commerce.core.migrations.statements import run
from commerce.core.migrations.triggers import trigger

# More products than this in one statement are left to the sweeper, so that a new name for a category does not hold up
# whoever gives it.
MANY = 500

# The texts of Editor.js's blocks, without their inline markup.
TEXT_OF = r"""
CREATE FUNCTION search_text_of(document jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(regexp_replace(string_agg(part #>> '{}', ' '), '<[^>]*>|&[a-z]+;|&#[0-9]+;', ' ', 'g'), 10000)
      FROM jsonb_path_query(
               document,
               '$.blocks[*].data.**{0 to 6} ? (@.type() == "object").keyvalue() ? (
                    @.key == "text" || @.key == "items" || @.key == "content" || @.key == "caption" || @.key == "title"
                    || @.key == "message"
                ).value ? (@.type() == "string")',
               '{}',
               true
           ) AS part
$$
"""
# For products, what is said of them in each zone. Positions matter in names only; elsewhere a word counts once.
DOCUMENTS_OF = r"""
CREATE FUNCTION search_documents_of(products uuid[])
RETURNS TABLE (product_id uuid, names text, codes text, title tsvector, body tsvector) LANGUAGE sql STABLE AS $$
    WITH product AS MATERIALIZED (
        SELECT id, name, external_reference, category_id, product_type_id, description
          FROM catalog_product WHERE id = ANY(products)
    ),
    variant AS MATERIALIZED (
        SELECT id, catalog_productvariant.product_id, name, sku, barcode, external_reference
          FROM catalog_productvariant WHERE catalog_productvariant.product_id = ANY(products)
    ),
    assigned AS (
        SELECT link.product_id, link.value_id
          FROM catalog_productattributevalue AS link WHERE link.product_id = ANY(products)
         UNION
        SELECT variant.product_id, link.value_id
          FROM variant JOIN catalog_variantattributevalue AS link ON link.variant_id = variant.id
    ),
    shown AS MATERIALIZED (
        SELECT assigned.product_id, value.id, value.name
          FROM assigned
          JOIN attributes_attributevalue AS value ON value.id = assigned.value_id
          JOIN attributes_attribute AS attribute
            ON attribute.id = value.attribute_id AND attribute.visible_in_storefront
    ),
    shelf AS MATERIALIZED (
        SELECT product.id AS product_id, above.id, above.name
          FROM product
          JOIN catalog_category AS category ON category.id = product.category_id
          JOIN catalog_category AS above ON above.id = ANY(category.ancestors)
    ),
    said(product_id, zone, text) AS (
        SELECT id, 'A', name FROM product
         UNION ALL
        SELECT translation.product_id, 'A', translation.name
          FROM catalog_producttranslation AS translation WHERE translation.product_id = ANY(products)
         UNION ALL
        SELECT id, 'B', external_reference FROM product
         UNION ALL
        SELECT variant.product_id, 'B', concat_ws(E'\n', sku, nullif(barcode, ''), external_reference) FROM variant
         UNION ALL
        SELECT variant.product_id, 'C', name FROM variant
         UNION ALL
        SELECT variant.product_id, 'C', translation.name
          FROM variant JOIN catalog_productvarianttranslation AS translation ON translation.variant_id = variant.id
         UNION ALL
        SELECT shown.product_id, 'C', name FROM shown
         UNION ALL
        SELECT shown.product_id, 'C', translation.name
          FROM shown JOIN attributes_attributevaluetranslation AS translation ON translation.value_id = shown.id
         UNION ALL
        SELECT shelf.product_id, 'C', name FROM shelf
         UNION ALL
        SELECT shelf.product_id, 'C', translation.name
          FROM shelf JOIN catalog_categorytranslation AS translation ON translation.category_id = shelf.id
         UNION ALL
        SELECT product.id, 'C', type.name
          FROM product JOIN catalog_producttype AS type ON type.id = product.product_type_id
         UNION ALL
        SELECT id, 'D', search_text_of(description) FROM product WHERE description IS NOT NULL
         UNION ALL
        SELECT translation.product_id, 'D', search_text_of(translation.description)
          FROM catalog_producttranslation AS translation
         WHERE translation.product_id = ANY(products) AND translation.description IS NOT NULL
    ),
    zone AS MATERIALIZED (
        SELECT said.product_id, said.zone, search_fold(left(string_agg(DISTINCT text, E'\n'), 20000)) AS text
          FROM said WHERE text <> '' GROUP BY said.product_id, said.zone
    ),
    lines(product_id, zone, line) AS (
        SELECT zone.product_id, zone.zone, btrim(regexp_replace(line, '[^[:alnum:]]+', ' ', 'g'))
          FROM zone CROSS JOIN LATERAL string_to_table(zone.text, E'\n') AS line WHERE zone.zone IN ('A', 'B')
    ),
    spoken(product_id, zone, word, place) AS (
        SELECT zone.product_id, zone.zone, left(word, 60), place
          FROM zone
         CROSS JOIN LATERAL string_to_table(regexp_replace(zone.text, '[^[:alnum:]]+', ' ', 'g'), ' ')
               WITH ORDINALITY AS split(word, place)
         WHERE word <> ''
         UNION ALL
        -- T-shirt is found by tshirt, too, and SKU-123 by sku123.
        SELECT zone.product_id, zone.zone, left(regexp_replace(found[1], '[^[:alnum:]]', '', 'g'), 60), 1
          FROM zone
         CROSS JOIN LATERAL regexp_matches(
                   zone.text, '([[:alnum:]]+(?:[-_.''/’+&:][[:alnum:]]+)+)', 'g'
               ) AS found
         WHERE zone.zone <> 'D'
         UNION ALL
        -- iPhone15 is found by iphone and by 15.
        SELECT zone.product_id, zone.zone, left(part, 60), 1
          FROM zone
         CROSS JOIN LATERAL regexp_matches(zone.text, '([[:alpha:]]{3,})([[:digit:]]+)', 'g') AS found
         CROSS JOIN LATERAL unnest(found) AS part
         WHERE zone.zone = 'A'
    ),
    lexeme AS (
        SELECT spoken.product_id, zone, word, least(min(place), 16000) AS place
          FROM spoken GROUP BY spoken.product_id, zone, word
    ),
    vectors AS (
        SELECT lexeme.product_id,
               string_agg(word || ':' || place || zone, ' ')::tsvector AS body,
               string_agg(word || ':' || place || 'A', ' ') FILTER (WHERE zone = 'A') AS title
          FROM lexeme GROUP BY lexeme.product_id
    ),
    headed AS (
        SELECT lines.product_id,
               coalesce(E'\n' || string_agg(line, E'\n') FILTER (WHERE zone = 'A') || E'\n', '') AS names,
               coalesce(
                   E'\n' || string_agg(replace(line, ' ', ''), E'\n') FILTER (WHERE zone = 'B') || E'\n', ''
               ) AS codes,
               -- A whole name is a word, too, by which names are found that begin with what is looked for; so are codes.
               string_agg(
                   CASE zone
                       WHEN 'A' THEN '''^' || left(line, 300) || ''':1'
                       ELSE '''=' || left(replace(line, ' ', ''), 300) || ''':1'
                   END,
                   ' '
               ) AS marks
          FROM lines WHERE line <> '' GROUP BY lines.product_id
    )
    SELECT product.id,
           coalesce(headed.names, ''),
           coalesce(headed.codes, ''),
           concat_ws(' ', vectors.title, headed.marks)::tsvector,
           coalesce(vectors.body, ''::tsvector)
      FROM product
      LEFT JOIN vectors ON vectors.product_id = product.id
      LEFT JOIN headed ON headed.product_id = product.id
$$
"""
# Whoever changes another part of the same product waits at the document, and then reads what was committed meanwhile:
# each statement here sees anew. All take documents in the order of their ids.
REFRESH = """
CREATE FUNCTION search_refresh(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known uuid[] := ARRAY(
        SELECT product_id FROM search_document WHERE product_id = ANY(products) ORDER BY product_id FOR NO KEY UPDATE
    );
    missing uuid[] := ARRAY(SELECT unnest(products) EXCEPT SELECT unnest(known));
    made uuid[] := '{}';
BEGIN
    IF cardinality(missing) > 0 THEN
        WITH new AS (
            INSERT INTO search_document (product_id, names, codes, title, body)
            SELECT * FROM search_documents_of(missing) ORDER BY product_id
            ON CONFLICT DO NOTHING
            RETURNING product_id
        )
        SELECT coalesce(array_agg(product_id), '{}') INTO made FROM new;
        -- Somebody else has made the others meanwhile.
        known := known || ARRAY(
            SELECT product_id FROM search_document WHERE product_id = ANY(missing) AND product_id <> ALL(made)
             ORDER BY product_id FOR NO KEY UPDATE
        );
    END IF;
    WITH changed AS (
        UPDATE search_document AS document
           SET names = fresh.names, codes = fresh.codes, title = fresh.title, body = fresh.body
          FROM search_documents_of(known) AS fresh
         WHERE document.product_id = fresh.product_id
           AND (document.names, document.codes, document.title, document.body)
               IS DISTINCT FROM (fresh.names, fresh.codes, fresh.title, fresh.body)
        RETURNING document.product_id
    )
    SELECT made || coalesce(array_agg(product_id), '{}') INTO made FROM changed;
    INSERT INTO search_changedproduct (product_id) SELECT unnest(made);
END
$$
"""
TOUCH = f"""
CREATE FUNCTION search_touch(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF products IS NULL OR current_setting('handcart.read_rows', true) = 'later' THEN
        RETURN;
    ELSIF cardinality(products) > {MANY} THEN
        INSERT INTO search_dueproduct (product_id) SELECT unnest(products);
    ELSE
        PERFORM search_refresh(products);
    END IF;
END
$$
"""
DELETED = """
CREATE FUNCTION search_catalog_product_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH gone AS (
        DELETE FROM search_document USING before_it WHERE product_id = before_it.id RETURNING product_id
    )
    INSERT INTO search_changedproduct (product_id) SELECT product_id FROM gone;
    RETURN NULL;
END
$$
"""
# Which channels list a product is not in its document, but another engine has to know.
LISTED = """
CREATE FUNCTION search_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_changedproduct (product_id) SELECT DISTINCT product_id FROM written;
    RETURN NULL;
END
$$
"""
FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_touch((SELECT array_agg(DISTINCT product_id) FROM ({products}) AS written(product_id)));
    RETURN NULL;
END
$$
"""
# What an UPDATE must have changed, and how a written row (`row`) leads to its products.
CHANGED = "after_it AS row JOIN before_it ON before_it.id = row.id WHERE ({after}) IS DISTINCT FROM ({before})"
OF_VALUES = """
    SELECT link.product_id FROM {rows} AS value(id)
      JOIN catalog_productattributevalue AS link ON link.value_id = value.id
     UNION ALL
    SELECT variant.product_id FROM {rows} AS value(id)
      JOIN catalog_variantattributevalue AS link ON link.value_id = value.id
      JOIN catalog_productvariant AS variant ON variant.id = link.variant_id
"""
OF_CATEGORIES = """
    SELECT product.id FROM {rows} AS above(id)
      JOIN catalog_category AS category ON category.ancestors @> ARRAY[above.id]
      JOIN catalog_product AS product ON product.category_id = category.id
"""
VARIANT = (
    "SELECT variant.product_id FROM {rows} AS link(id) JOIN catalog_productvariant AS variant ON variant.id = link.id"
)


def changed(key: str, columns: str) -> str:
    """The keys of rows in which an UPDATE changed one of `columns`."""
    names = columns.split()
    after, before = (", ".join(f"{side}.{name}" for name in names) for side in ("row", "before_it"))
    return f"(SELECT row.{key} FROM {CHANGED.format(after=f'ROW({after})', before=f'ROW({before})')})"


def written(key: str) -> dict[str, str]:
    """The keys of all rows that were added or deleted, and of all that were moved."""
    return {
        "insert": f"(SELECT {key} FROM after_it)",
        "update": f"(SELECT {key} FROM after_it UNION SELECT {key} FROM before_it)",
        "delete": f"(SELECT {key} FROM before_it)",
    }


def translated(key: str, columns: str) -> dict[str, str]:
    """The keys of all whose texts were added, changed or deleted."""
    return written(key) | {"update": changed(key, columns)}


PLAIN = "SELECT id FROM {rows} AS product(id)"
# Table -> verb -> the query for the products concerned.
WATCHED = {
    "catalog_product": (
        PLAIN,
        {
            "insert": "(SELECT id FROM after_it)",
            "update": changed("id", "name external_reference category_id product_type_id description"),
        },
    ),
    "catalog_producttranslation": (PLAIN, translated("product_id", "name description")),
    "catalog_productvariant": (
        PLAIN,
        {
            **written("product_id"),
            "update": "(SELECT unnest(ARRAY[row.product_id, before_it.product_id]) FROM "
            + CHANGED.format(
                after="ROW(row.product_id, row.name, row.sku, row.barcode, row.external_reference)",
                before="ROW(before_it.product_id, before_it.name, before_it.sku, before_it.barcode,"
                " before_it.external_reference)",
            )
            + ")",
        },
    ),
    "catalog_productvarianttranslation": (VARIANT, translated("variant_id", "name")),
    "catalog_productattributevalue": (PLAIN, written("product_id")),
    "catalog_variantattributevalue": (VARIANT, written("variant_id")),
    "attributes_attributevalue": (OF_VALUES, {"update": changed("id", "name")}),
    "attributes_attributevaluetranslation": (OF_VALUES, translated("value_id", "name")),
    "attributes_attribute": (
        OF_VALUES,
        {
            "update": "(SELECT value.id FROM attributes_attributevalue AS value WHERE value.attribute_id IN "
            + changed("id", "visible_in_storefront")
            + ")"
        },
    ),
    "catalog_category": (OF_CATEGORIES, {"update": changed("id", "name ancestors")}),
    "catalog_categorytranslation": (OF_CATEGORIES, translated("category_id", "name")),
    "catalog_producttype": (
        "SELECT product.id FROM {rows} AS type(id) JOIN catalog_product AS product ON product.product_type_id = type.id",
        {"update": changed("id", "name")},
    ),
}


def watching() -> Iterator[str]:
    """What makes documents anew when something is written that they are made of."""
    for table, (products, verbs) in WATCHED.items():
        for verb, rows in verbs.items():
            name = f"search_{table}_{verb}"
            yield FUNCTION.format(function=name, products=products.format(rows=rows))
            yield trigger(f"search_{verb}", verb, table, name)
    yield DELETED
    yield trigger("search_delete", "delete", "catalog_product", "search_catalog_product_delete")
    yield LISTED
    for verb, side in (("insert", "NEW"), ("delete", "OLD")):
        table = "catalog_productchannellisting"
        yield trigger(f"search_{verb}", verb, table, "search_listed", f"{side} TABLE AS written")


class Migration(migrations.Migration):
    dependencies = [("attributes", "0001_initial"), ("catalog", "0003_translations"), ("search", "0001_initial")]

    operations = [
        run(TEXT_OF, DOCUMENTS_OF, REFRESH, TOUCH),
        run(*watching()),
    ]
