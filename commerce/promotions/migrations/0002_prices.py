"""What keeps effective prices right: the functions that cut entered prices by rules of catalogue promotions.

Cards and prices of a product are made anew together, by whoever writes what they are made of (catalog's migration
0004_cards.py): here its functions learn to ask promotions first. A shop without any pays one look at an empty table.
"""

from collections.abc import Iterator
from importlib import import_module

from django.db import migrations

cards = import_module("commerce.catalog.migrations.0004_cards")

# commerce.promotions.predicates.holds
HOLDS = """
CREATE FUNCTION promotions_holds(predicate jsonb, terms uuid[]) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    part jsonb;
BEGIN
    IF predicate ? 'ids' THEN
        RETURN terms && ARRAY(SELECT jsonb_array_elements_text(predicate->'ids')::uuid);
    ELSIF predicate ? 'all' THEN
        FOR part IN SELECT jsonb_array_elements(predicate->'all') LOOP
            IF NOT promotions_holds(part, terms) THEN
                RETURN false;
            END IF;
        END LOOP;
        RETURN true;
    ELSIF predicate ? 'any' THEN
        FOR part IN SELECT jsonb_array_elements(predicate->'any') LOOP
            IF promotions_holds(part, terms) THEN
                RETURN true;
            END IF;
        END LOOP;
        RETURN false;
    ELSIF predicate ? 'not' THEN
        RETURN NOT promotions_holds(predicate->'not', terms);
    END IF;
    RETURN true;
END
$$
"""

# commerce.promotions.cuts.cut; the rules come from the highest priority to the lowest, those of a promotion together.
CUT = """
CREATE FUNCTION promotions_cut(base bigint, rules promotions_cataloguerule[], OUT amount bigint, OUT steps jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    rule promotions_cataloguerule;
    following promotions_cataloguerule;
    stacked bigint := base;
    together jsonb := '[]';
    alone bigint := base;
    alone_steps jsonb;
    before bigint;
    best bigint;
    best_rule uuid;
    left_over bigint;
BEGIN
    FOR place IN 1..cardinality(rules) LOOP
        rule := rules[place];
        IF place = 1 OR rules[place - 1].promotion_id <> rule.promotion_id THEN
            before := CASE WHEN rule.is_exclusive THEN base ELSE stacked END;
            best := NULL;
        END IF;
        left_over := CASE rule.reward_type
            WHEN 'percentage' THEN before - div(before::numeric * rule.value + 5000, 10000)::bigint
            WHEN 'fixed' THEN greatest(0, before - rule.value)
            ELSE least(before, rule.value)
        END;
        IF best IS NULL OR left_over < best THEN
            best := left_over;
            best_rule := rule.rule_id;
        END IF;
        following := rules[place + 1];
        IF place < cardinality(rules) AND following.promotion_id = rule.promotion_id THEN
            CONTINUE;
        END IF;
        IF rule.is_exclusive AND best < alone THEN
            alone := best;
            alone_steps := jsonb_build_array(jsonb_build_object(
                'promotion', rule.promotion_id, 'rule', best_rule, 'amount', before - best));
        ELSIF NOT rule.is_exclusive AND best < before THEN
            stacked := best;
            together := together || jsonb_build_object(
                'promotion', rule.promotion_id, 'rule', best_rule, 'amount', before - best);
        END IF;
    END LOOP;
    IF alone <= stacked THEN
        amount := alone;
        steps := alone_steps;
    ELSE
        amount := stacked;
        steps := together;
    END IF;
END
$$
"""

# The intervals of a price between the moments at which a rule begins or ends. What is over is not cut any more.
SPANS = """
CREATE FUNCTION promotions_spans(base bigint, rules promotions_cataloguerule[])
RETURNS TABLE (valid_from timestamptz, valid_until timestamptz, amount bigint, steps jsonb)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE
    bounds timestamptz[];
    moment timestamptz;
BEGIN
    IF rules IS NULL THEN
        RETURN QUERY SELECT '-infinity'::timestamptz, 'infinity'::timestamptz, base, NULL::jsonb;
        RETURN;
    END IF;
    bounds := ARRAY(
        SELECT '-infinity'::timestamptz AS bound
         UNION
        SELECT each.bound
          FROM unnest(rules) AS rule
         CROSS JOIN LATERAL (VALUES (rule.valid_from), (rule.valid_until)) AS each(bound)
         WHERE each.bound > now() AND each.bound < 'infinity'
         ORDER BY bound
    );
    FOR place IN 1..cardinality(bounds) LOOP
        valid_from := bounds[place];
        valid_until := coalesce(bounds[place + 1], 'infinity');
        moment := greatest(valid_from, now());
        SELECT cut.amount, cut.steps INTO amount, steps
          FROM promotions_cut(base, ARRAY(
                SELECT rules[index]
                  FROM generate_subscripts(rules, 1) AS index
                 WHERE rules[index].valid_from <= moment AND rules[index].valid_until > moment
                 ORDER BY index
               )) AS cut;
        RETURN NEXT;
    END LOOP;
END
$$
"""

