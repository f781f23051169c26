"""The catalog in other languages, and the slugs that rows had before."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import commerce.core.ids

# The slugs that rows of a kind give up. A slug belongs to who had it last.
KEEP = """
CREATE FUNCTION catalog_{kind}_keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_{kind}formerslug (slug, {kind}_id) VALUES (OLD.slug, OLD.id)
    ON CONFLICT (slug) DO UPDATE SET {kind}_id = excluded.{kind}_id, until = excluded.until;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER keep_slug AFTER UPDATE OF slug ON catalog_{kind}
FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION catalog_{kind}_keep_slug()
"""


def keeping(kind: str) -> list[migrations.RunSQL]:
    """The function and the trigger of one kind."""
    return [
        migrations.RunSQL(KEEP.format(kind=kind), f"DROP FUNCTION catalog_{kind}_keep_slug()"),
        migrations.RunSQL(TRIGGER.format(kind=kind), f"DROP TRIGGER keep_slug ON catalog_{kind}"),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_products_of_category"),
    ]

    operations = [
        migrations.CreateModel(
            name="CategoryFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_slugs", to="catalog.category"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CollectionFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slugs",
                        to="catalog.collection",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_slugs", to="catalog.product"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(blank=True, max_length=250, null=True)),
                ("slug", models.SlugField(allow_unicode=True, blank=True, db_index=False, max_length=255, null=True)),
                ("description", models.JSONField(blank=True, null=True)),
                ("seo_title", models.CharField(blank=True, max_length=70, null=True)),
                ("seo_description", models.CharField(blank=True, max_length=300, null=True)),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("category", "language"), name="category_translation_unique"),
                    models.UniqueConstraint(fields=("slug", "language"), name="category_translation_slug_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(blank=True, max_length=250, null=True)),
                ("slug", models.SlugField(allow_unicode=True, blank=True, db_index=False, max_length=255, null=True)),
                ("description", models.JSONField(blank=True, null=True)),
                ("seo_title", models.CharField(blank=True, max_length=70, null=True)),
                ("seo_description", models.CharField(blank=True, max_length=300, null=True)),
                (
                    "collection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.collection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("collection", "language"), name="collection_translation_unique"),
                    models.UniqueConstraint(fields=("slug", "language"), name="collection_translation_slug_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductMediaTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("alt", models.CharField(max_length=250)),
                (
                    "media",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.productmedia",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("media", "language"), name="product_media_translation_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(blank=True, max_length=250, null=True)),
                ("slug", models.SlugField(allow_unicode=True, blank=True, db_index=False, max_length=255, null=True)),
                ("description", models.JSONField(blank=True, null=True)),
                ("seo_title", models.CharField(blank=True, max_length=70, null=True)),
                ("seo_description", models.CharField(blank=True, max_length=300, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product", "language"), name="product_translation_unique"),
                    models.UniqueConstraint(fields=("slug", "language"), name="product_translation_slug_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductVariantTranslation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=commerce.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(max_length=255)),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "language"), name="variant_translation_unique")
                ],
            },
        ),
        *(operation for kind in ("product", "category", "collection") for operation in keeping(kind)),
    ]
