"""Partners' servers, what they are to be told, and what came of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("name", models.CharField(max_length=200)),
                ("url", models.CharField(max_length=2000)),
                ("is_active", models.BooleanField(default=True)),
                ("event_types", ArrayField(base_field=models.CharField(max_length=100), default=list, size=None)),
                (
                    "channels",
                    ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None),
                ),
                ("app_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("custom_headers", models.JSONField(blank=True, default=dict)),
                ("secret", models.CharField(max_length=200)),
                ("previous_secret", models.CharField(blank=True, default="", max_length=200)),
                ("previous_secret_expires_at", models.DateTimeField(blank=True, null=True)),
                ("private_key", models.CharField(blank=True, default="", max_length=200)),
                ("disabled_reason", models.CharField(blank=True, default="", max_length=500)),
                ("failures_in_a_row", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("event_type", models.CharField(max_length=100)),
                ("aggregate_type", models.CharField(max_length=50)),
                ("aggregate_id", models.UUIDField()),
                ("sequence", models.BigIntegerField()),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("DELIVERED", "Delivered"),
                            ("EXHAUSTED", "Exhausted"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="PENDING",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=Now())),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("lease_id", models.UUIDField(blank=True, null=True)),
                ("event", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="events.event")),
                (
                    "endpoint",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="deliveries", to="webhooks.endpoint"),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "PENDING")),
                        fields=["endpoint", "next_attempt_at"],
                        name="webhooks_delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "PENDING")),
                        fields=["endpoint", "aggregate_id", "sequence", "event"],
                        name="webhooks_delivery_order",
                    ),
                    models.Index(
                        condition=models.Q(("leased_until__isnull", False), ("status", "PENDING")),
                        fields=["endpoint", "leased_until"],
                        name="webhooks_delivery_in_flight",
                    ),
                    models.Index(fields=["endpoint", "-created_at"], name="webhooks_delivery_log"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("endpoint", "event"), name="webhooks_delivery_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("url", models.CharField(max_length=2000)),
                ("started_at", models.DateTimeField()),
                ("request_headers", models.JSONField(default=dict)),
                ("response_status", models.PositiveIntegerField(null=True)),
                ("response_headers", models.JSONField(default=dict)),
                ("response_body", models.TextField(blank=True, default="")),
                ("error", models.CharField(blank=True, default="", max_length=1000)),
                ("timings", models.JSONField(default=dict)),
                ("delivery", models.ForeignKey(on_delete=models.CASCADE, related_name="log", to="webhooks.delivery")),
            ],
            options={
                "ordering": ["number", "id"],
                "indexes": [
                    models.Index(fields=["started_at"], name="webhooks_attempt_age"),
                ],
            },
        ),
    ]
