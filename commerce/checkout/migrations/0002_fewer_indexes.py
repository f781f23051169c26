"""A change of a cart writes into four indexes less."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes are made beside the shop's work

    dependencies = [
        ("accounts", "0002_fewer_indexes"),
        ("channels", "0001_initial"),
        ("checkout", "0001_initial"),
        ("orders", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="checkout",
            index=models.Index(
                condition=models.Q(("user__isnull", False)),
                fields=["user", "channel", "-updated_at"],
                name="checkout_of_user",
            ),
        ),
        AddIndexConcurrently(
            model_name="checkout",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="checkout_merged_into"
            ),
        ),
        RemoveIndexConcurrently(
            model_name="checkout",
            name="checkout_by_user",
        ),
        migrations.AlterField(
            model_name="checkout",
            name="channel",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checkouts",
                to="channels.channel",
            ),
        ),
        migrations.AlterField(
            model_name="checkout",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="A guest's cart whose lines went to the customer's at sign-in; its id leads there.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merged_from",
                to="checkout.checkout",
            ),
        ),
        migrations.AlterField(
            model_name="checkout",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="checkouts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="checkoutdelivery",
            name="checkout",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="checkout.checkout",
            ),
        ),
    ]
