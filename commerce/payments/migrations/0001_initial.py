"""Attempts to pay, the ledger of what became of them, and queued after-work."""

from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("checkout_id", models.UUIDField(db_index=True)),
                ("order_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("gateway", models.CharField(max_length=100)),
                ("action", models.CharField(choices=[("authorize", "Authorize"), ("charge", "Charge")], max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "submitted"),
                            ("action_required", "action required"),
                            ("pending", "pending"),
                            ("authorized", "authorized"),
                            ("charged", "charged"),
                            ("declined", "declined"),
                            ("voided", "voided"),
                            ("refunded", "refunded"),
                            ("unknown", "unknown"),
                        ],
                        default="submitted",
                        max_length=20,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "key",
                    models.CharField(
                        help_text="Idempotency key that the gateway is given.", max_length=100, unique=True
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, help_text="The gateway's own name for the payment.", max_length=250),
                ),
                (
                    "client_data",
                    models.JSONField(blank=True, help_text="What the browser needs for the next step.", null=True),
                ),
                ("message", models.CharField(blank=True, max_length=500)),
                ("authorized_amount", models.BigIntegerField(default=0)),
                ("charged_amount", models.BigIntegerField(default=0)),
                ("refunded_amount", models.BigIntegerField(default=0)),
                ("submitted_at", models.DateTimeField()),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, help_text="Until then its claimant may be calling.", null=True),
                ),
                (
                    "calls",
                    models.PositiveIntegerField(default=1, help_text="How many requests its claimants have made."),
                ),
                ("abandoned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "frozen",
                    models.JSONField(blank=True, default=dict, help_text="What the shopper was shown when they paid."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("order_id", None),
                            (
                                "state__in",
                                ["action_required", "authorized", "charged", "pending", "submitted", "unknown"],
                            ),
                        ),
                        fields=["updated_at"],
                        name="attempt_unsettled",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("abandoned_at", None),
                            (
                                "state__in",
                                ["action_required", "authorized", "charged", "pending", "submitted", "unknown"],
                            ),
                        ),
                        fields=("checkout_id",),
                        name="attempt_one_live_per_checkout",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="attempt_amount_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("refunded_amount__lte", models.F("charged_amount"))),
                        name="attempt_refund_not_above_charge",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=100)),
                ("reference", models.CharField(blank=True, max_length=250)),
                ("type", models.CharField(max_length=40)),
                ("sequence", models.IntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("message", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "attempt",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="events", to="payments.paymentattempt"),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gateway", "attempt", "reference", "type", "sequence"), name="payment_event_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentOperation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("capture", "Capture"), ("void", "Void"), ("refund", "Refund")], max_length=10
                    ),
                ),
                ("amount", models.BigIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("done", "Done"), ("failed", "Failed")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("message", models.CharField(blank=True, max_length=500)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="operations", to="payments.paymentattempt"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["next_try_at"], name="operation_pending"
                    ),
                ],
            },
        ),
    ]
