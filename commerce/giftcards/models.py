"""Gift cards: money that was paid to the shop before, and whoever knows the code can pay with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commerce.accounts.models import User
from commerce.channels.models import Channel
from commerce.core.ids import uuid7
from commerce.core.model import Row, VersionedRow


class GiftCard(VersionedRow):
    """A card. Amounts are minor units of `currency`; its code is kept only as a hash (commerce.giftcards.cards).

    One that was bought names the order, the line of it and which of its units; `sealed_code` is its code, encrypted,
    until it has been delivered (commerce.giftcards.delivery).

    `balance` changes together with a GiftCardEntry only: it is the sum of them, and what is not in GiftCardHolds.
    """

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    last_characters = models.CharField(max_length=4, editable=False)
    currency = models.CharField(max_length=3)
    initial_amount = models.BigIntegerField()
    balance = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="It pays until then; empty is for ever.")
    channel = models.ForeignKey(
        Channel,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The only one where it pays; empty is every one with its currency.",
    )
    tag = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True, help_text="For staff.")
    order_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    order_line_id = models.UUIDField(null=True, blank=True, editable=False)
    order_unit = models.PositiveIntegerField(null=True, blank=True, editable=False)
    sealed_code = models.TextField(blank=True, default="", db_default="", editable=False)
    delivered_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its code was last taken to be sent to the buyer."
    )
    created_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="gift_card_by_age"),
            models.Index(fields=["tag", "-created_at"], name="gift_card_by_tag"),
            models.Index(
                fields=["delivered_at"],
                condition=Q(delivered_at__isnull=False) & ~Q(sealed_code=""),
                name="gift_card_code_is_kept",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0, balance__lte=F("initial_amount")), name="gift_card_balance_within"
            ),
            models.UniqueConstraint(fields=["order_line_id", "order_unit"], name="gift_card_once_per_unit"),
        ]

    def __str__(self) -> str:
        return f"…{self.last_characters}"


class GiftCardEntry(models.Model):
    """A line of a card's account: by how much its balance has changed, and for whom. Never changed, never deleted."""

    class Kind(models.TextChoices):
        ISSUED = "issued"
        HELD = "held"
        REDEEMED = "redeemed"
        GIVEN_BACK = "given_back"
        ADJUSTED = "adjusted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    card = models.ForeignKey(GiftCard, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    amount = models.BigIntegerField(help_text="Minor units; 0 where an order takes over what was held for its cart.")
    checkout_id = models.UUIDField(null=True, blank=True)
    order_id = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "gift card entries"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["card", "created_at", "id"], name="gift_card_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class GiftCardHold(Row):
    """What a card pays: held for a cart that is being paid for until `expires_at`, then an order's for good.

    Whoever takes it back deletes the row and puts the amount back on the card.
    """

    card = models.ForeignKey(GiftCard, on_delete=models.PROTECT, related_name="holds")
    checkout_id = models.UUIDField()
    order_id = models.UUIDField(null=True, blank=True, db_index=True)
    amount = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout_id", "card"], name="gift_card_hold_once_per_cart"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="gift_card_hold_positive"),
            models.CheckConstraint(
                condition=Q(order_id__isnull=True) | Q(expires_at__isnull=True), name="gift_card_hold_kept_by_order"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="gift_card_hold_by_expiry")
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.card_id}"
