"""What follows a change of stock: product cards (only when there begins or ceases to be something), and low levels."""

from collections.abc import Iterator

from django.db import migrations

from commerce.core.migrations.statements import run
from commerce.core.migrations.triggers import AFTER, BEFORE, trigger

# Of the product a buyer takes no more than a share of its row, and locks its cards (catalog/migrations/0006_cards.py).
FLIPPED = """
CREATE FUNCTION inventory_stock_flipped() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    product uuid := (SELECT product_id FROM catalog_productvariant WHERE id = NEW.variant_id);
BEGIN
    IF current_setting('handcart.read_rows', true) = 'later' THEN
        RETURN NULL;
    END IF;
    PERFORM FROM catalog_product WHERE id = product FOR KEY SHARE;
    PERFORM FROM catalog_productcard WHERE product_id = product ORDER BY channel_id, valid_from FOR NO KEY UPDATE;
    UPDATE catalog_productcard
       SET in_stock = catalog_in_stock(product_id, channel_id)
     WHERE product_id = product AND in_stock <> catalog_in_stock(product_id, channel_id);
    RETURN NULL;
END
$$
"""
ON_FLIP = """
CREATE TRIGGER touch_cards_flip AFTER UPDATE OF on_hand, reserved, oversellable, backorder_limit, channel_id
ON inventory_stock FOR EACH ROW
WHEN (
    (OLD.oversellable OR OLD.on_hand + OLD.backorder_limit > OLD.reserved)
    IS DISTINCT FROM (NEW.oversellable OR NEW.on_hand + NEW.backorder_limit > NEW.reserved)
    OR OLD.channel_id IS DISTINCT FROM NEW.channel_id
)
EXECUTE FUNCTION inventory_stock_flipped()
"""

# Every unit of a part may be the one that completes a bundle. One statement, one trigger: the cards of all bundles are
# locked in one order, however many stocks a buyer takes from.
PARTS_MOVED = """
CREATE FUNCTION inventory_parts_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products uuid[];
BEGIN
    IF current_setting('handcart.read_rows', true) = 'later' OR NOT EXISTS (SELECT FROM catalog_bundlecomponent) THEN
        RETURN NULL;
    END IF;
    products := (
        SELECT array_agg(DISTINCT bundle.product_id)
          FROM after_it
          JOIN before_it USING (id)
          JOIN catalog_bundlecomponent AS part ON part.component_id = after_it.variant_id
          JOIN catalog_productvariant AS bundle ON bundle.id = part.bundle_id
         WHERE (after_it.oversellable, after_it.on_hand + after_it.backorder_limit - after_it.reserved,
                after_it.channel_id)
            IS DISTINCT FROM (before_it.oversellable, before_it.on_hand + before_it.backorder_limit - before_it.reserved,
                before_it.channel_id)
    );
    IF products IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM catalog_product WHERE id = ANY(products) ORDER BY id FOR KEY SHARE;
    PERFORM FROM catalog_productcard WHERE product_id = ANY(products) ORDER BY product_id, channel_id, valid_from
        FOR NO KEY UPDATE;
    UPDATE catalog_productcard
       SET in_stock = catalog_in_stock(product_id, channel_id)
     WHERE product_id = ANY(products) AND in_stock <> catalog_in_stock(product_id, channel_id);
    RETURN NULL;
END
$$
"""

TOUCHING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('handcart.read_rows', true) = 'later' THEN
        RETURN NULL;
    END IF;
    PERFORM catalog_touch_cards((
        SELECT array_agg(DISTINCT variant.product_id)
          FROM ({written}) AS written {join}
          JOIN catalog_productvariant AS variant ON variant.id = {variant}
    ));
    RETURN NULL;
END
$$
"""
OF_WAREHOUSE = "JOIN inventory_stock AS stock ON stock.warehouse_id = written.{column}"
# Table, verb -> the rows that were written, and how they lead to variants.
WRITTEN = {
    ("inventory_stock", "insert"): (AFTER, "", "written.variant_id"),
    ("inventory_stock", "delete"): (BEFORE, "", "written.variant_id"),
    ("inventory_warehouse", "update"): (
        "SELECT id FROM after_it JOIN before_it USING (id) WHERE after_it.is_active <> before_it.is_active",
        OF_WAREHOUSE.format(column="id"),
        "stock.variant_id",
    ),
    ("inventory_warehousechannel", "insert"): (AFTER, OF_WAREHOUSE.format(column="warehouse_id"), "stock.variant_id"),
    ("inventory_warehousechannel", "delete"): (BEFORE, OF_WAREHOUSE.format(column="warehouse_id"), "stock.variant_id"),
}

# Buyers only ever add a row here, and only where there is little left.
LEVEL_DUE = """
CREATE FUNCTION inventory_level_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_duelevel (variant_id, warehouse_id, free_before)
    VALUES (NEW.variant_id, NEW.warehouse_id, OLD.on_hand - OLD.reserved);
    RETURN NULL;
END
$$
"""
ON_LOW_LEVEL = """
CREATE TRIGGER level_due AFTER UPDATE OF on_hand, reserved, low_stock_threshold ON inventory_stock FOR EACH ROW
WHEN (
    NEW.channel_id IS NULL
    AND (OLD.on_hand - OLD.reserved, OLD.low_stock_threshold)
        IS DISTINCT FROM (NEW.on_hand - NEW.reserved, NEW.low_stock_threshold)
    AND least(OLD.on_hand - OLD.reserved, NEW.on_hand - NEW.reserved)
        <= greatest(0, OLD.low_stock_threshold, NEW.low_stock_threshold)
)
EXECUTE FUNCTION inventory_level_due()
"""


def touching() -> Iterator[str]:
    """What refreshes cards when a stock or a warehouse comes or goes."""
    for (table, verb), (written, join, variant) in WRITTEN.items():
        function = f"{table}_{verb}_cards"
        yield TOUCHING.format(function=function, written=written, join=join, variant=variant)
        yield trigger(f"touch_cards_{verb}", verb, table, function)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_cards"), ("inventory", "0001_initial")]

    operations = [
        run(FLIPPED, ON_FLIP),
        run(PARTS_MOVED, trigger("touch_cards_parts", "update", "inventory_stock", "inventory_parts_moved")),
        run(*touching()),
        run(LEVEL_DUE, ON_LOW_LEVEL),
    ]
