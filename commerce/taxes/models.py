"""Tax classes, the rates that places put on them, and how each channel taxes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commerce.accounts.models import User
from commerce.catalog.models import Product, ProductType
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow
from commerce.core.rounding import Rounding
from commerce.shipping.postal_codes import LONGEST, CodeRange
from commerce.taxes.rates import Fallback, TaxMode


class TaxClass(MetadataMixin, VersionedRow):
    """What is taxed alike, e.g. "Books". `code` is what a tax service calls it."""

    name = models.CharField(max_length=250, unique=True)
    code = models.CharField(max_length=100, blank=True, help_text="The name that an outside tax service has for it.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "tax classes"

    def __str__(self) -> str:
        return self.name


class TaxRate(Row):
    """What a country, or a part of it, puts on a class of goods, in percent, e.g. 19.0000.

    Without a class it is what everything else bears there. `area` is the region as addresses spell it, e.g. CA, and ""
    for the whole country. `postal_start` and `postal_end` narrow it to postal codes, as commerce.shipping.postal_codes
    compares them; `code_from` and `code_to` are their one spelling, "" for all codes. No row means 0 %.
    """

    country = models.CharField(max_length=2)
    area = models.CharField(
        max_length=128, blank=True, default="", db_default="", help_text="A state or province as addresses spell it."
    )
    postal_start = models.CharField(
        "postal codes from",
        max_length=LONGEST,
        blank=True,
        default="",
        db_default="",
        help_text="The first postal code, or what they begin with, e.g. 35; empty: all of them.",
    )
    postal_end = models.CharField(
        "to",
        max_length=LONGEST,
        blank=True,
        default="",
        db_default="",
        help_text="The last postal code; empty: those that begin as the first.",
    )
    code_from = models.CharField(max_length=2 * LONGEST, editable=False, default="", db_default="")
    code_to = models.CharField(max_length=2 * LONGEST, editable=False, default="", db_default="")
    tax_class = models.ForeignKey(
        TaxClass,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rates",
        help_text="Empty: whatever has no class, or one without a rate here.",
    )
    percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        ordering = ["country", "area", "code_from", "tax_class__name"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0) & Q(percent__lte=100), name="tax_percent_sane"),
            models.UniqueConstraint(
                fields=["country", "area", "code_from", "code_to", "tax_class"],
                name="tax_rate_of_place_unique",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        where = [self.country, self.area, self.postal_start, f"- {self.postal_end}" if self.postal_end else ""]
        return " ".join([*filter(None, where), f"{self.percent} %"])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With postal codes in their one spelling."""
        self.spell_codes()
        super().save(*args, **kwargs)

    def spell_codes(self) -> None:
        """Bring the bounds of postal codes into the spelling by which they are looked up."""
        bounds = CodeRange(self.country, self.postal_start, self.postal_end)
        self.code_from, self.code_to = (bounds.low, bounds.high) if self.postal_start else ("", "")


class TaxClassAssignment(Row):
    """The class of a product, or of all products of a type that have none of their own."""

    tax_class = models.ForeignKey(TaxClass, on_delete=models.CASCADE, related_name="assignments")
    product = models.OneToOneField(Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    product_type = models.OneToOneField(ProductType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False, product_type__isnull=True)
                | Q(product__isnull=True, product_type__isnull=False),
                name="tax_class_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product or self.product_type}: {self.tax_class}"


class TaxConfiguration(VersionedRow):
    """How a channel taxes. A channel without one taxes each line by the merchant's rates, rounded half up."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="tax_configuration")
    mode = models.CharField(
        max_length=20, choices=[(each.value, each.name.replace("_", " ").capitalize()) for each in TaxMode],
        default=TaxMode.PER_LINE.value,
        help_text="Work tax out of each line, or once for each rate of the total.",
    )  # fmt: skip
    rounding = models.CharField(
        max_length=20, choices=[(each.value, each.name.replace("_", " ").capitalize()) for each in Rounding],
        default=Rounding.HALF_UP.value,
    )  # fmt: skip
    default_class = models.ForeignKey(
        TaxClass, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="For what has none."
    )
    shipping_class = models.ForeignKey(
        TaxClass, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="For deliveries."
    )
    reverse_charge = models.BooleanField(
        default=False,
        help_text="Businesses in other EU countries who give a VAT id pay no tax.",
    )
    seat_country = models.CharField(
        max_length=2, blank=True, default="", help_text="Where the seller sits; the channel's country if empty."
    )
    service = models.CharField(
        max_length=100, blank=True, default="", help_text="The tax service that is asked; empty: the rates kept here."
    )
    fallback = models.CharField(
        max_length=20, choices=[(each.value, each.name.replace("_", " ").capitalize()) for each in Fallback],
        default=Fallback.OWN_RATES.value,
        help_text="When the service cannot be asked: use the rates kept here, or sell nothing until it can.",
    )  # fmt: skip

    class Meta:
        ordering = ["channel"]

    def __str__(self) -> str:
        return f"Taxes of {self.channel}"


class CustomerTaxes(VersionedRow):
    """What is known of a customer's taxes: their VAT id, and whether they are exempt and why."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="taxes")
    vat_id = models.CharField(max_length=14, blank=True, default="")
    is_exempt = models.BooleanField(default=False)
    reason = models.CharField(max_length=250, blank=True, default="", help_text="E.g. the number of a certificate.")

    class Meta:
        ordering = ["user"]
        verbose_name_plural = "taxes of customers"

    def __str__(self) -> str:
        return f"Taxes of {self.user}"


class ServiceAnswer(models.Model):
    """What a tax service said of a cart as it is, or was: one row for each cart, and for one question at a time.

    `until` is when the claim to ask ends (ASKED), the answer is too old (ANSWERED), or it may be asked again (FAILED).
    """

    class State(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        FAILED = "failed"

    cart_id = models.UUIDField(primary_key=True)
    question = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    answer = models.JSONField(null=True)
    until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.cart_id} {self.state}"
