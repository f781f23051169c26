"""Users, their addresses and customer groups; apps; refresh tokens."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Lower

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("accounts", "0006_permission_of_gift_cards")]
    dependencies = [("channels", "0001_initial"), ("permissions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("first_name", models.CharField(blank=True, max_length=256)),
                ("last_name", models.CharField(blank=True, max_length=256)),
                ("is_staff", models.BooleanField(default=False)),
                ("is_superuser", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("is_confirmed", models.BooleanField(default=False)),
                ("language_code", models.CharField(default="en", max_length=35)),
                (
                    "token_epoch",
                    models.PositiveIntegerField(
                        default=0, help_text="Tokens of an older epoch are no longer accepted."
                    ),
                ),
                (
                    "default_billing_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="accounts.address"
                    ),
                ),
                (
                    "default_shipping_address",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to="accounts.address"
                    ),
                ),
                ("groups", models.ManyToManyField(blank=True, related_name="users", to="permissions.staffgroup")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(Lower("email"), name="user_email_unique_without_case"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("first_name", models.CharField(blank=True, max_length=256)),
                ("last_name", models.CharField(blank=True, max_length=256)),
                ("company_name", models.CharField(blank=True, max_length=256)),
                ("street_address_1", models.CharField(blank=True, max_length=256)),
                ("street_address_2", models.CharField(blank=True, max_length=256)),
                ("city", models.CharField(blank=True, max_length=256)),
                ("city_area", models.CharField(blank=True, max_length=128)),
                ("postal_code", models.CharField(blank=True, max_length=20)),
                ("country", models.CharField(max_length=2)),
                ("country_area", models.CharField(blank=True, max_length=128)),
                ("phone", models.CharField(blank=True, max_length=32)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.CreateModel(
            name="App",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("token_last_4", models.CharField(editable=False, max_length=4)),
                (
                    "permissions",
                    ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("manage_channels", "Manage channels"),
                                ("manage_products", "Manage products"),
                                ("manage_translations", "Manage translations"),
                                ("manage_pages", "Manage pages"),
                                ("manage_menus", "Manage menus"),
                                ("manage_stock", "Manage stock"),
                                ("manage_orders", "Manage orders"),
                                ("manage_checkouts", "Manage checkouts"),
                                ("manage_customers", "Manage customers"),
                                ("manage_staff", "Manage staff"),
                                ("manage_apps", "Manage apps"),
                                ("manage_shipping", "Manage shipping"),
                                ("manage_taxes", "Manage taxes"),
                                ("manage_payments", "Manage payments"),
                                ("manage_webhooks", "Manage webhooks"),
                                ("manage_discounts", "Manage discounts"),
                                ("manage_gift_cards", "Manage gift cards"),
                            ],
                            max_length=50,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("restricted_to_channels", models.BooleanField(default=False)),
                ("channels", models.ManyToManyField(blank=True, related_name="apps", to="channels.channel")),
            ],
        ),
        migrations.CreateModel(
            name="RefreshToken",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("family", models.UUIDField(db_index=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="refresh_tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CustomerGroup",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("name", models.CharField(max_length=150, unique=True)),
                (
                    "customers",
                    models.ManyToManyField(
                        related_name="customer_groups",
                        through="accounts.CustomerGroupMember",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="CustomerGroupMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="group_memberships", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="members", to="accounts.customergroup"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("group", "customer"), name="customer_group_member_unique"),
                ],
            },
        ),
    ]
