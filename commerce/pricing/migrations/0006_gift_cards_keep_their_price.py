"""Catalogue promotions leave gift cards alone: they are money, and money is not sold below its worth."""

from importlib import import_module

from django.db import migrations

promoted = import_module("commerce.pricing.migrations.0003_promoted_prices")
faster = import_module("commerce.pricing.migrations.0005_faster_sales")

MAKE: str = promoted.replacing(faster.changed(promoted.MAKE, faster.MADE))
BUT_OF_GIFT_CARDS: str = faster.changed(
    MAKE,
    [
        (
            "                 WHERE rule.channel_id = base.channel_id AND rule.valid_until > now()",
            """                 WHERE NOT EXISTS (
                        SELECT FROM catalog_producttype AS its_type
                         WHERE its_type.id = product.product_type_id AND its_type.kind = 'gift_card'
                       )
                   AND rule.channel_id = base.channel_id AND rule.valid_until > now()""",
        )
    ],
)


class Migration(migrations.Migration):
    dependencies = [("pricing", "0005_faster_sales"), ("catalog", "0014_gift_cards")]

    operations = [migrations.RunSQL(BUT_OF_GIFT_CARDS, MAKE)]
