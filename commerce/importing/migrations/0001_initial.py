"""Imports of files: what was asked for, how far it has come, and what was wrong."""

from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = [("channels", "0001_initial"), ("inventory", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CatalogImport",
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
                ("file", models.CharField(help_text="Its name among the private files.", max_length=500)),
                ("original_name", models.CharField(max_length=255)),
                ("encoding", models.CharField(default="utf-8", max_length=50)),
                (
                    "options",
                    models.JSONField(
                        default=dict, help_text="What markets and locations mean, and what its starter may do."
                    ),
                ),
                (
                    "is_dry_run",
                    models.BooleanField(default=False, help_text="Everything is tried and then taken back."),
                ),
                (
                    "is_background",
                    models.BooleanField(default=True, help_text="The workers take it up, and up again after a crash."),
                ),
                ("started_by", models.UUIDField(blank=True, null=True)),
                ("bytes_total", models.BigIntegerField(default=0)),
                ("bytes_read", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                (
                    "position",
                    models.BigIntegerField(default=0, help_text="How many records of the file are dealt with."),
                ),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("warning_count", models.PositiveIntegerField(default=0)),
                (
                    "not_kept",
                    models.JSONField(default=dict, help_text="What the shop has no place for, and how often it came."),
                ),
                ("failure", models.TextField(blank=True, help_text="Why the file as a whole was given up.")),
                ("report_file", models.CharField(blank=True, max_length=500)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="How often it was taken up since it last came on."
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("lease_owner", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="imports", to="channels.channel"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="imports",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="catalog_import_newest"),
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "running"])),
                        fields=["updated_at"],
                        name="catalog_import_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "severity",
                    models.CharField(
                        choices=[("failure", "It kept the object out"), ("warning", "The object came in all the same")],
                        max_length=10,
                    ),
                ),
                ("line", models.IntegerField()),
                ("column", models.TextField(blank=True)),
                ("handle", models.TextField(blank=True)),
                ("reason", models.TextField()),
                (
                    "catalog_import",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="problems", to="importing.catalogimport"),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["catalog_import", "id"], name="import_problem_of_import"),
                ],
            },
        ),
    ]
