"""What keeps effective prices and product cards: the triggers of card_models.py.

The tables of stock, price lists and promotions are named in functions only, which look at them when they run;
the triggers of those tables stand in migrations of their apps (0002_cards.py of inventory, 0002_effective_prices.py of
pricing).
"""

from collections.abc import Iterator

from django.db import migrations

from commerce.core.migrations.statements import run
from commerce.core.migrations.triggers import WRITTEN, trigger

# A price that was entered holds as it is, unless there is something that cuts it into intervals or reduces it: a shop
# without price lists and promotions pays one look at two empty tables. A list without prices counts: its first ones may
# be written beside this very price.
ENTERED_PRICES = """
CREATE FUNCTION catalog_enter_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pricing_pricelist) OR EXISTS (SELECT FROM promotions_cataloguerule) THEN
        PERFORM pricing_price_products(ARRAY(
            SELECT DISTINCT variant.product_id
              FROM after_it AS written
              JOIN catalog_productvariant AS variant ON variant.id = written.variant_id
        ));
        RETURN NULL;
    END IF;
    INSERT INTO catalog_effectiveprice AS price
           (variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source)
    SELECT written.variant_id, variant.product_id, written.channel_id, written.price_amount,
           coalesce(written.compare_at_amount, written.price_amount), '-infinity', 'infinity', 'listing'
      FROM after_it AS written
      JOIN catalog_productvariant AS variant ON variant.id = written.variant_id
     ORDER BY written.variant_id, written.channel_id
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted
     WHERE (price.amount, price.undiscounted) IS DISTINCT FROM (excluded.amount, excluded.undiscounted);
    RETURN NULL;
END
$$
"""
DROPPED_PRICES = """
CREATE FUNCTION catalog_drop_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_effectiveprice AS price
     USING before_it AS written
     WHERE price.variant_id = written.variant_id AND price.channel_id = written.channel_id;
    RETURN NULL;
END
$$
"""
PRICE_TRIGGERS = (
    trigger("enter_prices", "insert", "catalog_variantchannellisting", "catalog_enter_prices"),
    trigger("enter_changed_prices", "update", "catalog_variantchannellisting", "catalog_enter_prices"),
    trigger("drop_prices", "delete", "catalog_variantchannellisting", "catalog_drop_prices"),
)

