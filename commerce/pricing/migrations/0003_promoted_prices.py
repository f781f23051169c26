"""Effective prices follow catalogue promotions, too.

Prices and cards of a product are made anew together, by whoever writes what they are made of (catalog's migration
0004_cards.py): here they learn to ask promotions. A shop without any pays one look at an empty table.
"""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

cards = import_module("commerce.catalog.migrations.0004_cards")
lists = import_module("commerce.pricing.migrations.0002_effective_prices")

# Two writers of one product wait for each other at its row, and who comes second reads what the first has written. As
# for cards, products are looked up one by one, whatever PostgreSQL believes of its tables.
MAKE = """
CREATE FUNCTION pricing_make_prices(ids uuid[]) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    cards_are text := current_setting('handcart.read_rows', true);
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    -- Whoever has the prices made refreshes the cards right after.
    PERFORM set_config('handcart.read_rows', 'later', true);
    WITH fresh AS MATERIALIZED (
        SELECT variant.id AS variant_id, product.id AS product_id, base.channel_id, span.amount, base.undiscounted,
               span.valid_from, span.valid_until,
               CASE WHEN span.steps IS NOT NULL THEN 'promotion'
                    WHEN base.price_list_id IS NOT NULL THEN 'price_list'
                    ELSE 'listing'
               END AS source,
               span.steps, base.price_list_id
          FROM (SELECT DISTINCT unnest(ids) AS id) AS written
         CROSS JOIN LATERAL (SELECT * FROM catalog_product AS one WHERE one.id = written.id OFFSET 0) AS product
          LEFT JOIN LATERAL (
                SELECT ancestors FROM catalog_category AS one WHERE one.id = product.category_id OFFSET 0
               ) AS category ON true
         CROSS JOIN LATERAL (
                SELECT ARRAY[product.id, product.product_type_id] || coalesce(category.ancestors, '{}') || ARRAY(
                    SELECT place.collection_id FROM catalog_collectionproduct AS place WHERE place.product_id = product.id
                     UNION ALL
                    SELECT own.value_id FROM catalog_productattributevalue AS own WHERE own.product_id = product.id
                ) AS terms
                OFFSET 0
               ) AS its
         CROSS JOIN LATERAL (
                SELECT * FROM catalog_productvariant AS one WHERE one.product_id = product.id OFFSET 0
               ) AS variant
         CROSS JOIN LATERAL (
                SELECT variant.id || its.terms || ARRAY(
                    SELECT own.value_id FROM catalog_variantattributevalue AS own WHERE own.variant_id = variant.id
                ) AS terms
                OFFSET 0
               ) AS good
         CROSS JOIN LATERAL pricing_base_prices(variant.id) AS base
         CROSS JOIN LATERAL (
                SELECT array_agg(rule ORDER BY rule.priority DESC, rule.promotion_id, rule.rule_id) AS rules
                  FROM promotions_cataloguerule AS rule
                 WHERE rule.channel_id = base.channel_id AND rule.valid_until > now()
                   AND rule.valid_until > base.valid_from AND rule.valid_from < base.valid_until
                   AND (rule.has IS NULL OR good.terms && rule.has)
                   AND (rule.predicate IS NULL OR promotions_holds(rule.predicate, good.terms))
               ) AS matching
         CROSS JOIN LATERAL promotions_spans(base.amount, matching.rules, base.valid_from, base.valid_until) AS span
    ), gone AS (
        DELETE FROM catalog_effectiveprice AS price
         WHERE price.product_id = ANY(ids)
           AND NOT EXISTS (
                SELECT FROM fresh
                 WHERE fresh.variant_id = price.variant_id AND fresh.channel_id = price.channel_id
                   AND fresh.valid_from = price.valid_from
               )
    )
    INSERT INTO catalog_effectiveprice AS price
           (variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, steps,
            price_list_id)
    SELECT variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, steps,
           price_list_id
      FROM fresh
     ORDER BY variant_id, channel_id, valid_from
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted, valid_until = excluded.valid_until,
           source = excluded.source, steps = excluded.steps, price_list_id = excluded.price_list_id
     WHERE (price.amount, price.undiscounted, price.valid_until, price.source, price.steps, price.price_list_id)
           IS DISTINCT FROM
           (excluded.amount, excluded.undiscounted, excluded.valid_until, excluded.source, excluded.steps,
            excluded.price_list_id);
    PERFORM set_config('handcart.read_rows', coalesce(cards_are, ''), true);
END
$$
"""

PRICE = """
CREATE FUNCTION pricing_price_products(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pricing_make_prices(ids);
    IF current_setting('handcart.read_rows', true) IS DISTINCT FROM 'later' THEN
        PERFORM catalog_touch_cards(ids);
    END IF;
END
$$
"""
LOCKED = "    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;\n"
PRICED = """    IF EXISTS (SELECT FROM promotions_cataloguerule) THEN
        PERFORM pricing_make_prices(ids);
    END IF;
"""


def replacing(text: str) -> str:
    """A function that exists already."""
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield MAKE, "DROP FUNCTION pricing_make_prices(uuid[])"
    # Its settings go, too, which would hold for whatever it calls.
    dropped = "DROP FUNCTION pricing_price_products(uuid[])"
    yield dropped, lists.PRICE
    yield PRICE, dropped
    entered = replacing(cards.LISTED_PRICES).replace("BEGIN\n", lists.ENTERED, 1)
    asked = "IF EXISTS (SELECT FROM pricing_pricelist) THEN"
    either = "IF EXISTS (SELECT FROM pricing_pricelist) OR EXISTS (SELECT FROM promotions_cataloguerule) THEN"
    yield entered.replace(asked, either, 1), entered
    columns, known, excluded = (
        ", ".join(f"{prefix}{name}" for name in cards.COLUMNS) for prefix in ("", "card.", "excluded.")
    )
    refresh = cards.REFRESH.replace("{columns}", columns).replace("{known}", known).replace("{excluded}", excluded)
    yield replacing(refresh).replace(LOCKED, LOCKED + PRICED, 1), replacing(refresh)


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0002_effective_prices"),
        ("promotions", "0002_prices"),
    ]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
