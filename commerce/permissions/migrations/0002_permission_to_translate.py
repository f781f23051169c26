"""One permission more."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staffgroup",
            name="permissions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("manage_channels", "Manage channels"),
                        ("manage_products", "Manage products"),
                        ("manage_translations", "Manage translations"),
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
                    ],
                    max_length=50,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
    ]