# Limits of what may be promised count, and so do preorders of the channel itself. Bundles are asked first, so that
# products without any are asked nothing about parts. OFFSET 0 keeps PostgreSQL from gathering the stock of the whole
# shop to look one variant up in it.
IN_STOCK = """
CREATE FUNCTION catalog_in_stock(product uuid, channel uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (
        SELECT FROM catalog_bundlecomponent AS part
         WHERE part.bundle_id = ANY(ARRAY(
                SELECT variant.id FROM catalog_productvariant AS variant WHERE variant.product_id = product
               ))
    ) THEN
        RETURN EXISTS (
            SELECT FROM catalog_productvariant AS variant
             WHERE variant.product_id = product
               AND EXISTS (
                    SELECT FROM catalog_variantchannellisting AS price
                     WHERE price.variant_id = variant.id AND price.channel_id = channel
                   )
               AND NOT EXISTS (
                    SELECT FROM catalog_bundlecomponent AS part
                      JOIN catalog_productvariant AS it ON it.id = part.component_id
                     WHERE part.bundle_id = variant.id
                       AND (NOT catalog_shows_variant(it.id, channel)
                            OR (variant.track_inventory AND it.track_inventory AND NOT (
                                SELECT coalesce(bool_or(stock.oversellable), false)
                                    OR coalesce(sum(greatest(0, stock.on_hand + stock.backorder_limit - stock.reserved)), 0) >= part.quantity
                                  FROM inventory_stock AS stock
                                  JOIN inventory_warehouse AS warehouse
                                    ON warehouse.id = stock.warehouse_id AND warehouse.is_active
                                  JOIN inventory_warehousechannel AS link
                                    ON link.warehouse_id = warehouse.id AND link.channel_id = channel
                                 WHERE stock.variant_id = it.id AND (stock.channel_id IS NULL OR stock.channel_id = channel))))
                   )
               AND (EXISTS (SELECT FROM catalog_bundlecomponent AS part WHERE part.bundle_id = variant.id)
                    OR NOT variant.track_inventory OR EXISTS (
                    SELECT FROM inventory_stock AS stock
                      JOIN inventory_warehouse AS warehouse
                        ON warehouse.id = stock.warehouse_id AND warehouse.is_active
                      JOIN inventory_warehousechannel AS link
                        ON link.warehouse_id = warehouse.id AND link.channel_id = channel
                     WHERE stock.variant_id = variant.id AND (stock.oversellable OR stock.on_hand + stock.backorder_limit > stock.reserved) AND (stock.channel_id IS NULL OR stock.channel_id = channel)
                    OFFSET 0
                   ))
        );
    END IF;
    RETURN EXISTS (
        SELECT FROM catalog_productvariant AS variant
         WHERE variant.product_id = product
           AND EXISTS (
                SELECT FROM catalog_variantchannellisting AS price
                 WHERE price.variant_id = variant.id AND price.channel_id IS NOT DISTINCT FROM channel
               )
           AND (NOT variant.track_inventory OR EXISTS (
                SELECT FROM (
                        SELECT stock.warehouse_id
                          FROM inventory_stock AS stock
                         WHERE stock.variant_id = variant.id AND (stock.oversellable OR stock.on_hand + stock.backorder_limit > stock.reserved) AND (stock.channel_id IS NULL OR stock.channel_id = channel)
                        OFFSET 0
                       ) AS free
                  JOIN inventory_warehouse AS warehouse ON warehouse.id = free.warehouse_id AND warehouse.is_active
                  JOIN inventory_warehousechannel AS link
                    ON link.warehouse_id = warehouse.id AND link.channel_id = channel
               ))
    );
END
$$
"""

