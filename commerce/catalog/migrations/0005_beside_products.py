"""What stands beside products: relations by hand, and the rule for those that nobody has picked. Former translated slugs.

The index that the rule looks along is built as those of 0002 are.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import commerce.core.ids

# The slugs that translations give up. A translation that goes with its owner leaves nothing behind.
KEEP_TRANSLATED = """
CREATE FUNCTION {app}_{kind}_keep_translated_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {app}_{kind}formertranslatedslug (slug, language, {kind}_id)
    SELECT OLD.slug, OLD.language, OLD.{kind}_id
     WHERE EXISTS (SELECT FROM {app}_{kind} WHERE id = OLD.{kind}_id)
    ON CONFLICT (slug, language) DO UPDATE SET {kind}_id = excluded.{kind}_id, until = excluded.until;
    RETURN NULL;
END
$$
"""
ON_UPDATE = """
CREATE TRIGGER keep_slug AFTER UPDATE OF slug, language ON {app}_{kind}translation
FOR EACH ROW WHEN (OLD.slug IS NOT NULL AND (OLD.slug, OLD.language) IS DISTINCT FROM (NEW.slug, NEW.language))
EXECUTE FUNCTION {app}_{kind}_keep_translated_slug()
"""
ON_DELETE = """
CREATE TRIGGER keep_slug_of_deleted AFTER DELETE ON {app}_{kind}translation
FOR EACH ROW WHEN (OLD.slug IS NOT NULL) EXECUTE FUNCTION {app}_{kind}_keep_translated_slug()
"""
OWNER = """
ALTER TABLE {app}_{kind}formertranslatedslug ADD CONSTRAINT {kind}_former_translated_slug_owner
FOREIGN KEY ({kind}_id) REFERENCES {app}_{kind} (id) ON DELETE CASCADE
"""


def keeping_translated(app: str, kind: str) -> list[migrations.RunSQL]:
    """The foreign key, the function and the triggers of one kind."""
    names = {"app": app, "kind": kind}
    table = f"{app}_{kind}translation"
    former = f"{app}_{kind}formertranslatedslug"
    return [
        migrations.RunSQL(
            OWNER.format(**names), f"ALTER TABLE {former} DROP CONSTRAINT {kind}_former_translated_slug_owner"
        ),
        migrations.RunSQL(KEEP_TRANSLATED.format(**names), f"DROP FUNCTION {app}_{kind}_keep_translated_slug()"),
        migrations.RunSQL(ON_UPDATE.format(**names), f"DROP TRIGGER keep_slug ON {table}"),
        migrations.RunSQL(ON_DELETE.format(**names), f"DROP TRIGGER keep_slug_of_deleted ON {table}"),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("attributes", "0003_references_to_pages"),
        ("catalog", "0004_cards"),
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
        migrations.CreateModel(
            name="CategoryFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="category_former_translated_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.collection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="collection_former_translated_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="product_former_translated_slug")
                ],
            },
        ),
        *(
            operation
            for kind in ("product", "category", "collection")
            for operation in keeping_translated("catalog", kind)
        ),
    ]
