"""Price lists for everybody become effective prices, and effective prices are noted, in the transaction of the change."""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

cards = import_module("commerce.catalog.migrations.0004_cards")

BELONGS_TO = {"variant_id": "catalog_productvariant", "channel_id": "channels_channel"}

# What a variant costs in each channel before promotions, between the moments at which a list begins or ends.
BASE = """
CREATE FUNCTION pricing_base_prices(variant uuid)
RETURNS TABLE (channel_id uuid, amount bigint, undiscounted bigint, valid_from timestamptz, valid_until timestamptz,
               price_list_id uuid)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT listing.channel_id, coalesce(best.amount, listing.price_amount),
           greatest(listing.compare_at_amount, listing.price_amount, best.amount),
           span.valid_from, span.valid_until, best.price_list_id
      FROM catalog_variantchannellisting AS listing
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
     WHERE listing.variant_id = $1
$$
"""

# Two writers of one product wait for each other at its row, and who comes second reads what the first has written.
PRICE = """
CREATE FUNCTION pricing_price_products(ids uuid[]) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    cards_are text := current_setting('handcart.read_rows', true);
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    PERFORM set_config('handcart.read_rows', 'later', true);
    WITH fresh AS MATERIALIZED (
        SELECT variant.id AS variant_id, variant.product_id, base.channel_id, base.amount, base.undiscounted,
               base.valid_from, base.valid_until,
               CASE WHEN base.price_list_id IS NULL THEN 'listing' ELSE 'price_list' END AS source, base.price_list_id
          FROM (SELECT DISTINCT unnest(ids) AS id) AS written
         CROSS JOIN LATERAL (
                SELECT * FROM catalog_productvariant AS one WHERE one.product_id = written.id OFFSET 0
               ) AS variant
         CROSS JOIN LATERAL pricing_base_prices(variant.id) AS base
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
           (variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, price_list_id)
    SELECT variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, price_list_id
      FROM fresh
     ORDER BY variant_id, channel_id, valid_from
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted, valid_until = excluded.valid_until,
           source = excluded.source, price_list_id = excluded.price_list_id
     WHERE (price.amount, price.undiscounted, price.valid_until, price.source, price.price_list_id)
           IS DISTINCT FROM
           (excluded.amount, excluded.undiscounted, excluded.valid_until, excluded.source, excluded.price_list_id);
    PERFORM set_config('handcart.read_rows', coalesce(cards_are, ''), true);
    IF cards_are IS DISTINCT FROM 'later' THEN
        PERFORM catalog_touch_cards(ids);
    END IF;
END
$$
"""
# A shop without price lists pays one look at an empty table. A list without prices counts: its first ones may be written
# beside this very price.
ENTERED = """BEGIN
    IF EXISTS (SELECT FROM pricing_pricelist) THEN
        PERFORM pricing_price_products(ARRAY(
            SELECT DISTINCT variant.product_id
              FROM after_it AS written
              JOIN catalog_productvariant AS variant ON variant.id = written.variant_id
        ));
        RETURN NULL;
    END IF;
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
NOTING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM pricing_publicprice AS noted
     USING ({written}) AS written
     WHERE noted.variant_id = written.variant_id AND noted.channel_id = written.channel_id
       AND noted.valid_from >= now();
    UPDATE pricing_publicprice AS noted
       SET valid_until = coalesce(
               (SELECT price.valid_until
                  FROM catalog_effectiveprice AS price
                 WHERE price.variant_id = noted.variant_id AND price.channel_id = noted.channel_id
                   AND price.valid_from <= now() AND price.valid_until > now()
                   AND (price.amount, price.undiscounted) = (noted.amount, noted.undiscounted)),
               now())
      FROM ({written}) AS written
     WHERE noted.variant_id = written.variant_id AND noted.channel_id = written.channel_id
       AND noted.valid_until > now();
    INSERT INTO pricing_publicprice AS noted (variant_id, channel_id, amount, undiscounted, valid_from, valid_until)
    SELECT price.variant_id, price.channel_id, price.amount, price.undiscounted, greatest(price.valid_from, now()),
           price.valid_until
      FROM (SELECT DISTINCT variant_id, channel_id FROM ({written}) AS every) AS written
      JOIN catalog_effectiveprice AS price
        ON price.variant_id = written.variant_id AND price.channel_id = written.channel_id
     WHERE price.valid_until > now()
       AND NOT (price.valid_from <= now() AND EXISTS (
            SELECT FROM pricing_publicprice AS same
             WHERE same.variant_id = price.variant_id AND same.channel_id = price.channel_id
               AND same.valid_from < now() AND same.valid_until > now()
           ))
     ORDER BY price.variant_id, price.channel_id, price.valid_from
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted, valid_until = excluded.valid_until;
    RETURN NULL;
END
$$
"""
BACKFILL = """
INSERT INTO pricing_publicprice (variant_id, channel_id, amount, undiscounted, valid_from, valid_until)
SELECT variant_id, channel_id, amount, undiscounted, greatest(valid_from, now()), valid_until
  FROM catalog_effectiveprice
 WHERE valid_until > now()
    ON CONFLICT DO NOTHING
"""


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for column, parent in BELONGS_TO.items():
        made = cards.FOREIGN_KEY.format(table="pricing_publicprice", column=column, parent=parent)
        yield made, f"ALTER TABLE pricing_publicprice DROP CONSTRAINT pricing_publicprice_{column}_fk"
    yield BASE, "DROP FUNCTION pricing_base_prices(uuid)"
    yield PRICE, "DROP FUNCTION pricing_price_products(uuid[])"
    entered = cards.LISTED_PRICES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    yield entered.replace("BEGIN\n", ENTERED, 1), entered
    for (table, verb), products in PRICED_BY.items():
        function = f"{table}_{verb}_prices"
        found = products.replace("{written}", cards.VERBS[verb][1])
        yield PRICING.format(function=function, products=found), f"DROP FUNCTION {function}()"
        yield cards.trigger(table, verb, f"make_prices_{verb}", function)
    for verb, (_, written) in cards.VERBS.items():
        function = f"pricing_note_{verb}"
        yield NOTING.format(function=function, written=written), f"DROP FUNCTION {function}()"
        yield cards.trigger("catalog_effectiveprice", verb, f"note_{verb}", function)
    yield BACKFILL, migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_contents_and_price_lists"),
        ("pricing", "0001_initial"),
    ]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
