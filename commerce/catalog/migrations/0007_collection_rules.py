"""Rules of collections: the function that weighs products, and the triggers that ask it about those that are written."""

from collections.abc import Iterator

from django.db import migrations, models

from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration
from commerce.core.migrations.triggers import trigger

# Whether a product is what a rule asks for (commerce.catalog.collection_rules).
MATCHES = """
CREATE FUNCTION catalog_rule_matches(rule jsonb, product catalog_product) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
    wants_all boolean := rule->>'match' = 'all';
    wanted jsonb;
    holds boolean;
BEGIN
    FOR wanted IN SELECT jsonb_array_elements(rule->'conditions') LOOP
        CASE wanted->>'kind'
        WHEN 'category' THEN
            holds := EXISTS (
                SELECT FROM catalog_category
                 WHERE id = product.category_id
                   AND ancestors && ARRAY(SELECT jsonb_array_elements_text(wanted->'ids')::uuid));
        WHEN 'product_type' THEN
            holds := wanted->'ids' ? product.product_type_id::text;
        WHEN 'attribute_value' THEN
            holds := EXISTS (
                SELECT FROM catalog_productattributevalue AS has
                 WHERE has.product_id = product.id AND wanted->'ids' ? has.value_id::text
            ) OR EXISTS (
                SELECT FROM catalog_productvariant AS variant
                  JOIN catalog_variantattributevalue AS has ON has.variant_id = variant.id
                 WHERE variant.product_id = product.id AND wanted->'ids' ? has.value_id::text);
        WHEN 'price' THEN
            holds := EXISTS (
                SELECT FROM catalog_productchannellisting AS listing
                 WHERE listing.product_id = product.id AND listing.channel_id = (wanted->>'channel')::uuid
                   AND listing.min_price_amount BETWEEN coalesce((wanted->>'gte')::bigint, 0)
                                                    AND coalesce((wanted->>'lte')::bigint, 9223372036854775807));
        WHEN 'in_stock' THEN
            holds := (wanted->>'value')::boolean = catalog_in_stock(product.id, (wanted->>'channel')::uuid);
        WHEN 'created_within' THEN
            holds := product.created_at > now() - make_interval(days => (wanted->>'days')::int);
        WHEN 'name' THEN
            holds := position(lower(unaccent(wanted->>'contains')) IN product.sort_name) > 0;
        WHEN 'metadata' THEN
            holds := product.metadata ? (wanted->>'key')
                 AND (wanted->>'value' IS NULL OR product.metadata->>(wanted->>'key') = wanted->>'value');
        END CASE;
        holds := coalesce(holds, false);
        IF holds <> wants_all THEN
            RETURN NOT wants_all;
        END IF;
    END LOOP;
    RETURN wants_all;
END
$$
"""
# What products that were written bring for every rule. Of many at once (more than 500) a regular job takes care: NULL
# tells it to. A writer never waits for that job, nor for another writer's rule. A product that is found gets its place
# behind everything that was picked by hand.
KEEP = """
CREATE FUNCTION catalog_keep_rules(written uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF written IS NULL OR NOT EXISTS (SELECT FROM catalog_collectionrule WHERE rule IS NOT NULL) THEN
        RETURN;
    END IF;
    IF cardinality(written) > 500 THEN
        INSERT INTO catalog_collectionrulechange (collection_id) VALUES (NULL);
        RETURN;
    END IF;
    WITH left_behind AS (
        DELETE FROM catalog_collectionproduct AS place
         USING catalog_collectionrule AS ruled, catalog_product AS product
         WHERE place.product_id = ANY(written) AND place.by_rule AND ruled.collection_id = place.collection_id
           AND ruled.rule IS NOT NULL AND product.id = place.product_id
           AND NOT catalog_rule_matches(ruled.rule, product)
        RETURNING place.collection_id
    ), found AS (
        INSERT INTO catalog_collectionproduct (collection_id, product_id, sort_order, by_rule)
        SELECT ruled.collection_id, product.id, 1000000000, true
          FROM catalog_product AS product, catalog_collectionrule AS ruled
         WHERE product.id = ANY(written) AND ruled.rule IS NOT NULL
           AND NOT EXISTS (
                SELECT FROM catalog_collectionproduct AS place
                 WHERE place.collection_id = ruled.collection_id AND place.product_id = product.id)
           AND catalog_rule_matches(ruled.rule, product)
        ON CONFLICT (collection_id, product_id) DO NOTHING
        RETURNING collection_id
    )
    INSERT INTO catalog_collectionrulechange (collection_id)
    SELECT collection_id FROM left_behind UNION SELECT collection_id FROM found;
END
$$
"""

