"""Order numbers come from a sequence: drawing one takes no lock and never waits for another order."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE orders_order_number START 1001",
            reverse_sql="DROP SEQUENCE orders_order_number",
        ),
    ]
