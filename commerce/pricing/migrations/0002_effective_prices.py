"""Entered prices, lists for everybody and catalogue promotions make effective prices, and effective prices are noted.

All of it happens in the transaction of whoever writes what prices are made of.
"""

from collections.abc import Iterator

from django.db import migrations

from commerce.core.migrations.statements import run
from commerce.core.migrations.triggers import WRITTEN, trigger

# What a variant costs in each channel before promotions, between the moments at which a list begins or ends. Without the
# fence (OFFSET 0) the function is planned together with whoever calls it, and where the caller has switched hash joins
# off, the prices of the whole catalogue would be read for a few products.
BASE = """
CREATE FUNCTION pricing_base_prices(variant uuid)
RETURNS TABLE (channel_id uuid, amount bigint, undiscounted bigint, valid_from timestamptz, valid_until timestamptz,
               price_list_id uuid)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT listing.channel_id, coalesce(best.amount, listing.price_amount),
           greatest(listing.compare_at_amount, listing.price_amount, best.amount),
           span.valid_from, span.valid_until, best.price_list_id
      FROM (SELECT * FROM catalog_variantchannellisting AS one WHERE one.variant_id = $1 OFFSET 0) AS listing
     CROSS JOIN LATERAL (
            SELECT moment AS valid_from, lead(moment, 1, 'infinity') OVER (ORDER BY moment) AS valid_until
              FROM (
                    SELECT '-infinity'::timestamptz AS moment
                     UNION
                    SELECT each.bound
                      FROM pricing_pricelistentry AS entry
                      JOIN pricing_pricelist AS list ON list.id = entry.price_list_id
                     CROSS JOIN LATERAL (VALUES (list.starts_at), (list.ends_at)) AS each(bound)
                     WHERE entry.variant_id = listing.variant_id AND entry.minimum_quantity = 1
                       AND list.channel_id = listing.channel_id AND list.is_public AND list.is_active
                       AND each.bound > now()
                   ) AS bounds
           ) AS span
      LEFT JOIN LATERAL (
            SELECT entry.amount, entry.price_list_id
              FROM pricing_pricelistentry AS entry
              JOIN pricing_pricelist AS list ON list.id = entry.price_list_id
             WHERE entry.variant_id = listing.variant_id AND entry.minimum_quantity = 1
               AND list.channel_id = listing.channel_id AND list.is_public AND list.is_active
               AND (list.starts_at IS NULL OR list.starts_at <= greatest(span.valid_from, now()))
               AND (list.ends_at IS NULL OR list.ends_at > greatest(span.valid_from, now()))
             ORDER BY list.priority DESC, entry.amount, list.id
             LIMIT 1
           ) AS best ON true
$$
"""

# Two writers of one product wait for each other at its row, and who comes second reads what the first has written. As
# for cards, products are looked up one by one, whatever PostgreSQL believes of its tables; but what is gone is found by
# hashing, although whoever refreshes cards has hash joins switched off. Gift cards are money, which promotions leave
# alone. Prices are noted once here, in place of by each trigger.
MAKE = """
CREATE FUNCTION pricing_make_prices(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = on AS $$
DECLARE
    variants uuid[];
    channels uuid[];
    cards_are text := current_setting('handcart.read_rows', true);
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    -- Whoever has the prices made refreshes the cards right after.
    PERFORM set_config('handcart.read_rows', 'later', true);
    PERFORM set_config('handcart.prices_noted', 'later', true);
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
                 WHERE NOT EXISTS (
                        SELECT FROM catalog_producttype AS its_type
                         WHERE its_type.id = product.product_type_id AND its_type.kind = 'gift_card'
                       )
                   AND rule.channel_id = base.channel_id AND rule.valid_until > now()
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
        RETURNING price.variant_id, price.channel_id
    ), written AS (
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
            excluded.price_list_id)
    RETURNING price.variant_id, price.channel_id
    )
    SELECT array_agg(variant_id), array_agg(channel_id) INTO variants, channels
      FROM (SELECT * FROM gone UNION SELECT * FROM written) AS changed;
    PERFORM set_config('handcart.prices_noted', '', true);
    IF variants IS NOT NULL THEN
        PERFORM pricing_note(variants, channels);
    END IF;
    PERFORM set_config('handcart.read_rows', coalesce(cards_are, ''), true);
END
$$
"""
# Its settings hold for whatever it calls, so that cards are refreshed outside of it.
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

