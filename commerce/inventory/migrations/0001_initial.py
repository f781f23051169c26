"""Warehouses, stock in shards, reservations and movements, and who is told that stock runs low."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    initial = True
    replaces = [("inventory", "0005_shards")]
    dependencies = [("accounts", "0001_initial"), ("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(max_length=255, unique=True)),
                ("name", models.CharField(max_length=250)),
                ("is_active", models.BooleanField(default=True)),
                ("country", models.CharField(max_length=2)),
                (
                    "countries",
                    ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None),
                ),
                (
                    "address",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="accounts.address"
                    ),
                ),
                (
                    "click_and_collect",
                    models.CharField(
                        choices=[
                            ("disabled", "Nothing can be fetched here"),
                            ("local", "What lies here can be fetched"),
                            ("all", "Goods come from other warehouses, too, and are fetched here"),
                        ],
                        default="disabled",
                        max_length=10,
                    ),
                ),
                ("version", models.BigIntegerField(default=1)),
                (
                    "channels",
                    models.ManyToManyField(
                        related_name="warehouses", through="inventory.WarehouseChannel", to="channels.channel"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("click_and_collect", "disabled"), ("address__isnull", False), _connector="OR"
                        ),
                        name="warehouse_collected_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stock",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("on_hand", models.IntegerField(default=0)),
                ("reserved", models.IntegerField(default=0)),
                (
                    "oversellable",
                    models.BooleanField(
                        default=False,
                        help_text="Copy of the variant's rule: may be promised beyond what is on hand without end.",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="stocks", to="catalog.productvariant"),
                ),
                (
                    "warehouse",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="stocks", to="inventory.warehouse"),
                ),
                (
                    "backorder_limit",
                    models.IntegerField(
                        db_default=0, default=0, help_text="So many units may be promised beyond what is on hand."
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose preorders.",
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="preorders",
                        to="channels.channel",
                    ),
                ),
                (
                    "is_closed",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Gets no more units: the shard is kept for what it has promised.",
                    ),
                ),
                (
                    "low_stock_threshold",
                    models.IntegerField(
                        blank=True,
                        help_text="Partners are told when so many units or fewer are left to promise.",
                        null=True,
                    ),
                ),
                (
                    "overdrawn",
                    models.IntegerField(
                        db_default=0,
                        default=0,
                        help_text="Units that were promised under a rule that is no longer: they stay promised, and no more are.",
                    ),
                ),
                ("preorder_until", models.DateTimeField(blank=True, null=True)),
                ("shard", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("on_hand__gte", 0)), name="stock_on_hand_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="stock_reserved_not_negative"
                    ),
                    models.UniqueConstraint(fields=("warehouse", "variant", "shard"), name="stock_shard_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("channel__isnull", False)),
                        fields=("variant", "channel"),
                        name="stock_preorder_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("backorder_limit__gte", 0), ("overdrawn__gte", 0)),
                        name="stock_allowances_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("oversellable", True),
                            (
                                "reserved__lte",
                                models.F("on_hand") + models.F("backorder_limit") + models.F("overdrawn"),
                            ),
                            _connector="OR",
                        ),
                        name="stock_promised_within_limits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel__isnull", True), ("preorder_until__isnull", True)),
                            models.Q(
                                ("channel__isnull", False),
                                ("on_hand", 0),
                                ("preorder_until__isnull", False),
                                ("shard__gt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="stock_preorder_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delta", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("set", "Counted or set by hand"),
                            ("import", "Product import"),
                            ("fulfilled", "Sent to a customer"),
                            ("returned", "Came back"),
                            ("received", "Came in"),
                            ("corrected", "Corrected"),
                            ("damaged", "Damaged"),
                            ("lost", "Lost or stolen"),
                            ("transferred", "Moved between warehouses"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reference", models.UUIDField(blank=True, null=True)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("stock", models.ForeignKey(on_delete=models.CASCADE, related_name="movements", to="inventory.stock")),
                ("note", models.CharField(blank=True, db_default="", max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="WarehouseChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("priority", models.IntegerField(default=0)),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="warehouse_links", to="channels.channel"),
                ),
                (
                    "warehouse",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="channel_links", to="inventory.warehouse"),
                ),
            ],
            options={
                "ordering": ["priority", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "channel"), name="warehouse_channel_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("checkout_id", models.UUIDField(db_index=True)),
                ("checkout_line_id", models.UUIDField()),
                ("quantity", models.PositiveIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "stock",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="reservations", to="inventory.stock"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkout_line_id", "stock"), name="reservation_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="reservation_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("order_id", models.UUIDField(db_index=True)),
                ("order_line_id", models.UUIDField()),
                ("quantity", models.PositiveIntegerField()),
                (
                    "stock",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="allocations", to="inventory.stock"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order_line_id", "stock"), name="allocation_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="allocation_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DueLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variant_id", models.UUIDField()),
                ("warehouse_id", models.UUIDField()),
                ("free_before", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("in", "In stock"), ("low", "Low"), ("out", "Out of stock")], max_length=3
                    ),
                ),
                ("version", models.BigIntegerField(default=1)),
                ("variant", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="catalog.productvariant")),
                ("warehouse", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="inventory.warehouse")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "warehouse"), name="stock_level_unique"),
                ],
            },
        ),
    ]
