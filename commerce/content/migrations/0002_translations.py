"""Pages and menus in other languages, and the slugs that pages had before."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import commerce.core.ids

catalog = import_module("commerce.catalog.migrations.0005_beside_products")

KEEP = """
CREATE FUNCTION content_page_keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO content_pageformerslug (slug, page_id) VALUES (OLD.slug, OLD.id)
    ON CONFLICT (slug) DO UPDATE SET page_id = excluded.page_id, until = excluded.until;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER keep_slug AFTER UPDATE OF slug ON content_page
FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION content_page_keep_slug()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                (
                    "until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="When it was given up."
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_slugs", to="content.page"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MenuItemTranslation",
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
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="content.menuitem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "language"), name="menu_item_translation_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="PageFormerTranslatedSlug",
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
                    "page",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_translated_slugs",
                        to="content.page",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="page_former_translated_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="PageTranslation",
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
                ("title", models.CharField(blank=True, max_length=250, null=True)),
                ("slug", models.SlugField(allow_unicode=True, blank=True, db_index=False, max_length=255, null=True)),
                ("content", models.JSONField(blank=True, null=True)),
                ("seo_title", models.CharField(blank=True, max_length=70, null=True)),
                ("seo_description", models.CharField(blank=True, max_length=300, null=True)),
                (
                    "page",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="content.page",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("page", "language"), name="page_translation_unique"),
                    models.UniqueConstraint(fields=("slug", "language"), name="page_translation_slug_unique"),
                ],
            },
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION content_page_keep_slug()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER keep_slug ON content_page"),
        *catalog.keeping_translated("content", "page"),
    ]
