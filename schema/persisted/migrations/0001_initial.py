"""Registered documents."""

from django.db import migrations, models

from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PersistedDocument",
            fields=[
                ("id", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("operations", models.CharField(help_text="The names of its operations.", max_length=1000)),
                ("frontend", models.CharField(blank=True, help_text="Who registered it first.", max_length=100)),
                ("registered_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                "ordering": ("-registered_at", "id"),
            },
        ),
    ]
