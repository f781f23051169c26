"""Pages of a category by name, by date and by change.

Built in one transaction, during which products cannot be changed: a second for each 200,000 of them. Beside running
sales it could not be built: processes that wait for their turn to migrate hold snapshots that CONCURRENTLY waits for.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "product", models.Index(fields=["category", "sort_name", "id"], name="product_of_category_by_name")
        ),
        migrations.AddIndex(
            "product", models.Index(fields=["category", "created_at", "id"], name="product_of_category_by_date")
        ),
        migrations.AddIndex(
            "product", models.Index(fields=["category", "updated_at", "id"], name="product_of_category_by_change")
        ),
    ]
