"""Pages of a category by name and by date; built beside running sales, outside of a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "product", models.Index(fields=["category", "sort_name", "id"], name="product_of_category_by_name")
        ),
        AddIndexConcurrently(
            "product", models.Index(fields=["category", "created_at", "id"], name="product_of_category_by_date")
        ),
    ]
