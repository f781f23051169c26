"""A channel may choose a strategy of a plugin."""

from django.db import migrations, models

import commerce.channels.strategies


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_abandoned_carts")]

    operations = [
        migrations.AlterField(
            model_name="channel",
            name="allocation_strategy",
            field=models.CharField(
                choices=commerce.channels.strategies.strategy_choices,
                default="priority",
                help_text="In which order the warehouses are emptied.",
                max_length=100,
            ),
        ),
    ]
