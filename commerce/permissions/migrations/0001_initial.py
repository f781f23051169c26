"""Groups of staff and what they may do."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("permissions", "0005_permission_of_gift_cards")]
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="StaffGroup",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=150, unique=True)),
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
                ("channels", models.ManyToManyField(blank=True, related_name="staff_groups", to="channels.channel")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
    ]
