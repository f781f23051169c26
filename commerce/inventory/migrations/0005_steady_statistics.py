"""What buyers do to stock and reservations leads to no new plans.

Both tables change with every purchase and stay what they are: so many rows, so many of each product. Analyzing or
vacuuming them every few seconds would tell PostgreSQL nothing, and make every session plan all statements about them
anew each time. What is dead among the reservations is cleared away by who reads the page.
"""

from django.db import migrations

from commerce.core.migrations.statements import run


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_taken_at_commit")]

    operations = [
        run(
            "ALTER TABLE inventory_stock SET (autovacuum_analyze_threshold = 2000)",
            "ALTER TABLE inventory_reservation SET (autovacuum_analyze_threshold = 2000)",
            "ALTER TABLE inventory_reservation SET (autovacuum_vacuum_threshold = 1000)",
        ),
    ]
