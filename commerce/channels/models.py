"""A channel: one storefront or market, with its currency, countries and rules."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from commerce.channels.strategies import strategy_choices
from commerce.core.model import MetadataMixin, VersionedRow


class Channel(MetadataMixin, VersionedRow):
    """Everything that a shopper sees belongs to one channel; a price never leaves its currency."""

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    currency_code = models.CharField(max_length=3)
    default_country = models.CharField(max_length=2)
    countries = ArrayField(models.CharField(max_length=2), default=list, help_text="Where this channel sells to.")
    prices_include_tax = models.BooleanField(default=False, help_text="Prices are entered gross (with tax).")
    display_gross_prices = models.BooleanField(default=False, help_text="Shoppers are shown prices with tax.")
    quantity_limit_per_line = models.PositiveIntegerField(default=50)
    reservation_seconds = models.PositiveIntegerField(
        default=0, help_text="How long a cart holds stock before it is paid for; 0 means only while paying."
    )
    allow_unpaid_orders = models.BooleanField(default=False)
    allocation_strategy = models.CharField(
        max_length=100,
        choices=strategy_choices,
        default="priority",
        help_text="In which order the warehouses are emptied.",
    )
    checkout_days = models.PositiveIntegerField(default=30, help_text="A cart untouched for so long is purged.")
    abandoned_after_minutes = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="A cart with an e-mail address that is untouched for so long counts as abandoned; 0 is never.",
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug
