"""The outbox, and the table of what has to run regularly."""

from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("every_seconds", models.PositiveIntegerField()),
                ("next_run_at", models.DateTimeField(db_default=Now())),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease_owner", models.UUIDField(null=True)),
                ("last_started_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=100)),
                ("aggregate_type", models.CharField(max_length=50)),
                ("aggregate_id", models.UUIDField()),
                ("sequence", models.BigIntegerField()),
                ("channel", models.SlugField(db_index=False, max_length=255, null=True)),
                ("payload", models.JSONField()),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "status",
                    models.CharField(
                        choices=[("PENDING", "Pending"), ("DONE", "Done")], default="PENDING", max_length=10
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=Now())),
                ("failing_since", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease_owner", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "PENDING")), fields=["next_attempt_at"], name="events_event_due"
                    ),
                    models.Index(
                        condition=models.Q(("status", "PENDING")),
                        fields=["aggregate_id", "sequence", "id"],
                        name="events_event_order",
                    ),
                    models.Index(fields=["created_at"], name="events_event_age"),
                ],
            },
        ),
    ]
