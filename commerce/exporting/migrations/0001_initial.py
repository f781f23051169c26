"""Exports that staff ordered."""

from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = [("channels", "0001_initial"), ("inventory", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CatalogExport",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("shopify_csv", "Shopify's product CSV"), ("json_lines", "JSON Lines")], max_length=20
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=20,
                    ),
                ),
                ("options", models.JSONField(default=dict, help_text="Slugs of other markets and locations.")),
                ("objects_written", models.PositiveIntegerField(default=0)),
                ("report", models.JSONField(default=list, help_text="What is not in the file, line by line.")),
                ("failure", models.TextField(blank=True)),
                ("file", models.CharField(blank=True, help_text="Its name among the private files.", max_length=500)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("started_by", models.UUIDField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("lease_owner", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="exports", to="channels.channel"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="exports",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="catalog_export_newest"),
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "running"])),
                        fields=["updated_at"],
                        name="catalog_export_open",
                    ),
                ],
            },
        ),
    ]
