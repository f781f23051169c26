"""Effective prices and product cards, and what keeps them: the triggers of card_models.py.

The tables of stock are named in functions only, which look at them when they run; inventory's own triggers stand in
its migration 0002_cards.py.
"""

from collections.abc import Iterator

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models

# Rows that go with what they belong to, without a round trip of the ORM's for each.
BELONGS_TO = {
    "catalog_effectiveprice": {
        "product_id": "catalog_product",
        "variant_id": "catalog_productvariant",
        "channel_id": "channels_channel",
    },
    "catalog_productcard": {"product_id": "catalog_product", "channel_id": "channels_channel"},
    "catalog_duecard": {"product_id": "catalog_product"},
}
FOREIGN_KEY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column}) REFERENCES {parent} (id)
ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""

# A price that was entered holds until pricing cuts it into intervals.
LISTED_PRICES = """
CREATE FUNCTION catalog_enter_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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

IN_STOCK = """
CREATE FUNCTION catalog_in_stock(product uuid, channel uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
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
                         WHERE stock.variant_id = variant.id AND (stock.oversellable OR stock.on_hand > stock.reserved)
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
REFRESH = """
CREATE FUNCTION catalog_refresh_cards(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
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
               price.low, price.high, price.undiscounted_low, price.undiscounted_high, price.on_sale,
               catalog_in_stock(product.id, listing.channel_id) AS in_stock
          FROM (SELECT DISTINCT unnest(ids) AS id) AS written
         CROSS JOIN LATERAL (SELECT * FROM catalog_product AS one WHERE one.id = written.id OFFSET 0) AS product
         CROSS JOIN LATERAL (
                SELECT * FROM catalog_productchannellisting AS one WHERE one.product_id = product.id OFFSET 0
               ) AS listing
          LEFT JOIN catalog_category AS category ON category.id = product.category_id
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

# A transaction that writes many products may say `SET LOCAL handcart.read_rows = 'later'` and refresh them once.
TOUCH = """
CREATE FUNCTION catalog_touch_cards(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    ELSIF cardinality(ids) > {many} THEN
        INSERT INTO catalog_duecard (product_id) SELECT DISTINCT unnest(ids) ORDER BY 1 ON CONFLICT DO NOTHING;
    ELSE
        PERFORM catalog_refresh_cards(ids);
    END IF;
END
$$
"""
# What is more than one transaction should hold locks for is brought up to date by a sweep, in portions.
MANY = 2000

OF_VARIANT = "JOIN catalog_productvariant AS variant ON variant.id = written.variant_id"
# Table -> how its rows lead to their products, and the verbs that matter.
WRITTEN = {
    "catalog_product": ("written.id", "", ["update"]),
    "catalog_productchannellisting": ("written.product_id", "", ["insert", "update", "delete"]),
    "catalog_productvariant": ("written.product_id", "", ["insert", "update", "delete"]),
    "catalog_effectiveprice": ("written.product_id", "", ["insert", "update", "delete"]),
    "catalog_productattributevalue": ("written.product_id", "", ["insert", "update", "delete"]),
    "catalog_variantattributevalue": ("variant.product_id", OF_VARIANT, ["insert", "update", "delete"]),
    "catalog_collectionproduct": ("written.product_id", "", ["insert", "update", "delete"]),
}
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
TRIGGER = """
CREATE TRIGGER {trigger} AFTER {verb} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
AFTER = "SELECT * FROM after_it"
BOTH = "SELECT * FROM before_it UNION ALL SELECT * FROM after_it"
BEFORE = "SELECT * FROM before_it"
OLD, NEW = "REFERENCING OLD TABLE AS before_it", "REFERENCING NEW TABLE AS after_it"
VERBS = {"insert": (NEW, AFTER), "update": (f"{OLD} NEW TABLE AS after_it", BOTH), "delete": (OLD, BEFORE)}


def trigger(table: str, verb: str, name: str, function: str) -> tuple[str, str]:
    """The statement that makes a trigger, and the one that takes it back."""
    referencing = VERBS[verb][0]
    made = TRIGGER.format(trigger=name, verb=verb, table=table, referencing=referencing, function=function)
    return made, f"DROP TRIGGER {name} ON {table}"


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    for table, parents in BELONGS_TO.items():
        for column, parent in parents.items():
            key = f"{table}_{column}_fk"
            made = FOREIGN_KEY.format(table=table, column=column, parent=parent)
            yield made, f"ALTER TABLE {table} DROP CONSTRAINT {key}"
    yield LISTED_PRICES, "DROP FUNCTION catalog_enter_prices()"
    yield DROPPED_PRICES, "DROP FUNCTION catalog_drop_prices()"
    yield IN_STOCK, "DROP FUNCTION catalog_in_stock(uuid, uuid)"
    columns, known, excluded = (
        ", ".join(f"{prefix}{name}" for name in COLUMNS) for prefix in ("", "card.", "excluded.")
    )
    refresh = REFRESH.replace("{columns}", columns).replace("{known}", known).replace("{excluded}", excluded)
    yield refresh, "DROP FUNCTION catalog_refresh_cards(uuid[])"
    yield TOUCH.format(many=MANY), "DROP FUNCTION catalog_touch_cards(uuid[])"
    listing = "catalog_variantchannellisting"
    yield trigger(listing, "insert", "enter_prices", "catalog_enter_prices")
    yield trigger(listing, "update", "enter_changed_prices", "catalog_enter_prices")
    yield trigger(listing, "delete", "drop_prices", "catalog_drop_prices")
    for table, (product, join, verbs) in WRITTEN.items():
        for verb in verbs:
            name = f"{table}_{verb}_cards"
            body = TOUCHING.format(function=name, product=product, written=VERBS[verb][1], join=join)
            yield body, f"DROP FUNCTION {name}()"
            yield trigger(table, verb, f"touch_cards_{verb}", name)
    yield MOVED_CATEGORIES, "DROP FUNCTION catalog_category_moved()"
    yield trigger("catalog_category", "update", "touch_cards_update", "catalog_category_moved")
    # For the next moment at which a price changes by itself (schema/cache/boundary.py).
    boundary = "CREATE INDEX card_boundary ON catalog_productcard (valid_from) WHERE valid_from > '-infinity'"
    yield boundary, "DROP INDEX card_boundary"
    # Availability changes under the eyes of shoppers: room for it beside the row spares the indexes.
    yield "ALTER TABLE catalog_productcard SET (fillfactor = 85)", "ALTER TABLE catalog_productcard RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_translations"),
        ("channels", "0001_initial"),
    ]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name="DueCard",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EffectivePrice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                (
                    "undiscounted",
                    models.BigIntegerField(help_text="The price before a reduction; the amount without one."),
                ),
                ("valid_from", models.DateTimeField(help_text="-infinity for a price that has no beginning.")),
                ("valid_until", models.DateTimeField(help_text="infinity for a price that has no end.")),
                ("source", models.CharField(choices=[("listing", "The price that was entered")], max_length=20)),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["product", "channel"], name="effective_price_of_product"),
                    models.Index(fields=["channel"], name="effective_price_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "channel", "valid_from"),
                        include=("valid_until", "amount", "undiscounted"),
                        name="effective_price_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("undiscounted__gte", models.F("amount"))),
                        name="effective_price_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="effective_price_lasts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductCard",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("is_published", models.BooleanField()),
                ("is_listed", models.BooleanField(help_text="Published, and shown by lists.")),
                ("published_at", models.DateTimeField(help_text="1970 for what has been published for ever.")),
                ("available_at", models.DateTimeField(help_text="Sold from then on; infinity for never.")),
                ("sort_name", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), help_text="Its category and all above it.", size=None
                    ),
                ),
                (
                    "collections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), help_text="Published or not.", size=None
                    ),
                ),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        help_text="Attribute values of the product and of its variants.",
                        size=None,
                    ),
                ),
                ("price_low", models.BigIntegerField(null=True)),
                ("price_high", models.BigIntegerField(null=True)),
                ("undiscounted_low", models.BigIntegerField(null=True)),
                ("undiscounted_high", models.BigIntegerField(null=True)),
                ("on_sale", models.BooleanField()),
                ("in_stock", models.BooleanField(help_text="A variant with a price here could be supplied.")),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "product_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.producttype",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "sort_name", "product"], name="card_by_name"),
                    models.Index(fields=["channel", "created_at", "product"], name="card_by_creation"),
                    models.Index(fields=["channel", "updated_at", "product"], name="card_by_change"),
                    models.Index(fields=["channel", "published_at", "product"], name="card_by_publication"),
                    models.Index(
                        models.F("channel"),
                        django.db.models.functions.comparison.Coalesce(
                            "price_low", models.Value(4611686018427387904), output_field=models.BigIntegerField()
                        ),
                        models.F("product"),
                        name="card_cheapest_first",
                    ),
                    models.Index(
                        models.F("channel"),
                        django.db.models.functions.comparison.Coalesce(
                            "price_low", models.Value(-1), output_field=models.BigIntegerField()
                        ),
                        models.F("product"),
                        name="card_dearest_first",
                    ),
                    models.Index(
                        fields=["category", "channel", "sort_name", "product"], name="card_of_category_by_name"
                    ),
                    models.Index(
                        fields=["category", "channel", "created_at", "product"], name="card_of_category_by_creation"
                    ),
                    models.Index(
                        fields=["category", "channel", "updated_at", "product"], name="card_of_category_by_change"
                    ),
                    models.Index(
                        fields=["category", "channel", "published_at", "product"], name="card_of_category_by_date"
                    ),
                    models.Index(
                        models.F("category"),
                        models.F("channel"),
                        django.db.models.functions.comparison.Coalesce(
                            "price_low", models.Value(4611686018427387904), output_field=models.BigIntegerField()
                        ),
                        models.F("product"),
                        name="card_of_category_cheapest",
                    ),
                    models.Index(
                        models.F("category"),
                        models.F("channel"),
                        django.db.models.functions.comparison.Coalesce(
                            "price_low", models.Value(-1), output_field=models.BigIntegerField()
                        ),
                        models.F("product"),
                        name="card_of_category_dearest",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["channel", "categories", "collections", "values"], name="card_by_terms"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "channel", "valid_from"), name="product_card_unique")
                ],
            },
        ),
        *(migrations.RunSQL(made, undone) for made, undone in statements()),
    ]
