"""Entered prices are looked up variant by variant, whatever PostgreSQL believes of its tables.

Without the fence (OFFSET 0) the function is planned together with whoever calls it, and where the caller has switched
hash joins off, the prices of the whole catalogue were read for a few products.
"""

from importlib import import_module

from django.db import migrations

BASE: str = import_module("commerce.pricing.migrations.0002_effective_prices").BASE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
)
FENCED = BASE.replace(
    "FROM catalog_variantchannellisting AS listing",
    "FROM (SELECT * FROM catalog_variantchannellisting AS one WHERE one.variant_id = $1 OFFSET 0) AS listing",
).replace("     WHERE listing.variant_id = $1\n", "")


class Migration(migrations.Migration):
    dependencies = [("pricing", "0003_promoted_prices")]

    operations = [migrations.RunSQL(FENCED, BASE)]
