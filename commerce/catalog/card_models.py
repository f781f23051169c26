"""What pages, lists and carts read: the price of a variant at a moment, and one row for each product of a channel.

PostgreSQL keeps both in the transaction of whoever writes what they are made of (migrations/0006_cards.py), so that no
writer can forget to. Nobody else writes them, but for pricing, which adds prices of other sources. Whoever deletes a
product, a variant or a channel takes their rows along by foreign keys of PostgreSQL's own.
"""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from commerce.channels.models import Channel


class EffectivePrice(models.Model):
    """What a variant costs in a channel in [valid_from, valid_until), in minor units of the channel's currency.

    The intervals of a variant in a channel do not overlap, so that now() selects one, and no job has to fire.
    """

    class Source(models.TextChoices):
        LISTING = "listing", "The price that was entered"
        PROMOTION = "promotion", "What promotions have left of it"
        PRICE_LIST = "price_list", "The price of a list that is for everybody"

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(
        "catalog.ProductVariant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    product = models.ForeignKey(
        "catalog.Product", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.ForeignKey(Channel, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    amount = models.BigIntegerField()
    undiscounted = models.BigIntegerField(help_text="The price before a reduction; the amount without one.")
    valid_from = models.DateTimeField(help_text="-infinity for a price that has no beginning.")
    valid_until = models.DateTimeField(help_text="infinity for a price that has no end.")
    source = models.CharField(max_length=20, choices=Source.choices)
    steps = models.JSONField(
        null=True, help_text="Which promotion, by which of its rules, took how much off a unit; in their order."
    )
    price_list_id = models.UUIDField(null=True, help_text="The list that says it instead of the channel's listing.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "channel", "valid_from"],
                include=["valid_until", "amount", "undiscounted"],
                name="effective_price_unique",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(undiscounted__gte=F("amount")), name="effective_price_in_order"
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="effective_price_lasts"),
        ]
        indexes = [
            models.Index(fields=["product", "channel"], name="effective_price_of_product"),
            models.Index(fields=["channel"], name="effective_price_of_channel"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.variant_id} in {self.channel_id}: {self.amount}"


PRICE_OR_LAST: Final = Coalesce("price_low", Value(2**62), output_field=models.BigIntegerField())
PRICE_OR_FIRST: Final = Coalesce("price_low", Value(-1), output_field=models.BigIntegerField())
"""What lists are sorted by: a product without a price comes last in either direction."""


class ProductCard(models.Model):
    """What the lists of a channel know of a product: which lists show it, where it stands in them, and its prices.

    There is one row for each product that the channel lists, or one for each interval between moments at which one of
    its prices changes by itself.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(
        "catalog.Product", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.ForeignKey(Channel, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    is_published = models.BooleanField()
    is_listed = models.BooleanField(help_text="Published, and shown by lists.")
    published_at = models.DateTimeField(help_text="1970 for what has been published for ever.")
    available_at = models.DateTimeField(help_text="Sold from then on; infinity for never.")
    sort_name = models.TextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    product_type = models.ForeignKey(
        "catalog.ProductType", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    category = models.ForeignKey(
        "catalog.Category", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", null=True
    )
    categories = ArrayField(models.UUIDField(), help_text="Its category and all above it.")
    collections = ArrayField(models.UUIDField(), help_text="Published or not.")
    values = ArrayField(models.UUIDField(), help_text="Attribute values of the product and of its variants.")
    price_low = models.BigIntegerField(null=True)
    price_high = models.BigIntegerField(null=True)
    undiscounted_low = models.BigIntegerField(null=True)
    undiscounted_high = models.BigIntegerField(null=True)
    on_sale = models.BooleanField()
    in_stock = models.BooleanField(help_text="A variant with a price here could be supplied.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "channel", "valid_from"], name="product_card_unique"),
        ]
        indexes = [
            models.Index(fields=["channel", "sort_name", "product"], name="card_by_name"),
            models.Index(fields=["channel", "created_at", "product"], name="card_by_creation"),
            models.Index(fields=["channel", "updated_at", "product"], name="card_by_change"),
            models.Index(fields=["channel", "published_at", "product"], name="card_by_publication"),
            models.Index(F("channel"), PRICE_OR_LAST, F("product"), name="card_cheapest_first"),
            models.Index(F("channel"), PRICE_OR_FIRST, F("product"), name="card_dearest_first"),
            models.Index(fields=["category", "channel", "sort_name", "product"], name="card_of_category_by_name"),
            models.Index(fields=["category", "channel", "created_at", "product"], name="card_of_category_by_creation"),
            models.Index(fields=["category", "channel", "updated_at", "product"], name="card_of_category_by_change"),
            models.Index(fields=["category", "channel", "published_at", "product"], name="card_of_category_by_date"),
            models.Index(F("category"), F("channel"), PRICE_OR_LAST, F("product"), name="card_of_category_cheapest"),
            models.Index(F("category"), F("channel"), PRICE_OR_FIRST, F("product"), name="card_of_category_dearest"),
            GinIndex(fields=["channel", "categories", "collections", "values"], name="card_by_terms"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.channel_id}"


class DueCard(models.Model):
    """A product whose cards are out of date: one write has touched more products than it could bring up to date."""

    product = models.OneToOneField(
        "catalog.Product", models.DO_NOTHING, db_constraint=False, related_name="+", primary_key=True
    )

    def __str__(self) -> str:
        return str(self.product_id)
