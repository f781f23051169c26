"""Product cards follow what can be supplied: only when a stock begins or ends to have free units."""

from collections.abc import Iterator

from django.db import migrations

# Of the product a buyer takes no more than a share of its row, and locks its cards (catalog/migrations/0004_cards.py).
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
FLIPPED_TRIGGER = """
CREATE TRIGGER touch_cards_flip AFTER UPDATE OF on_hand, reserved, oversellable ON inventory_stock FOR EACH ROW
WHEN ((OLD.oversellable OR OLD.on_hand > OLD.reserved) IS DISTINCT FROM (NEW.oversellable OR NEW.on_hand > NEW.reserved))
EXECUTE FUNCTION inventory_stock_flipped()
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
TRIGGER = """
CREATE TRIGGER touch_cards_{verb} AFTER {verb} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
OF_WAREHOUSE = "JOIN inventory_stock AS stock ON stock.warehouse_id = written.{column}"
# Table, verb -> the rows that were written, and how they lead to variants.
WRITTEN = {
    ("inventory_stock", "insert"): ("SELECT * FROM after_it", "", "written.variant_id"),
    ("inventory_stock", "delete"): ("SELECT * FROM before_it", "", "written.variant_id"),
    ("inventory_warehouse", "update"): (
        "SELECT id FROM after_it JOIN before_it USING (id) WHERE after_it.is_active <> before_it.is_active",
        OF_WAREHOUSE.format(column="id"),
        "stock.variant_id",
    ),
    ("inventory_warehousechannel", "insert"): (
        "SELECT * FROM after_it",
        OF_WAREHOUSE.format(column="warehouse_id"),
        "stock.variant_id",
    ),
    ("inventory_warehousechannel", "delete"): (
        "SELECT * FROM before_it",
        OF_WAREHOUSE.format(column="warehouse_id"),
        "stock.variant_id",
    ),
}
REFERENCING = {
    "insert": "REFERENCING NEW TABLE AS after_it",
    "update": "REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it",
    "delete": "REFERENCING OLD TABLE AS before_it",
}

# Shops that have products already.
BACKFILL = """
INSERT INTO catalog_effectiveprice
       (variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source)
SELECT price.variant_id, variant.product_id, price.channel_id, price.price_amount,
       coalesce(price.compare_at_amount, price.price_amount), '-infinity', 'infinity', 'listing'
  FROM catalog_variantchannellisting AS price
  JOIN catalog_productvariant AS variant ON variant.id = price.variant_id
    ON CONFLICT DO NOTHING;
SELECT catalog_refresh_cards(array_agg(product_id))
  FROM (
        SELECT product_id, row_number() OVER (ORDER BY product_id) / 500 AS portion
          FROM (SELECT DISTINCT product_id FROM catalog_productchannellisting) AS listed
       ) AS portioned
 GROUP BY portion
"""


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield FLIPPED, "DROP FUNCTION inventory_stock_flipped()"
    yield FLIPPED_TRIGGER, "DROP TRIGGER touch_cards_flip ON inventory_stock"
    for (table, verb), (written, join, variant) in WRITTEN.items():
        function = f"{table}_{verb}_cards"
        body = TOUCHING.format(function=function, written=written, join=join, variant=variant)
        yield body, f"DROP FUNCTION {function}()"
        made = TRIGGER.format(verb=verb, table=table, referencing=REFERENCING[verb], function=function)
        yield made, f"DROP TRIGGER touch_cards_{verb} ON {table}"
    yield BACKFILL, migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_cards"), ("inventory", "0001_initial")]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
