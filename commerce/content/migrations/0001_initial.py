"""Pages and menus, their texts in other languages, and the slugs that pages had before."""

from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.slugs import keeping, keeping_translated
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("content", "0002_translations")]
    dependencies = [("attributes", "0001_initial"), ("catalog", "0002_what_is_shown")]

    operations = [
        migrations.CreateModel(
            name="PageType",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("name", models.CharField(max_length=250)),
                (
                    "attributes",
                    models.ManyToManyField(
                        related_name="page_types", through="content.PageTypeAttribute", to="attributes.attribute"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "id"], name="page_type_by_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Menu",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("name", models.CharField(max_length=250)),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="menu_by_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("seo_title", models.CharField(blank=True, max_length=70)),
                ("seo_description", models.CharField(blank=True, max_length=300)),
                ("title", models.CharField(max_length=250)),
                ("content", models.JSONField(blank=True, help_text="Blocks as Editor.js writes them.", null=True)),
                ("is_published", models.BooleanField(default=False)),
                (
                    "published_at",
                    models.DateTimeField(blank=True, help_text="Not shown before; empty means at once.", null=True),
                ),
                ("page_type", models.ForeignKey(on_delete=models.PROTECT, related_name="pages", to="content.pagetype")),
            ],
            options={
                "ordering": ["title", "id"],
                "indexes": [
                    models.Index(fields=["title", "id"], name="page_by_title"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageTypeAttribute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("required", models.BooleanField(default=False)),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "attribute",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="page_type_links", to="attributes.attribute"
                    ),
                ),
                (
                    "page_type",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="attribute_links", to="content.pagetype"),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("page_type", "attribute"), name="page_type_attribute_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MenuItem",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=250)),
                ("sort_order", models.IntegerField(default=0)),
                ("url", models.CharField(blank=True, max_length=2000)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="catalog.category"
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="catalog.collection"
                    ),
                ),
                ("menu", models.ForeignKey(on_delete=models.CASCADE, related_name="items", to="content.menu")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="children", to="content.menuitem"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="content.page"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["menu", "sort_order", "id"], name="menu_item_of_menu"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category__isnull", True), ("collection__isnull", True), ("page__isnull", True)),
                            models.Q(("category__isnull", True), ("collection__isnull", True), ("url", "")),
                            models.Q(("category__isnull", True), ("page__isnull", True), ("url", "")),
                            models.Q(("collection__isnull", True), ("page__isnull", True), ("url", "")),
                            _connector="OR",
                        ),
                        name="menu_item_leads_to_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True), name="menu_item_not_below_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageAttributeValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "page",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="attribute_values", to="content.page"),
                ),
                (
                    "value",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="page_links", to="attributes.attributevalue"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("page", "value"), name="page_attribute_value_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageFormerSlug",
            fields=[
                ("slug", models.SlugField(allow_unicode=True, max_length=255, primary_key=True, serialize=False)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                ("page", models.ForeignKey(on_delete=models.CASCADE, related_name="former_slugs", to="content.page")),
            ],
        ),
        migrations.CreateModel(
            name="MenuItemTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(max_length=255)),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="content.menuitem"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "language"), name="menu_item_translation_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageFormerTranslatedSlug",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=255)),
                ("language", models.CharField(max_length=20)),
                ("until", models.DateTimeField(db_default=Now(), help_text="When it was given up.")),
                (
                    "page",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.CASCADE,
                        related_name="former_translated_slugs",
                        to="content.page",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="page_former_translated_slug"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PageTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
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
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="content.page"
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
        run(*keeping("content", "page"), *keeping_translated("content", "page")),
    ]