# Its plan does not depend on statistics, which a shop that is being filled does not have yet: products are looked up one
# by one, whatever PostgreSQL believes (OFFSET 0), and never along the index of a channel (IS NOT DISTINCT FROM uses none).
# Two writers of one product wait for each other at its row, and who comes second looks at what the first has written:
# under READ COMMITTED each statement of a function sees what was committed before it. Buyers, who take the last unit,
# must not wait for whoever edits the product: they share its row, and wait at its cards, which are locked for a moment
# only. Just where a card is about to come into being there is nothing to wait at yet, and the whole row is locked.
# What does not depend on the moment (`its`) is looked up once for all intervals of a card.
REFRESH = """
CREATE FUNCTION catalog_refresh_cards(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM promotions_cataloguerule) THEN
        PERFORM pricing_make_prices(ids);
    END IF;
    PERFORM FROM catalog_product
      WHERE id = ANY(ARRAY(
            SELECT listing.product_id
              FROM catalog_productchannellisting AS listing
             WHERE listing.product_id = ANY(ids)
               AND 0 = (
                    SELECT count(*)
                      FROM catalog_productcard AS card
                     WHERE card.product_id = listing.product_id AND card.channel_id IS NOT DISTINCT FROM listing.channel_id
                   )
            ))
      ORDER BY id FOR UPDATE;
    PERFORM FROM catalog_productcard WHERE product_id = ANY(ids) ORDER BY product_id, channel_id, valid_from
        FOR NO KEY UPDATE;
    WITH fresh AS (
        SELECT product.id AS product_id, listing.channel_id, span.valid_from, span.valid_until, listing.is_published,
               listing.is_published AND listing.visible_in_listings AS is_listed,
               coalesce(listing.published_at, '1970-01-01 00:00:00+00') AS published_at,
               coalesce(listing.available_for_purchase_at, 'infinity') AS available_at,
               product.sort_name, product.created_at, product.updated_at, product.product_type_id, product.category_id,
               coalesce(category.ancestors, '{}') AS categories,
               its.collections, its.values,
               price.low, price.high, price.undiscounted_low, price.undiscounted_high, price.on_sale,
               its.in_stock
          FROM (SELECT DISTINCT unnest(ids) AS id) AS written
         CROSS JOIN LATERAL (SELECT * FROM catalog_product AS one WHERE one.id = written.id OFFSET 0) AS product
         CROSS JOIN LATERAL (
                SELECT * FROM catalog_productchannellisting AS one WHERE one.product_id = product.id OFFSET 0
               ) AS listing
          LEFT JOIN catalog_category AS category ON category.id = product.category_id
         CROSS JOIN LATERAL (
                SELECT
               ARRAY(
                    SELECT place.collection_id
                      FROM catalog_collectionproduct AS place
                     WHERE place.product_id = product.id
                     ORDER BY 1
               ) AS collections,
               ARRAY(
                    SELECT own.value_id
                      FROM catalog_productattributevalue AS own
                     WHERE own.product_id = product.id
                     UNION
                    SELECT its.value_id
                      FROM catalog_productvariant AS variant
                      JOIN catalog_variantattributevalue AS its ON its.variant_id = variant.id
                     WHERE variant.product_id = product.id
                     ORDER BY 1
               ) AS values,
               catalog_in_stock(product.id, listing.channel_id) AS in_stock
                OFFSET 0
               ) AS its
         CROSS JOIN LATERAL (
                SELECT moment AS valid_from, lead(moment, 1, 'infinity') OVER (ORDER BY moment) AS valid_until
                  FROM (
                        SELECT '-infinity'::timestamptz AS moment
                         UNION
                        SELECT unnest(ARRAY[price.valid_from, price.valid_until])
                          FROM catalog_effectiveprice AS price
                         WHERE price.product_id = product.id AND price.channel_id IS NOT DISTINCT FROM listing.channel_id
                       ) AS bound
                 WHERE moment < 'infinity'
               ) AS span
         CROSS JOIN LATERAL (
                SELECT min(price.amount) AS low, max(price.amount) AS high,
                       min(price.undiscounted) AS undiscounted_low, max(price.undiscounted) AS undiscounted_high,
                       coalesce(bool_or(price.undiscounted > price.amount), false) AS on_sale
                  FROM catalog_effectiveprice AS price
                 WHERE price.product_id = product.id AND price.channel_id IS NOT DISTINCT FROM listing.channel_id
                   AND price.valid_from <= span.valid_from AND price.valid_until > span.valid_from
               ) AS price
    ), gone AS (
        DELETE FROM catalog_productcard AS card
         WHERE card.product_id = ANY(ids)
           AND NOT (
                EXISTS (
                    SELECT FROM catalog_productchannellisting AS listing
                     WHERE listing.product_id = card.product_id AND listing.channel_id IS NOT DISTINCT FROM card.channel_id
                )
                AND (card.valid_from = '-infinity' OR EXISTS (
                    SELECT FROM catalog_effectiveprice AS price
                     WHERE price.product_id = card.product_id AND price.channel_id IS NOT DISTINCT FROM card.channel_id
                       AND card.valid_from IN (price.valid_from, price.valid_until)
                ))
           )
    )
    INSERT INTO catalog_productcard AS card ({columns})
    SELECT * FROM fresh
     ORDER BY product_id, channel_id, valid_from
        ON CONFLICT (product_id, channel_id, valid_from) DO UPDATE
       SET ({columns}) = ({excluded})
     WHERE ({known}) IS DISTINCT FROM ({excluded});
END
$$
"""
COLUMNS = [
    "product_id", "channel_id", "valid_from", "valid_until", "is_published", "is_listed", "published_at",
    "available_at", "sort_name", "created_at", "updated_at", "product_type_id", "category_id", "categories",
    "collections", "values", "price_low", "price_high", "undiscounted_low", "undiscounted_high", "on_sale", "in_stock",
]  # fmt: skip
for place, prefix in {"{columns}": "", "{known}": "card.", "{excluded}": "excluded."}.items():
    REFRESH = REFRESH.replace(place, ", ".join(f"{prefix}{name}" for name in COLUMNS))

