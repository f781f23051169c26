"""Stock in several rows, limits of what may be promised beyond it, preorders, and who is told that it runs low."""

from collections.abc import Iterator
from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

cards = import_module("commerce.catalog.migrations.0004_cards")
bundles = import_module("commerce.catalog.migrations.0009_bundles")
first = import_module("commerce.inventory.migrations.0002_cards")
parts = import_module("commerce.inventory.migrations.0003_bundles")

# What cards ask about stock, and what they ask now: limits count, and so do preorders of the channel itself.
ASKED = {
    "(stock.oversellable OR stock.on_hand > stock.reserved)": (
        "(stock.oversellable OR stock.on_hand + stock.backorder_limit > stock.reserved)"
        " AND (stock.channel_id IS NULL OR stock.channel_id = channel)"
    ),
    "greatest(0, stock.on_hand - stock.reserved)": (
        "greatest(0, stock.on_hand + stock.backorder_limit - stock.reserved)"
    ),
    "WHERE stock.variant_id = it.id)": (
        "WHERE stock.variant_id = it.id AND (stock.channel_id IS NULL OR stock.channel_id = channel))"
    ),
}
FLIPPED_TRIGGER = """
CREATE TRIGGER touch_cards_flip AFTER UPDATE OF on_hand, reserved, oversellable, backorder_limit, channel_id
ON inventory_stock FOR EACH ROW
WHEN (
    (OLD.oversellable OR OLD.on_hand + OLD.backorder_limit > OLD.reserved)
    IS DISTINCT FROM (NEW.oversellable OR NEW.on_hand + NEW.backorder_limit > NEW.reserved)
    OR OLD.channel_id IS DISTINCT FROM NEW.channel_id
)
EXECUTE FUNCTION inventory_stock_flipped()
"""
MOVED = """WHERE (after_it.oversellable, after_it.on_hand - after_it.reserved)
            IS DISTINCT FROM (before_it.oversellable, before_it.on_hand - before_it.reserved)"""
MOVED_WITH_LIMITS = """WHERE (after_it.oversellable, after_it.on_hand + after_it.backorder_limit - after_it.reserved,
                after_it.channel_id)
            IS DISTINCT FROM (before_it.oversellable, before_it.on_hand + before_it.backorder_limit - before_it.reserved,
                before_it.channel_id)"""
# Buyers only ever add a row here, and only where there is little left.
DUE = """
CREATE FUNCTION inventory_level_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_duelevel (variant_id, warehouse_id, free_before)
    VALUES (NEW.variant_id, NEW.warehouse_id, OLD.on_hand - OLD.reserved);
    RETURN NULL;
END
$$
"""
DUE_TRIGGER = """
CREATE TRIGGER level_due AFTER UPDATE OF on_hand, reserved, low_stock_threshold ON inventory_stock FOR EACH ROW
WHEN (
    NEW.channel_id IS NULL
    AND (OLD.on_hand - OLD.reserved, OLD.low_stock_threshold)
        IS DISTINCT FROM (NEW.on_hand - NEW.reserved, NEW.low_stock_threshold)
    AND least(OLD.on_hand - OLD.reserved, NEW.on_hand - NEW.reserved)
        <= greatest(0, OLD.low_stock_threshold, NEW.low_stock_threshold)
)
EXECUTE FUNCTION inventory_level_due()
"""


def replacing(text: str) -> str:
    """The statement for a function that is there already."""
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def asking(text: str) -> str:
    """The same question with limits and preorders."""
    for before, now in ASKED.items():
        if before not in text:
            raise AssertionError(f"nothing asks {before}")
        text = text.replace(before, now)
    return text


def statements() -> Iterator[tuple[str, str]]:
    """Every statement with the one that takes it back."""
    in_stock = replacing(cards.IN_STOCK).replace("BEGIN\n", bundles.OF_BUNDLES, 1)
    yield asking(in_stock), in_stock
    yield "DROP TRIGGER touch_cards_flip ON inventory_stock", first.FLIPPED_TRIGGER
    yield FLIPPED_TRIGGER, "DROP TRIGGER touch_cards_flip ON inventory_stock"
    moved = replacing(parts.PARTS_MOVED)
    yield moved.replace(MOVED, MOVED_WITH_LIMITS), moved
    yield DUE, "DROP FUNCTION inventory_level_due()"
    yield DUE_TRIGGER, "DROP TRIGGER level_due ON inventory_stock"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0011_backorder_limit"),
        ("channels", "0001_initial"),
        ("inventory", "0004_collection_points"),
    ]

    operations = [
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="stock",
            name="stock_unique",
        ),
        migrations.RemoveConstraint(
            model_name="stock",
            name="stock_not_oversold",
        ),
        migrations.AddField(
            model_name="stock",
            name="backorder_limit",
            field=models.IntegerField(
                db_default=0, default=0, help_text="So many units may be promised beyond what is on hand."
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose preorders.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="preorders",
                to="channels.channel",
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="is_closed",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Gets no more units: the shard is kept for what it has promised.",
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="low_stock_threshold",
            field=models.IntegerField(
                blank=True, help_text="Partners are told when so many units or fewer are left to promise.", null=True
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="overdrawn",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="Units that were promised under a rule that is no longer: they stay promised, and no more are.",
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="preorder_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stock",
            name="shard",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="note",
            field=models.CharField(blank=True, db_default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="stock",
            name="oversellable",
            field=models.BooleanField(
                default=False,
                help_text="Copy of the variant's rule: may be promised beyond what is on hand without end.",
            ),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.UniqueConstraint(fields=("warehouse", "variant", "shard"), name="stock_shard_unique"),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel__isnull", False)),
                fields=("variant", "channel"),
                name="stock_preorder_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(("backorder_limit__gte", 0), ("overdrawn__gte", 0)),
                name="stock_allowances_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("oversellable", True),
                    (
                        "reserved__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("on_hand"), "+", models.F("backorder_limit")
                            ),
                            "+",
                            models.F("overdrawn"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="stock_promised_within_limits",
            ),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel__isnull", True), ("preorder_until__isnull", True)),
                    models.Q(
                        ("channel__isnull", False), ("on_hand", 0), ("preorder_until__isnull", False), ("shard__gt", 0)
                    ),
                    _connector="OR",
                ),
                name="stock_preorder_has_an_end",
            ),
        ),
        migrations.AddField(
            model_name="stocklevel",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.productvariant"
            ),
        ),
        migrations.AddField(
            model_name="stocklevel",
            name="warehouse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inventory.warehouse"
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.UniqueConstraint(fields=("variant", "warehouse"), name="stock_level_unique"),
        ),
        *[migrations.RunSQL(made, undone) for made, undone in statements()],
    ]
