"""The catalog in other languages, and the slugs that rows had before."""

from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.slugs import keeping, keeping_translated
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

KINDS = ("category", "collection", "product")


class Migration(TablesMigration):
    dependencies = [("catalog", "0002_what_is_shown")]

    operations = [
        migrations.CreateModel(
            name="CategoryFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "category",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="former_slugs", to="catalog.category"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CollectionFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "collection",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="former_slugs", to="catalog.collection"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProductFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "product",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="former_slugs", to="catalog.product"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CategoryTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
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
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="catalog.category"
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
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
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
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="catalog.collection"
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
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("alt", models.CharField(max_length=250)),
                (
                    "media",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="catalog.productmedia"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("media", "language"), name="product_media_translation_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
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
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="catalog.product"
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
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(max_length=255)),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="translations",
                        to="catalog.productvariant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "language"), name="variant_translation_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "category",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="category_former_translated_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "collection",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.collection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="collection_former_translated_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.CASCADE,
                        related_name="former_translated_slugs",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="product_former_translated_slug"),
                ],
            },
        ),
        run(*(statement for kind in KINDS for statement in keeping("catalog", kind))),
        run(*(statement for kind in KINDS for statement in keeping_translated("catalog", kind))),
    ]
