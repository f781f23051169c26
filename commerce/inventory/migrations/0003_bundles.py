"""Cards of bundles follow the stock of their parts, whose every unit may be the one that completes a bundle."""

from collections.abc import Iterator

from django.db import migrations

# One statement, one trigger: the cards of all bundles are locked in one order, however many stocks a buyer takes from.
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
         WHERE (after_it.oversellable, after_it.on_hand - after_it.reserved)
            IS DISTINCT FROM (before_it.oversellable, before_it.on_hand - before_it.reserved)
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
TRIGGER = """
CREATE TRIGGER touch_cards_parts AFTER UPDATE ON inventory_stock
REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION inventory_parts_moved()
"""


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield PARTS_MOVED, "DROP FUNCTION inventory_parts_moved()"
    yield TRIGGER, "DROP TRIGGER touch_cards_parts ON inventory_stock"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_bundles"), ("inventory", "0002_cards")]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
