"""A sale of a large catalogue is written in seconds: prices are compared by hashing, and noted once for each portion.

Whoever refreshes cards has hash joins switched off, which held for all that is called from there: what is gone was
looked for by comparing every price with every other. Notes are looked up one by one, whatever PostgreSQL believes of
its tables, and the three triggers of one statement no longer go over the same prices each.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module

from django.db import migrations

cards = import_module("commerce.catalog.migrations.0004_cards")
lists = import_module("commerce.pricing.migrations.0002_effective_prices")
promoted = import_module("commerce.pricing.migrations.0003_promoted_prices")

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
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
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

BEGINS = "SET enable_seqscan = off AS $$\nDECLARE\n"
WRITES = "    WITH fresh AS MATERIALIZED ("
GONE = """                   AND fresh.valid_from = price.valid_from
               )
    )
    INSERT INTO"""
ENDS = """            excluded.price_list_id);
    PERFORM"""
MADE = (
    (
        BEGINS,
        "SET enable_seqscan = off SET enable_hashjoin = on AS $$\nDECLARE\n    variants uuid[];\n    channels uuid[];\n",
    ),
    (WRITES, f"    PERFORM set_config('handcart.prices_noted', 'later', true);\n{WRITES}"),
    (
        GONE,
        """                   AND fresh.valid_from = price.valid_from
               )
        RETURNING price.variant_id, price.channel_id
    ), written AS (
    INSERT INTO""",
    ),
    (
        ENDS,
        """            excluded.price_list_id)
    RETURNING price.variant_id, price.channel_id
    )
    SELECT array_agg(variant_id), array_agg(channel_id) INTO variants, channels
      FROM (SELECT * FROM gone UNION SELECT * FROM written) AS changed;
    PERFORM set_config('handcart.prices_noted', '', true);
    IF variants IS NOT NULL THEN
        PERFORM pricing_note(variants, channels);
    END IF;
    PERFORM""",
    ),
)


def changed(text: str, parts: Iterable[tuple[str, str]]) -> str:
    """`text` with parts of it exchanged; each must be there once."""
    for known, new in parts:
        if text.count(known) != 1:
            raise ValueError(known)
        text = text.replace(known, new)
    return text


# What does not depend on the moment is looked up once for all intervals of a card.
ASKED_FOR_EACH_INTERVAL = (
    cards.REFRESH[
        cards.REFRESH.index(
            "               ARRAY(\n                    SELECT place.collection_id"
        ) : cards.REFRESH.index("               price.low, price.high")
    ],
    "               catalog_in_stock(product.id, listing.channel_id) AS in_stock\n",
    "          LEFT JOIN catalog_category AS category ON category.id = product.category_id\n",
)
ASKED_ONCE = (
    "               its.collections, its.values,\n",
    "               its.in_stock\n",
    f"""{ASKED_FOR_EACH_INTERVAL[2]}         CROSS JOIN LATERAL (
                SELECT
{ASKED_FOR_EACH_INTERVAL[0]}{ASKED_FOR_EACH_INTERVAL[1]}                OFFSET 0
               ) AS its
""",
)


def refresh_cards() -> tuple[str, str]:
    """The function that refreshes cards, and the one before it."""
    names = (", ".join(f"{prefix}{name}" for name in cards.COLUMNS) for prefix in ("", "card.", "excluded."))
    before: str = cards.REFRESH
    for place, columns in zip(("{columns}", "{known}", "{excluded}"), names, strict=True):
        before = before.replace(place, columns)
    before = promoted.replacing(before).replace(promoted.LOCKED, promoted.LOCKED + promoted.PRICED, 1)
    return changed(before, zip(ASKED_FOR_EACH_INTERVAL, ASKED_ONCE, strict=True)), before


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield NOTE, "DROP FUNCTION pricing_note(uuid[], uuid[])"
    for verb, (_, written) in cards.VERBS.items():
        function = f"pricing_note_{verb}"
        before = promoted.replacing(lists.NOTING.format(function=function, written=written))
        yield NOTING.format(function=function, written=written), before
    yield promoted.replacing(changed(promoted.MAKE, MADE)), promoted.replacing(promoted.MAKE)
    yield refresh_cards()


class Migration(migrations.Migration):
    dependencies = [("pricing", "0004_base_prices_by_variant")]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
