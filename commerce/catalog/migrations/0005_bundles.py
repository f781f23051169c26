"""Bundles: what they are made of, and what keeps the prices of those that cost what their parts do."""

from collections.abc import Iterator

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration
from commerce.core.migrations.triggers import WRITTEN, trigger

# Shoppers see a variant in a channel: what is hidden there, nobody sells as a part of something either.
SHOWS = """
CREATE FUNCTION catalog_shows_variant(variant uuid, channel uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM catalog_productvariant AS it
          JOIN catalog_productchannellisting AS listing
            ON listing.product_id = it.product_id AND listing.channel_id = $2 AND listing.is_published
           AND (listing.published_at IS NULL OR listing.published_at <= statement_timestamp())
          JOIN catalog_variantchannellisting AS price ON price.variant_id = it.id AND price.channel_id = $2
         WHERE it.id = $1
    )
$$
"""

# What the parts cost in each channel where all of them have a price, and less the reduction, rounded half up. Sums that
# no price can be (commerce.core.money.MAX_MINOR) are none.
BUNDLE_PRICES = """
CREATE FUNCTION catalog_bundle_prices(bundles uuid[])
RETURNS TABLE (variant_id uuid, channel_id uuid, amount bigint, total bigint) LANGUAGE sql STABLE AS $$
    SELECT summed.variant_id, summed.channel_id,
           greatest(0, summed.total - div(summed.total * summed.basis_points + 5000, 10000)
                       - coalesce(reduction.amount, 0))::bigint,
           summed.total::bigint
      FROM (
            SELECT pricing.id, pricing.variant_id, pricing.basis_points, price.channel_id,
                   sum(price.price_amount::numeric * part.quantity) AS total, count(*) AS priced
              FROM catalog_bundlepricing AS pricing
              JOIN catalog_bundlecomponent AS part ON part.bundle_id = pricing.variant_id
              JOIN catalog_variantchannellisting AS price ON price.variant_id = part.component_id
             WHERE pricing.variant_id = ANY($1)
             GROUP BY pricing.id, price.channel_id
           ) AS summed
      LEFT JOIN catalog_bundlereduction AS reduction
             ON reduction.pricing_id = summed.id AND reduction.channel_id = summed.channel_id
     WHERE summed.priced = (SELECT count(*) FROM catalog_bundlecomponent AS part
                             WHERE part.bundle_id = summed.variant_id)
       AND summed.total <= 1000000000000000
$$
"""
# The rows of pricing are what two writers of two parts of one bundle wait at: who comes second sums what the first has
# written. Where rows were deleted no price comes into being, since the bundle itself may be going.
PRICE = """
CREATE FUNCTION catalog_price_bundles(bundles uuid[], deleted boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF bundles IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM catalog_bundlepricing WHERE variant_id = ANY(bundles) ORDER BY variant_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE catalog_variantchannellisting AS listing
       SET price_amount = priced.amount, compare_at_amount = nullif(priced.total, priced.amount), updated_at = now()
      FROM catalog_bundle_prices(bundles) AS priced
     WHERE listing.variant_id = priced.variant_id AND listing.channel_id = priced.channel_id
       AND (listing.price_amount, listing.compare_at_amount)
           IS DISTINCT FROM (priced.amount, nullif(priced.total, priced.amount));
    IF NOT deleted THEN
        INSERT INTO catalog_variantchannellisting
               (id, created_at, updated_at, variant_id, channel_id, price_amount, compare_at_amount)
        SELECT gen_random_uuid(), now(), now(), variant_id, channel_id, amount, nullif(total, amount)
          FROM catalog_bundle_prices(bundles)
         ORDER BY variant_id, channel_id
            ON CONFLICT (variant_id, channel_id) DO NOTHING;
    END IF;
    DELETE FROM catalog_variantchannellisting AS listing
     USING catalog_bundlepricing AS pricing
     WHERE pricing.variant_id = ANY(bundles) AND listing.variant_id = pricing.variant_id
       AND NOT EXISTS (
            SELECT FROM catalog_bundle_prices(ARRAY[listing.variant_id]) AS priced
             WHERE priced.channel_id = listing.channel_id
           );
    -- As commerce.catalog.price_range does it.
    UPDATE catalog_productchannellisting AS listing
       SET min_price_amount = priced.low, max_price_amount = priced.high
      FROM (
            SELECT mine.id, min(price.price_amount) AS low, max(price.price_amount) AS high
              FROM catalog_productchannellisting AS mine
              LEFT JOIN catalog_productvariant AS variant ON variant.product_id = mine.product_id
              LEFT JOIN catalog_variantchannellisting AS price
                     ON price.variant_id = variant.id AND price.channel_id = mine.channel_id
             WHERE mine.product_id IN (SELECT product_id FROM catalog_productvariant WHERE id = ANY(bundles))
             GROUP BY mine.id
           ) AS priced
     WHERE listing.id = priced.id
       AND (listing.min_price_amount, listing.max_price_amount) IS DISTINCT FROM (priced.low, priced.high);
END
$$
"""
OF_PARTS = """
SELECT part.bundle_id FROM ({written}) AS written
  JOIN catalog_bundlecomponent AS part ON part.component_id = written.variant_id
"""
# A price that somebody enters for a bundle whose parts make it is made anew, after it has become an effective price.
OF_OTHERS = f"{OF_PARTS} WHERE NOT EXISTS (SELECT FROM after_it AS own WHERE own.variant_id = part.bundle_id)"
OWN = "SELECT pricing.variant_id FROM ({written}) AS written JOIN catalog_bundlepricing AS pricing USING (variant_id)"
OF_PRICING = """
SELECT pricing.variant_id FROM ({written}) AS written
  JOIN catalog_bundlepricing AS pricing ON pricing.id = written.pricing_id
"""
LISTING, COMPONENT = "catalog_variantchannellisting", "catalog_bundlecomponent"
# Table, verb, name -> how the rows that were written lead to bundles. Triggers run in the order of their names: those
# of cards come later (prices are locked before products), and "enter_prices" between the two of one's own price.
PRICED_BY = {
    (LISTING, "insert", "bundle_prices"): OF_OTHERS,
    (LISTING, "update", "bundle_prices"): OF_OTHERS,
    (LISTING, "delete", "bundle_prices"): OF_PARTS,
    (LISTING, "insert", "own_prices"): OWN,
    (LISTING, "update", "own_prices"): OWN,
    (COMPONENT, "insert", "bundle_prices"): "SELECT bundle_id FROM ({written}) AS written",
    (COMPONENT, "update", "bundle_prices"): "SELECT bundle_id FROM ({written}) AS written",
    (COMPONENT, "delete", "bundle_prices"): "SELECT bundle_id FROM ({written}) AS written",
    ("catalog_bundlepricing", "insert", "bundle_prices"): "SELECT variant_id FROM ({written}) AS written",
    ("catalog_bundlepricing", "update", "bundle_prices"): "SELECT variant_id FROM ({written}) AS written",
    ("catalog_bundlereduction", "insert", "bundle_prices"): OF_PRICING,
    ("catalog_bundlereduction", "update", "bundle_prices"): OF_PRICING,
    ("catalog_bundlereduction", "delete", "bundle_prices"): OF_PRICING,
}
PRICING = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM catalog_bundlecomponent) THEN
        PERFORM catalog_price_bundles((SELECT array_agg(bundle) FROM ({bundles}) AS found (bundle)), {deleted});
    END IF;
    RETURN NULL;
