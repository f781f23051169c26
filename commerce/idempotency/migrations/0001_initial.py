"""Answers that are kept so that a repeated request gets the same one."""

from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope", models.CharField(help_text="Schema, actor or checkout, and root field.", max_length=300)),
                ("key", models.CharField(max_length=255)),
                ("input_hash", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done")], default="running", max_length=10
                    ),
                ),
                (
                    "answer",
                    models.JSONField(blank=True, help_text="Ids of the objects and values of the errors.", null=True),
                ),
                ("lease_owner", models.UUIDField()),
                ("lease_until", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=Now(), db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "key"), name="idempotency_key_unique"),
                ],
            },
        ),
    ]
