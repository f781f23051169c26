"""Tax classes, the rates that places put on them, and how each channel taxes."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("taxes", "0003_postal_codes")]
    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="TaxClass",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=250, unique=True)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="The name that an outside tax service has for it.", max_length=100
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tax classes",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2)),
                ("percent", models.DecimalField(decimal_places=4, max_digits=7)),
                (
                    "area",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="A state or province as addresses spell it.",
                        max_length=128,
                    ),
                ),
                (
                    "tax_class",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: whatever has no class, or one without a rate here.",
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="rates",
                        to="taxes.taxclass",
                    ),
                ),
                ("code_from", models.CharField(db_default="", default="", editable=False, max_length=40)),
                ("code_to", models.CharField(db_default="", default="", editable=False, max_length=40)),
                (
                    "postal_end",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="The last postal code; empty: those that begin as the first.",
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                (
                    "postal_start",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="The first postal code, or what they begin with, e.g. 35; empty: all of them.",
                        max_length=20,
                        verbose_name="postal codes from",
                    ),
                ),
            ],
            options={
                "ordering": ["country", "area", "code_from", "tax_class__name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 0), ("percent__lte", 100)), name="tax_percent_sane"
                    ),
                    models.UniqueConstraint(
                        fields=("country", "area", "code_from", "code_to", "tax_class"),
                        name="tax_rate_of_place_unique",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceAnswer",
            fields=[
                ("cart_id", models.UUIDField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("answered", "Answered"), ("failed", "Failed")], max_length=10
                    ),
                ),
                ("answer", models.JSONField(null=True)),
                ("until", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="TaxClassAssignment",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "product",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="+", to="catalog.product"
                    ),
                ),
                (
                    "product_type",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="+", to="catalog.producttype"
                    ),
                ),
                (
                    "tax_class",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="assignments", to="taxes.taxclass"),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("product__isnull", False), ("product_type__isnull", True)),
                            models.Q(("product__isnull", True), ("product_type__isnull", False)),
                            _connector="OR",
                        ),
                        name="tax_class_of_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxConfiguration",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                (
                    "mode",
                    models.CharField(
                        choices=[("per_line", "Per line"), ("per_total", "Per total")],
                        default="per_line",
                        help_text="Work tax out of each line, or once for each rate of the total.",
                        max_length=20,
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("half_up", "Half up"),
                            ("half_even", "Half even"),
                            ("half_down", "Half down"),
                            ("down", "Down"),
                            ("up", "Up"),
                        ],
                        default="half_up",
                        max_length=20,
                    ),
                ),
                (
                    "reverse_charge",
                    models.BooleanField(
                        default=False, help_text="Businesses in other EU countries who give a VAT id pay no tax."
                    ),
                ),
                (
                    "seat_country",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Where the seller sits; the channel's country if empty.",
                        max_length=2,
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The tax service that is asked; empty: the rates kept here.",
                        max_length=100,
                    ),
                ),
                (
                    "fallback",
                    models.CharField(
                        choices=[("own_rates", "Own rates"), ("refuse", "Refuse")],
                        default="own_rates",
                        help_text="When the service cannot be asked: use the rates kept here, or sell nothing until it can.",
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=models.CASCADE, related_name="tax_configuration", to="channels.channel"
                    ),
                ),
                (
                    "default_class",
                    models.ForeignKey(
                        blank=True,
                        help_text="For what has none.",
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="+",
                        to="taxes.taxclass",
                    ),
                ),
                (
                    "shipping_class",
                    models.ForeignKey(
                        blank=True,
                        help_text="For deliveries.",
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="+",
                        to="taxes.taxclass",
                    ),
                ),
            ],
            options={
                "ordering": ["channel"],
            },
        ),
        migrations.CreateModel(
            name="CustomerTaxes",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("vat_id", models.CharField(blank=True, default="", max_length=14)),
                ("is_exempt", models.BooleanField(default=False)),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", help_text="E.g. the number of a certificate.", max_length=250
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(on_delete=models.CASCADE, related_name="taxes", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name_plural": "taxes of customers",
                "ordering": ["user"],
            },
        ),
    ]