END
$$
"""


def pricing() -> Iterator[str]:
    """What makes prices of bundles anew when something is written that they are made of."""
    for (table, verb, name), bundles in PRICED_BY.items():
        function = f"{table}_{verb}_{name}"
        found = bundles.format(written=WRITTEN[verb])
        yield PRICING.format(function=function, bundles=found, deleted="true" if verb == "delete" else "false")
        yield trigger(f"{name}_{verb}", verb, table, function)


class Migration(TablesMigration):
    replaces = [("catalog", "0009_bundles")]
    dependencies = [("catalog", "0004_read_rows"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BundlePricing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "basis_points",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Taken off the sum, in hundredths of a percent; the reduction is rounded half up.",
                        validators=[MaxValueValidator(10000)],
                    ),
                ),
                (
                    "variant",
                    models.OneToOneField(
                        on_delete=models.CASCADE, related_name="bundle_pricing", to="catalog.productvariant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("basis_points__gte", 0), ("basis_points__lte", 10000)),
                        name="bundle_pricing_basis_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BundleReduction",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("amount", models.BigIntegerField(validators=[MinValueValidator(0)])),
                ("channel", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="channels.channel")),
                (
                    "pricing",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="reductions", to="catalog.bundlepricing"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pricing", "channel"), name="bundle_reduction_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="bundle_reduction_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BundleComponent",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "quantity",
                    models.PositiveIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]),
                ),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "bundle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="bundle_components",
                        to="catalog.productvariant",
                    ),
                ),
                (
                    "component",
                    models.ForeignKey(on_delete=models.RESTRICT, related_name="part_of", to="catalog.productvariant"),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("bundle", "component"), name="bundle_component_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("quantity__lte", 1000)),
                        name="bundle_component_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bundle", models.F("component")), _negated=True),
                        name="bundle_component_of_another",
                    ),
                ],
            },
        ),
        run(SHOWS, BUNDLE_PRICES, PRICE, *pricing()),
    ]
