"""How rules of catalogue promotions cut a price. Who has prices cut is in pricing's migration 0002_effective_prices.py."""

from django.db import migrations

from commerce.core.migrations.statements import run

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

# The intervals between the moments at which a rule begins or ends, of a price that holds in an interval itself. What is
# over is not cut any more.
SPANS = """
CREATE FUNCTION promotions_spans(
    base bigint, rules promotions_cataloguerule[], since timestamptz, until timestamptz
)
RETURNS TABLE (valid_from timestamptz, valid_until timestamptz, amount bigint, steps jsonb)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE
    bounds timestamptz[];
    moment timestamptz;
BEGIN
    IF rules IS NULL THEN
        RETURN QUERY SELECT since, until, base, NULL::jsonb;
        RETURN;
    END IF;
    bounds := ARRAY(
        SELECT since AS bound
         UNION
        SELECT each.bound
          FROM unnest(rules) AS rule
         CROSS JOIN LATERAL (VALUES (rule.valid_from), (rule.valid_until)) AS each(bound)
         WHERE each.bound > now() AND each.bound > since AND each.bound < until
         ORDER BY bound
    );
    FOR place IN 1..cardinality(bounds) LOOP
        valid_from := bounds[place];
        valid_until := coalesce(bounds[place + 1], until);
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

# Every product that a list of ids leads to, whatever they are ids of (CatalogueRule.has).
IN_SCOPE = """
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


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_translations"), ("promotions", "0001_initial")]

    operations = [run(HOLDS, CUT, SPANS, IN_SCOPE)]