# A transaction that writes many products may say `SET LOCAL handcart.read_rows = 'later'` and refresh them once. Of more
# than one transaction should hold locks for (2,000), a sweep takes care in portions.
TOUCH = """
CREATE FUNCTION catalog_touch_cards(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM catalog_bundlecomponent) THEN
        ids := catalog_with_bundles(ids);
    END IF;
    IF cardinality(ids) > 2000 THEN
        INSERT INTO catalog_duecard (product_id) SELECT DISTINCT unnest(ids) ORDER BY 1 ON CONFLICT DO NOTHING;
    ELSE
        PERFORM catalog_refresh_cards(ids);
    END IF;
END
$$
"""
# Products, and those of the bundles that variants of theirs are in. A shop that has no bundles pays next to nothing.
WITH_BUNDLES = """
CREATE FUNCTION catalog_with_bundles(ids uuid[]) RETURNS uuid[] LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN ARRAY(
        SELECT unnest(ids)
         UNION
        SELECT bundle.product_id
          FROM catalog_productvariant AS variant
          JOIN catalog_bundlecomponent AS part ON part.component_id = variant.id
          JOIN catalog_productvariant AS bundle ON bundle.id = part.bundle_id
         WHERE variant.product_id = ANY(ids)
    );
END
$$
"""

TOUCHING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('handcart.read_rows', true) = 'later' THEN
        RETURN NULL;
    END IF;
    PERFORM catalog_touch_cards((SELECT array_agg(DISTINCT {product}) FROM ({written}) AS written {join}));
    RETURN NULL;
END
$$
"""
VARIANT = "JOIN catalog_productvariant AS variant ON variant.id = written.variant_id"
BUNDLE = "JOIN catalog_productvariant AS variant ON variant.id = written.bundle_id"
# Table -> how its rows lead to their products.
LEADING_TO_PRODUCTS = {
    "catalog_product": ("written.id", ""),
    "catalog_productchannellisting": ("written.product_id", ""),
    "catalog_productvariant": ("written.product_id", ""),
    "catalog_effectiveprice": ("written.product_id", ""),
    "catalog_productattributevalue": ("written.product_id", ""),
    "catalog_variantattributevalue": ("variant.product_id", VARIANT),
    "catalog_collectionproduct": ("written.product_id", ""),
    "catalog_bundlecomponent": ("variant.product_id", BUNDLE),
}
MOVED_CATEGORIES = """
CREATE FUNCTION catalog_category_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('handcart.read_rows', true) = 'later' THEN
        RETURN NULL;
    END IF;
    PERFORM catalog_touch_cards((
        SELECT array_agg(product.id)
          FROM after_it
          JOIN before_it USING (id)
          JOIN catalog_product AS product ON product.category_id = after_it.id
         WHERE after_it.ancestors <> before_it.ancestors
    ));
    RETURN NULL;
END
$$
"""


def touching() -> Iterator[str]:
    """What refreshes cards when something is written that they are made of."""
    for table, (product, join) in LEADING_TO_PRODUCTS.items():
        for verb, written in WRITTEN.items():
            if table == "catalog_product" and verb != "update":
                continue  # a product that comes or goes has no listing yet, or no longer
            function = f"{table}_{verb}_cards"
            yield TOUCHING.format(function=function, product=product, written=written, join=join)
            yield trigger(f"touch_cards_{verb}", verb, table, function)
    yield MOVED_CATEGORIES
    yield trigger("touch_cards_update", "update", "catalog_category", "catalog_category_moved")


class Migration(migrations.Migration):
    replaces = [("catalog", "0004_cards")]
    dependencies = [("catalog", "0005_bundles")]

    operations = [
        run(ENTERED_PRICES, DROPPED_PRICES, *PRICE_TRIGGERS),
        run(IN_STOCK, WITH_BUNDLES, REFRESH, TOUCH),
        run(*touching()),
    ]
