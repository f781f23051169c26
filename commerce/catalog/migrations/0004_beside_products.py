"""What stands beside products: relations by hand, and the rule for those that nobody has picked.

The index that the rule looks along is built as those of 0002 are.
"""

import django.db.models.deletion
from django.db import migrations, models

import commerce.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("attributes", "0003_references_to_pages"),
        ("catalog", "0003_translations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductRelation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("related", "Related"),
                            ("upsell", "Upsell"),
                            ("cross_sell", "Cross Sell"),
                            ("accessory", "Accessory"),
                        ],
                        default="related",
                        max_length=10,
                    ),
                ),
                ("sort_order", models.IntegerField(default=0)),
            ],
            options={
                "ordering": ["sort_order", "id"],
            },
        ),
        migrations.CreateModel(
            name="RelatedProductsRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "category_points",
                    models.PositiveSmallIntegerField(default=4, help_text="For being in the same category."),
                ),
                (
                    "collection_points",
                    models.PositiveSmallIntegerField(default=2, help_text="For each collection that has both."),
                ),
                (
                    "value_points",
                    models.PositiveSmallIntegerField(default=1, help_text="For each attribute value that both have."),
                ),
            ],
        ),
        migrations.AddField(
            model_name="productrelation",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relations",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="productrelation",
            name="related",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="relations_to_it", to="catalog.product"
            ),
        ),
        migrations.AddField(
            model_name="relatedproductsrule",
            name="product_type",
            field=models.OneToOneField(
                blank=True,
                help_text="Empty: for every type without a rule of its own.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="related_products_rule",
                to="catalog.producttype",
            ),
        ),
        migrations.AddIndex(
            model_name="productrelation",
            index=models.Index(fields=["product", "kind", "sort_order", "id"], name="product_relation_order"),
        ),
        migrations.AddConstraint(
            model_name="productrelation",
            constraint=models.UniqueConstraint(fields=("product", "kind", "related"), name="product_relation_unique"),
        ),
        migrations.AddConstraint(
            model_name="productrelation",
            constraint=models.CheckConstraint(
                condition=models.Q(("product", models.F("related")), _negated=True), name="product_relation_to_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedproductsrule",
            constraint=models.UniqueConstraint(
                fields=("product_type",), name="related_products_rule_one_default", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="productattributevalue",
            index=models.Index(fields=["value", "-product"], name="product_attribute_value_newest"),
        ),
    ]