OF_ENTRIES = """
SELECT variant.product_id
  FROM ({written}) AS written
  JOIN pricing_pricelist AS list ON list.id = written.price_list_id AND list.is_public
  JOIN catalog_productvariant AS variant ON variant.id = written.variant_id
 WHERE written.minimum_quantity = 1
"""
OF_LISTS = """
SELECT variant.product_id
  FROM after_it
  JOIN before_it USING (id)
  JOIN pricing_pricelistentry AS entry ON entry.price_list_id = after_it.id AND entry.minimum_quantity = 1
  JOIN catalog_productvariant AS variant ON variant.id = entry.variant_id
 WHERE (after_it.is_public OR before_it.is_public)
   AND (after_it.is_public, after_it.is_active, after_it.priority, after_it.starts_at, after_it.ends_at)
       IS DISTINCT FROM
       (before_it.is_public, before_it.is_active, before_it.priority, before_it.starts_at, before_it.ends_at)
"""
# Table, verb -> the products that prices are made for.
PRICED_BY = {
    ("pricing_pricelistentry", "insert"): OF_ENTRIES,
    ("pricing_pricelistentry", "update"): OF_ENTRIES,
    ("pricing_pricelistentry", "delete"): OF_ENTRIES,
    ("pricing_pricelist", "update"): OF_LISTS,
}
PRICING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT DISTINCT product_id FROM ({products}) AS found);
BEGIN
    IF cardinality(ids) > 0 THEN
        PERFORM pricing_price_products(ids);
    END IF;
    RETURN NULL;
END
$$
"""

# now() is the same in a whole transaction, so prices that nobody ever saw leave nothing behind.
# Never along the index of a channel, whatever PostgreSQL believes of its tables: IS NOT DISTINCT FROM uses none.
NOTE = """
CREATE FUNCTION pricing_note(variants uuid[], channels uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    DELETE FROM pricing_publicprice
     WHERE id = ANY(ARRAY(
            SELECT noted.id
              FROM unnest(variants, channels) AS written (variant_id, channel_id)
             CROSS JOIN LATERAL (
                    SELECT one.id
                      FROM pricing_publicprice AS one
                     WHERE one.variant_id = written.variant_id AND one.channel_id IS NOT DISTINCT FROM written.channel_id
                       AND one.valid_from >= now()
                    OFFSET 0
                   ) AS noted
           ));
    UPDATE pricing_publicprice AS noted
       SET valid_until = known.ends
      FROM (
            SELECT open.id, coalesce(same.valid_until, now()) AS ends
              FROM unnest(variants, channels) AS written (variant_id, channel_id)
             CROSS JOIN LATERAL (
                    SELECT one.id, one.amount, one.undiscounted, one.valid_until
                      FROM pricing_publicprice AS one
                     WHERE one.variant_id = written.variant_id AND one.channel_id IS NOT DISTINCT FROM written.channel_id
                       AND one.valid_until > now()
                    OFFSET 0
                   ) AS open
              LEFT JOIN LATERAL (
                    SELECT price.valid_until
                      FROM catalog_effectiveprice AS price
                     WHERE price.variant_id = written.variant_id AND price.channel_id = written.channel_id
                       AND price.valid_from <= now() AND price.valid_until > now()
                       AND (price.amount, price.undiscounted) = (open.amount, open.undiscounted)
                    OFFSET 0
                   ) AS same ON true
             WHERE open.valid_until <> coalesce(same.valid_until, now())
            OFFSET 0
           ) AS known
     WHERE noted.id = known.id;
    INSERT INTO pricing_publicprice AS noted (variant_id, channel_id, amount, undiscounted, valid_from, valid_until)
    SELECT written.variant_id, written.channel_id, price.amount, price.undiscounted, greatest(price.valid_from, now()),
           price.valid_until
      FROM unnest(variants, channels) AS written (variant_id, channel_id)
     CROSS JOIN LATERAL (
            SELECT *
              FROM catalog_effectiveprice AS one
             WHERE one.variant_id = written.variant_id AND one.channel_id IS NOT DISTINCT FROM written.channel_id
               AND one.valid_until > now()
            OFFSET 0
           ) AS price
     WHERE NOT (price.valid_from <= now() AND EXISTS (
            SELECT FROM pricing_publicprice AS same
             WHERE same.variant_id = written.variant_id AND same.channel_id IS NOT DISTINCT FROM written.channel_id
               AND same.valid_from < now() AND same.valid_until > now()
           ))
     ORDER BY written.variant_id, written.channel_id, price.valid_from
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted, valid_until = excluded.valid_until;
END
$$
"""
NOTING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    variants uuid[];
    channels uuid[];
BEGIN
    -- pricing_make_prices notes what it has written itself.
    IF current_setting('handcart.prices_noted', true) = 'later' THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(variant_id), array_agg(channel_id) INTO variants, channels
      FROM (SELECT DISTINCT variant_id, channel_id FROM ({written}) AS every) AS written;
    IF variants IS NOT NULL THEN
        PERFORM pricing_note(variants, channels);
    END IF;
    RETURN NULL;
END
$$
"""


def pricing() -> Iterator[str]:
    """What makes prices anew when price lists change."""
    for (table, verb), products in PRICED_BY.items():
        function = f"{table}_{verb}_prices"
        yield PRICING.format(function=function, products=products.replace("{written}", WRITTEN[verb]))
        yield trigger(f"make_prices_{verb}", verb, table, function)


def noting() -> Iterator[str]:
    """What notes effective prices that are written otherwise."""
    for verb, written in WRITTEN.items():
        function = f"pricing_note_{verb}"
        yield NOTING.format(function=function, written=written)
        yield trigger(f"note_{verb}", verb, "catalog_effectiveprice", function)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_cards"), ("pricing", "0001_initial"), ("promotions", "0002_prices")]

    operations = [run(BASE, MAKE, PRICE, *pricing()), run(NOTE, *noting())]
