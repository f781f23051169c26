"""Stocks are found by warehouse over their unique index."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes are made beside the shop's work

    dependencies = [
        ("catalog", "0007_collection_rules"),
        ("channels", "0001_initial"),
        ("inventory", "0002_cards"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="stock",
            index=models.Index(
                condition=models.Q(("channel__isnull", False)), fields=["channel"], name="stock_of_preorders"
            ),
        ),
        migrations.AlterField(
            model_name="stock",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whose preorders.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="preorders",
                to="channels.channel",
            ),
        ),
        migrations.AlterField(
            model_name="stock",
            name="warehouse",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stocks",
                to="inventory.warehouse",
            ),
        ),
    ]
