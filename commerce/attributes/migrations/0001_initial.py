"""Attributes and their values, in all languages."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("attributes", "0004_for_merchants")]
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attribute",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=250, unique=True)),
                ("name", models.CharField(max_length=250)),
                (
                    "input_type",
                    models.CharField(
                        choices=[
                            ("dropdown", "Dropdown"),
                            ("multiselect", "Multiselect"),
                            ("file", "File"),
                            ("reference", "Reference"),
                            ("single_reference", "Single Reference"),
                            ("numeric", "Numeric"),
                            ("rich_text", "Rich Text"),
                            ("plain_text", "Plain Text"),
                            ("swatch", "Swatch"),
                            ("boolean", "Boolean"),
                            ("date", "Date"),
                            ("date_time", "Date Time"),
                        ],
                        default="dropdown",
                        max_length=20,
                    ),
                ),
                (
                    "entity_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("product", "Product"),
                            ("product_variant", "Product Variant"),
                            ("category", "Category"),
                            ("collection", "Collection"),
                            ("page", "Page"),
                        ],
                        help_text="What a reference points to.",
                        max_length=20,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("visible_in_storefront", models.BooleanField(default=True)),
                ("filterable", models.BooleanField(default=True)),
                ("external_reference", models.CharField(blank=True, max_length=250, null=True, unique=True)),
                (
                    "value_required",
                    models.BooleanField(
                        db_default=False, default=False, help_text="Whatever has it must have a value of it."
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1)),
            ],
            options={
                "ordering": ["slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("input_type__in", ["reference", "single_reference"]), _negated=True),
                            models.Q(("entity_type", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="attribute_reference_names_its_entity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeValue",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=250)),
                ("name", models.CharField(max_length=250)),
                ("sort_order", models.IntegerField(default=0)),
                ("swatch", models.CharField(blank=True, help_text="A colour such as #1e40af.", max_length=20)),
                ("plain_text", models.TextField(blank=True)),
                ("rich_text", models.JSONField(blank=True, null=True)),
                ("boolean", models.BooleanField(blank=True, null=True)),
                ("numeric", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("date_time", models.DateTimeField(blank=True, null=True)),
                ("file_url", models.CharField(blank=True, max_length=500)),
                ("references", ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                (
                    "attribute",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="values", to="attributes.attribute"),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("attribute", "slug"), name="attribute_value_slug_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(max_length=255)),
                (
                    "attribute",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="translations", to="attributes.attribute"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attribute", "language"), name="attribute_translation_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeValueTranslation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag out of commerce.core.languages.", max_length=20)),
                ("name", models.CharField(blank=True, max_length=250, null=True)),
                ("plain_text", models.TextField(blank=True, null=True)),
                ("rich_text", models.JSONField(blank=True, null=True)),
                (
                    "value",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="translations",
                        to="attributes.attributevalue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("value", "language"), name="attribute_value_translation_unique"),
                ],
            },
        ),
    ]
