"""Price lists, and what the prices that everybody sees have been.

A list that is for everybody changes the price of a unit in `EffectivePrice`, so that filters and sorting know it; lists
for groups of customers, and prices from two units on, are laid over it where somebody asks (lists.py).
"""

from __future__ import annotations

from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from commerce.accounts.models import CustomerGroup
from commerce.channels.models import Channel
from commerce.core.model import VersionedRow
from commerce.core.money import MAX_MINOR

HIGHEST_PRIORITY: Final = 1000
MOST_UNITS: Final = 1_000_000
"""The largest quantity from which a price of its own can hold."""


class PriceList(VersionedRow):
    """Other prices in a channel: for everybody or some groups of customers, for ever or from a date until another.

    Of several lists that have a price for a variant the one with the highest priority counts, and of those with the
    same one the lowest price. Without groups a list that is not for everybody is for nobody.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="price_lists")
    name = models.CharField(max_length=250)
    is_active = models.BooleanField(default=True)
    priority = models.SmallIntegerField(
        default=0,
        validators=[MinValueValidator(-HIGHEST_PRIORITY), MaxValueValidator(HIGHEST_PRIORITY)],
        help_text="Of several lists with a price for something the highest counts.",
    )
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at once.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it does not end.")
    is_public = models.BooleanField(default=True, help_text="For everybody; if not, for the groups only.")
    customer_groups = models.ManyToManyField(CustomerGroup, blank=True, related_name="price_lists")

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="price_list_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="price_list_lasts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PriceListEntry(models.Model):
    """What a unit of a variant costs from so many units on, in minor units, on the side that the channel enters."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="entries", db_index=False)
    variant = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.CASCADE, related_name="price_list_entries", db_index=False
    )
    minimum_quantity = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)]
    )
    amount = models.BigIntegerField(
        validators=[MinValueValidator(0), MaxValueValidator(MAX_MINOR)], help_text="Minor units, e.g. cents."
    )

    class Meta:
        verbose_name_plural = "price list entries"
        indexes = [models.Index(fields=["price_list", "id"], name="price_list_entry_of_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "price_list", "minimum_quantity"],
                include=["amount"],
                name="price_list_entry_unique",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_list_entry_not_negative"),
            models.CheckConstraint(condition=Q(minimum_quantity__gte=1), name="price_list_entry_of_a_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} from {self.minimum_quantity} on"


class PublicPrice(models.Model):
    """What everybody paid, or will pay, for a variant in a channel in [valid_from, valid_until).

    PostgreSQL keeps it in the transaction of the price (migrations/0002_effective_prices.py). What is past does not
    change any more; what is to come is made anew with each change. Rows go with their variant.
    """

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(
        "catalog.ProductVariant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.ForeignKey(Channel, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    amount = models.BigIntegerField()
    undiscounted = models.BigIntegerField(help_text="The price before a reduction; the amount without one.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(help_text="infinity for a price that has no end yet.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "channel", "valid_from"], name="public_price_unique"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="public_price_lasts"),
        ]
        indexes = [models.Index(fields=["channel"], name="public_price_of_channel")]

    def __str__(self) -> str:
        return f"{self.variant_id} in {self.channel_id}: {self.amount}"
