"""Promotions: what takes something off by itself, without a code.

A catalogue promotion changes what variants cost: its rules are written out as CatalogueRule, from which PostgreSQL
keeps `EffectivePrice` (migrations/0002_prices.py). An order promotion looks at a whole cart (evaluate.py).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow


class Promotion(MetadataMixin, VersionedRow):
    """Holds in `channels` from `starts_at` until `ends_at` while it is active.

    Of all promotions that hold at once, the buyer gets whatever costs least: the best exclusive one alone, or all
    stackable ones together, one upon another from the highest priority to the lowest. Of equals, an exclusive one with
    the highest priority counts. Of the rules of one promotion only the best counts.

    `used` and the budgets count orders of order promotions; both are given back by the cancelled order that took them.
    """

    class Kind(models.TextChoices):
        CATALOGUE = "catalogue"
        ORDER = "order"

    class Stacking(models.TextChoices):
        EXCLUSIVE = "exclusive"
        STACKABLE = "stackable"

    name = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    channels = models.ManyToManyField(Channel, related_name="promotions", blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it does not end.")
    is_active = models.BooleanField(default=True)
    priority = models.SmallIntegerField(
        default=0,
        validators=[MinValueValidator(-1000), MaxValueValidator(1000)],
        help_text="Stackable promotions apply from the highest to the lowest.",
    )
    stacking = models.CharField(max_length=20, choices=Stacking.choices, default=Stacking.EXCLUSIVE)
    usage_limit = models.PositiveIntegerField(null=True, blank=True, help_text="How many orders get it.")
    used = models.PositiveIntegerField(default=0, editable=False)
    compiled = models.JSONField(default=list, editable=False, help_text="The rules of an order promotion.")

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="promotion_newest"),
            models.Index(fields=["kind", "starts_at"], condition=Q(is_active=True), name="promotion_active"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used__lte=F("usage_limit")), name="promotion_used_in_limit"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="promotion_lasts"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PromotionRule(Row):
    """What a promotion does. predicates.py, conditions.py and rewards.py say what the JSON columns hold."""

    class RewardType(models.TextChoices):
        PERCENTAGE = "percentage"
        FIXED = "fixed"
        FIXED_PRICE = "fixed_price"
        FREE_SHIPPING = "free_shipping"
        BUY_GET = "buy_get"
        GIFT = "gift"

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="rules")
    name = models.CharField(max_length=250, blank=True)
    goods = models.JSONField(default=dict, blank=True, help_text="Which goods it is about; {} for all.")
    condition = models.JSONField(default=dict, blank=True, help_text="What the cart must be; {} for any cart.")
    reward_type = models.CharField(max_length=20, choices=RewardType.choices)
    reward = models.JSONField(default=dict, blank=True)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name or self.reward_type


class PromotionBudget(Row):
    """How much an order promotion may take off in all, in minor units of a currency, and how much it has."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="budgets")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    spent = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "currency"], name="promotion_budget_unique"),
            models.CheckConstraint(condition=Q(spent__gte=0, spent__lte=F("amount")), name="promotion_budget_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PromotionUse(Row):
    """A cart that is being paid, or its order, has this promotion: one of its uses and a part of its budget."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="uses")
    checkout_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkout_id", "promotion"], name="promotion_use_unique")]

    def __str__(self) -> str:
        return f"{self.promotion_id} of {self.checkout_id}"


class CatalogueRule(models.Model):
    """A rule of a catalogue promotion in one channel for as long as it holds: what prices are made from.

    Written by switching.py, read by PostgreSQL. `has` are ids of which a variant must have one (its own, its product's,
    type's, categories', collections' or values'), null if it need not; `predicate` is asked besides, unless it is null.
    `promotion_id` may be gone: the rule then ends when the prices have been made anew.
    """

    id = models.BigAutoField(primary_key=True)
    promotion_id = models.UUIDField()
    rule_id = models.UUIDField()
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    priority = models.SmallIntegerField()
    is_exclusive = models.BooleanField()
    has = ArrayField(models.UUIDField(), null=True)
    predicate = models.JSONField(null=True)
    reward_type = models.CharField(max_length=20)
    value = models.BigIntegerField(help_text="Minor units, or hundredths of a percent.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(help_text="infinity if it does not end.")

    class Meta:
        indexes = [
            models.Index(fields=["promotion_id"], name="catalogue_rule_of_promotion"),
            models.Index(fields=["valid_until"], name="catalogue_rule_by_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="catalogue_rule_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} in {self.channel_id}"


class PriceChange(Row):
    """Prices that have to be made anew after a catalogue promotion has changed, in portions (switching.py).

    `scopes` say which products: lists of ids as in CatalogueRule.has, null for all of them. New prices hold from
    `switches_at` on. `transaction` is the one that changed the promotion: those that were open beside it have not seen
    the change, so once they have ended everything is looked at a second time (`is_second_look`).
    """

    promotion_id = models.UUIDField()
    scopes = models.JSONField()
    switches_at = models.DateTimeField(null=True)
    transaction = models.CharField(max_length=20)
    is_second_look = models.BooleanField(default=False)
    listed_at = models.DateTimeField(null=True, help_text="When the products of this look went into DuePrice.")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"Prices of {self.promotion_id}"


class DuePrice(models.Model):
    """A product whose prices a PriceChange has not made anew yet."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(PriceChange, on_delete=models.CASCADE, related_name="due")
    product_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "product_id"], name="due_price_unique")]

    def __str__(self) -> str:
        return str(self.product_id)
