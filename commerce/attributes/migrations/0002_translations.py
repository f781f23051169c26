"""Attributes and their values in other languages."""

import django.db.models.deletion
from django.db import migrations, models

import commerce.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("attributes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttributeTranslation",
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
                    "attribute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="attributes.attribute",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attribute", "language"), name="attribute_translation_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeValueTranslation",
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
                ("plain_text", models.TextField(blank=True, null=True)),
                ("rich_text", models.JSONField(blank=True, null=True)),
                (
                    "value",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="attributes.attributevalue",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("value", "language"), name="attribute_value_translation_unique")
                ],
            },
        ),
    ]