# Two writers of one product wait for each other at its row, and who comes second reads what the first has written. As
# for cards, products are looked up one by one, whatever PostgreSQL believes of its tables.
PRICE = """
CREATE FUNCTION promotions_price_products(ids uuid[]) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    cards_are text := current_setting('handcart.read_rows', true);
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    -- Whoever has the prices made refreshes the cards right after.
    PERFORM set_config('handcart.read_rows', 'later', true);
    WITH fresh AS MATERIALIZED (
        SELECT variant.id AS variant_id, product.id AS product_id, listing.channel_id, span.amount,
               coalesce(listing.compare_at_amount, listing.price_amount) AS undiscounted,
               span.valid_from, span.valid_until,
               CASE WHEN span.steps IS NULL THEN 'listing' ELSE 'promotion' END AS source, span.steps
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
         CROSS JOIN LATERAL (
                SELECT * FROM catalog_variantchannellisting AS one WHERE one.variant_id = variant.id OFFSET 0
               ) AS listing
         CROSS JOIN LATERAL (
                SELECT array_agg(rule ORDER BY rule.priority DESC, rule.promotion_id, rule.rule_id) AS rules
                  FROM promotions_cataloguerule AS rule
                 WHERE rule.channel_id = listing.channel_id AND rule.valid_until > now()
                   AND (rule.has IS NULL OR good.terms && rule.has)
                   AND (rule.predicate IS NULL OR promotions_holds(rule.predicate, good.terms))
               ) AS matching
         CROSS JOIN LATERAL promotions_spans(listing.price_amount, matching.rules) AS span
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
           (variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, steps)
    SELECT variant_id, product_id, channel_id, amount, undiscounted, valid_from, valid_until, source, steps
      FROM fresh
     ORDER BY variant_id, channel_id, valid_from
        ON CONFLICT (variant_id, channel_id, valid_from) DO UPDATE
       SET amount = excluded.amount, undiscounted = excluded.undiscounted, valid_until = excluded.valid_until,
           source = excluded.source, steps = excluded.steps
     WHERE (price.amount, price.undiscounted, price.valid_until, price.source, price.steps)
           IS DISTINCT FROM
           (excluded.amount, excluded.undiscounted, excluded.valid_until, excluded.source, excluded.steps);
    PERFORM set_config('handcart.read_rows', coalesce(cards_are, ''), true);
END
$$
"""

# In the transaction of the price, however many there are and whenever cards are refreshed.
ENTER = """
CREATE OR REPLACE FUNCTION catalog_enter_prices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    cards_later boolean := current_setting('handcart.read_rows', true) IS NOT DISTINCT FROM 'later';
BEGIN
    IF EXISTS (SELECT FROM promotions_cataloguerule) THEN
        ids := ARRAY(
            SELECT DISTINCT variant.product_id
              FROM after_it AS written
              JOIN catalog_productvariant AS variant ON variant.id = written.variant_id
        );
        IF cards_later OR cardinality(ids) > 100 THEN
            PERFORM promotions_price_products(ids);
        END IF;
        IF NOT cards_later THEN
            PERFORM catalog_touch_cards(ids);
        END IF;
        RETURN NULL;
    END IF;
"""
# Every product that a list of ids leads to, whatever they are ids of (CatalogueRule.has).
SCOPE = """
CREATE FUNCTION promotions_in_scope(has uuid[]) RETURNS TABLE (product_id uuid) LANGUAGE sql STABLE AS $$
    SELECT product.id FROM catalog_product AS product WHERE product.id = ANY($1) OR product.product_type_id = ANY($1)
     UNION
    SELECT variant.product_id FROM catalog_productvariant AS variant WHERE variant.id = ANY($1)
     UNION
    SELECT product.id
      FROM catalog_product AS product
     WHERE product.category_id IN (SELECT category.id FROM catalog_category AS category WHERE category.ancestors && $1)
     UNION
    SELECT place.product_id FROM catalog_collectionproduct AS place WHERE place.collection_id = ANY($1)
     UNION
    SELECT own.product_id FROM catalog_productattributevalue AS own WHERE own.value_id = ANY($1)
     UNION
    SELECT variant.product_id
      FROM catalog_variantattributevalue AS own
      JOIN catalog_productvariant AS variant ON variant.id = own.variant_id
     WHERE own.value_id = ANY($1)
$$
"""
LOCKED = "    PERFORM FROM catalog_product WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;\n"
PRICED = """    IF EXISTS (SELECT FROM promotions_cataloguerule) THEN
        PERFORM promotions_price_products(ids);
    END IF;
"""


def replacing(text: str) -> str:
    """A function that exists already."""
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    yield HOLDS, "DROP FUNCTION promotions_holds(jsonb, uuid[])"
    yield CUT, "DROP FUNCTION promotions_cut(bigint, promotions_cataloguerule[])"
    yield SPANS, "DROP FUNCTION promotions_spans(bigint, promotions_cataloguerule[])"
    yield PRICE, "DROP FUNCTION promotions_price_products(uuid[])"
    yield SCOPE, "DROP FUNCTION promotions_in_scope(uuid[])"
    entered = replacing(cards.LISTED_PRICES)
    yield ENTER + entered.split("BEGIN\n", 1)[1], entered
    columns, known, excluded = (
        ", ".join(f"{prefix}{name}" for name in cards.COLUMNS) for prefix in ("", "card.", "excluded.")
    )
    refresh = cards.REFRESH.replace("{columns}", columns).replace("{known}", known).replace("{excluded}", excluded)
    yield replacing(refresh).replace(LOCKED, LOCKED + PRICED, 1), replacing(refresh)


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0001_initial"),
        ("catalog", "0012_promoted_prices"),
    ]

    operations = [migrations.RunSQL(made, undone) for made, undone in statements()]
