"""Gift cards, their accounts, and who has bought them."""

from django.conf import settings
from django.db import migrations, models

from commerce.core.ids import uuid7
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

# The account of a card is written and never rewritten.
STAYS = """
    CREATE FUNCTION giftcards_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the account of a gift card is append-only' USING ERRCODE = 'restrict_violation';
    END $$
"""
ON_CHANGE = """
    CREATE TRIGGER giftcards_entry_stays BEFORE UPDATE OR DELETE ON giftcards_giftcardentry
        FOR EACH ROW EXECUTE FUNCTION giftcards_entry_stays()
"""


class Migration(TablesMigration):
    initial = True
    replaces = [("giftcards", "0002_bought")]
    dependencies = [("accounts", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="GiftCard",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("last_characters", models.CharField(editable=False, max_length=4)),
                ("currency", models.CharField(max_length=3)),
                ("initial_amount", models.BigIntegerField()),
                ("balance", models.BigIntegerField()),
                ("is_active", models.BooleanField(default=True)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, help_text="It pays until then; empty is for ever.", null=True),
                ),
                ("tag", models.CharField(blank=True, max_length=100)),
                ("note", models.TextField(blank=True, help_text="For staff.")),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        help_text="The only one where it pays; empty is every one with its currency.",
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delivered_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When its code was last taken to be sent to the buyer.",
                        null=True,
                    ),
                ),
                ("order_id", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                ("order_line_id", models.UUIDField(blank=True, editable=False, null=True)),
                ("order_unit", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("sealed_code", models.TextField(blank=True, db_default="", default="", editable=False)),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="gift_card_by_age"),
                    models.Index(fields=["tag", "-created_at"], name="gift_card_by_tag"),
                    models.Index(
                        condition=models.Q(
                            ("delivered_at__isnull", False), models.Q(("sealed_code", ""), _negated=True)
                        ),
                        fields=["delivered_at"],
                        name="gift_card_code_is_kept",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0), ("balance__lte", models.F("initial_amount"))),
                        name="gift_card_balance_within",
                    ),
                    models.UniqueConstraint(fields=("order_line_id", "order_unit"), name="gift_card_once_per_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GiftCardEntry",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("held", "Held"),
                            ("redeemed", "Redeemed"),
                            ("given_back", "Given Back"),
                            ("adjusted", "Adjusted"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="Minor units; 0 where an order takes over what was held for its cart."
                    ),
                ),
                ("checkout_id", models.UUIDField(blank=True, null=True)),
                ("order_id", models.UUIDField(blank=True, null=True)),
                ("card", models.ForeignKey(on_delete=models.PROTECT, related_name="entries", to="giftcards.giftcard")),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(fields=["card", "created_at", "id"], name="gift_card_account"),
                ],
                "verbose_name_plural": "gift card entries",
            },
        ),
        migrations.CreateModel(
            name="GiftCardHold",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("checkout_id", models.UUIDField()),
                ("order_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("amount", models.BigIntegerField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("card", models.ForeignKey(on_delete=models.PROTECT, related_name="holds", to="giftcards.giftcard")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="gift_card_hold_by_expiry",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("checkout_id", "card"), name="gift_card_hold_once_per_cart"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="gift_card_hold_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("order_id__isnull", True), ("expires_at__isnull", True), _connector="OR"),
                        name="gift_card_hold_kept_by_order",
                    ),
                ],
            },
        ),
        run(STAYS, ON_CHANGE),
    ]
