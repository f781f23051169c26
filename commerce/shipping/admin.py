"""The merchant's screens of shipping."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commerce.core.admin import INTEGRATIONS, ChannelMoneyForm, money_column
from commerce.core.money import Money
from commerce.shipping.models import (
    PostalCodeRule,
    RateSource,
    ShippingMethod,
    ShippingMethodChannelListing,
    ShippingZone,
)
from commerce.shipping.postal_codes import CodeRange
from commerce.shipping.providers import provider_classes


class ShippingMethodInline(admin.TabularInline[ShippingMethod, ShippingZone]):
    """The methods of a zone."""

    model = ShippingMethod
    fields = ["name", "kind", "is_active", "sort_order"]
    show_change_link = True
    extra = 0


class ListingForm(ChannelMoneyForm):
    """What a method costs in a channel."""

    amounts = ("price_amount", "minimum_subtotal_amount", "maximum_subtotal_amount", "free_from_amount")

    class Meta:
        model = ShippingMethodChannelListing
        fields = ("channel", "price_amount", "free_from_amount", "minimum_subtotal_amount", "maximum_subtotal_amount")
        labels: ClassVar = {
            "price_amount": "Price",
            "free_from_amount": "Free from",
            "minimum_subtotal_amount": "Only from",
            "maximum_subtotal_amount": "Only up to",
        }
        help_texts: ClassVar = {
            "price_amount": "In the channel's currency.",
            "free_from_amount": "Goods for as much as this are sent free.",
            "minimum_subtotal_amount": "What the goods must cost.",
            "maximum_subtotal_amount": "What the goods may cost.",
        }


class ListingInline(admin.TabularInline[ShippingMethodChannelListing, ShippingMethod]):
    """What a method costs, channel by channel."""

    model = ShippingMethodChannelListing
    form = ListingForm
    extra = 0
    verbose_name = "price in a channel"
    verbose_name_plural = "prices by channel"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingMethodChannelListing]:
        """With the channels, whose currencies amounts are in."""
        return super().get_queryset(request).select_related("channel")


class PostalCodeRuleForm(forms.ModelForm[PostalCodeRule]):
    """A rule that some code can match."""

    class Meta:
        model = PostalCodeRule
        fields = ["inclusion", "country", "start", "end"]

    def clean(self) -> dict[str, Any] | None:
        """Refuse bounds that are no postal codes, or the wrong way round."""
        given = super().clean() or {}
        bounds = [given.get("country"), given.get("start"), given.get("end")]
        if all(isinstance(bound, str) for bound in bounds) and CodeRange(*bounds).is_empty:  # type: ignore[arg-type]
            self.add_error("end" if given["end"] else "start", "No postal code lies there.")
        return given


class PostalCodeRuleInline(admin.TabularInline[PostalCodeRule, ShippingMethod]):
    """Which postal codes a method goes to, or does not."""

    model = PostalCodeRule
    form = PostalCodeRuleForm
    extra = 0


@admin.register(ShippingZone)
class ShippingZoneAdmin(admin.ModelAdmin[ShippingZone]):
    """Zones with their methods."""

    list_display = ["name", "countries", "is_default"]
    list_filter = ["channels", "is_default"]
    search_fields = ["name"]
    filter_horizontal = ["channels"]
    inlines = [ShippingMethodInline]
    fieldsets = [
        (None, {"fields": ["name", "description", "countries", "is_default", "channels"]}),
        INTEGRATIONS,
    ]

    def get_form(
        self, request: HttpRequest, obj: ShippingZone | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """With words that merchants know."""
        words = {"countries": "Country codes with commas between them, e.g. DE,AT,CH."}
        return super().get_form(request, obj, change, help_texts=words, **kwargs)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(admin.ModelAdmin[ShippingMethod]):
    """Methods with their prices, postal codes and what they do not carry."""

    list_display = ["name", "zone", "costs", "kind", "is_active", "sort_order"]
    list_filter = ["zone", "kind", "is_active"]
    list_select_related = ["zone"]
    search_fields = ["name"]
    autocomplete_fields = ["excluded_products"]
    inlines = [ListingInline, PostalCodeRuleInline]
    fieldsets = [
        (None, {"fields": ["zone", "name", "description", "is_active", "sort_order"]}),
        (
            "What it takes",
            {"fields": ["kind", ("minimum_weight_grams", "maximum_weight_grams"), "excluded_products"]},
        ),
        ("How long it takes", {"fields": [("minimum_delivery_days", "maximum_delivery_days")]}),
        INTEGRATIONS,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingMethod]:
        """With prices, which the list tells of."""
        return super().get_queryset(request).prefetch_related("channel_listings__channel")

    @admin.display(description="Price")
    def costs(self, method: ShippingMethod) -> str:
        """In each channel."""
        prices = [Money(each.price_amount, each.channel.currency_code) for each in method.channel_listings.all()]
        return ", ".join(f"{price.decimal} {price.currency}" for price in prices) or "none: it is not offered"


class RateSourceForm(ChannelMoneyForm):
    """A source whose provider is one of those that the shop has."""

    amounts = ("fallback_amount",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, made.name) for key, made in provider_classes().items()]
        self.fields["provider"] = forms.ChoiceField(choices=choices)


@admin.register(RateSource)
class RateSourceAdmin(admin.ModelAdmin[RateSource]):
    """Which channels ask which providers of outside rates."""

    form = RateSourceForm
    list_display = ["channel", "provider", "is_active", "fallback_name", "fallback"]
    list_select_related = ["channel"]
    fallback = money_column("fallback_amount", "Fallback", currency="channel__currency_code")