OF_VARIANT = "JOIN catalog_productvariant AS variant ON variant.id = written.variant_id"
# Table -> how its rows lead to their products.
WATCHED = {
    "catalog_product": ("written.id", ""),
    "catalog_productattributevalue": ("written.product_id", ""),
    "catalog_productchannellisting": ("written.product_id", ""),
    "catalog_productvariant": ("written.product_id", ""),
    "catalog_variantattributevalue": ("variant.product_id", OF_VARIANT),
    "catalog_variantchannellisting": ("variant.product_id", OF_VARIANT),
}
WEIGHING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM catalog_keep_rules((SELECT array_agg(DISTINCT {product}) FROM ({written}) AS written {join}));
    RETURN NULL;
END
$$
"""
# An UPDATE may move a row from one product to another: both are weighed.
WRITTEN = {
    "insert": "SELECT * FROM after_it",
    "update": "TABLE before_it UNION ALL TABLE after_it",
    "delete": "SELECT * FROM before_it",
}
# A category that is moved takes the products below it along.
MOVED = """
CREATE FUNCTION catalog_keep_rules_of_categories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM catalog_collectionrule WHERE rule @> '{"conditions": [{"kind": "category"}]}') THEN
        INSERT INTO catalog_collectionrulechange (collection_id) VALUES (NULL);
    END IF;
    RETURN NULL;
END
$$
"""
ON_MOVE = """
CREATE TRIGGER keep_rules_moved AFTER UPDATE OF ancestors ON catalog_category
FOR EACH STATEMENT EXECUTE FUNCTION catalog_keep_rules_of_categories()
"""


def weighing() -> Iterator[str]:
    """What weighs products that are written."""
    for table, (product, join) in WATCHED.items():
        for verb, written in WRITTEN.items():
            if (table, verb) == ("catalog_product", "delete"):
                continue
            function = f"keep_rules_of_{table}_{verb}"
            yield WEIGHING.format(function=function, product=product, written=written, join=join)
            yield trigger(f"keep_rules_{verb}", verb, table, function)


class Migration(TablesMigration):
    replaces = [("catalog", "0006_collection_rules")]
    dependencies = [("catalog", "0006_cards")]

    operations = [
        migrations.CreateModel(
            name="CollectionRule",
            fields=[
                (
                    "collection",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="rule_link",
                        serialize=False,
                        to="catalog.collection",
                    ),
                ),
                (
                    "rule",
                    models.JSONField(
                        blank=True, help_text="As commerce.catalog.collection_rules describes it.", null=True
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True, help_text="When every product is to be weighed against the rule again.", null=True
                    ),
                ),
                (
                    "cursor",
                    models.UUIDField(
                        blank=True, help_text="The last product that was, while that is going on.", null=True
                    ),
                ),
                (
                    "is_settled",
                    models.BooleanField(
                        default=False, help_text="All products have been weighed once against this rule."
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="collection_rule_due"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionRuleChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "collection",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="+",
                        to="catalog.collection",
                    ),
                ),
            ],
        ),
        run(MATCHES, KEEP, *weighing(), MOVED, ON_MOVE),
    ]
