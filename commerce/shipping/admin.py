"""The merchant's screens of shipping."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from commerce.core.admin import money_column
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


class ListingInline(admin.TabularInline[ShippingMethodChannelListing, ShippingMethod]):
    """What a method costs, channel by channel."""

    model = ShippingMethodChannelListing
    extra = 0


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
    exclude = ["version"]
    inlines = [ShippingMethodInline]


@admin.register(ShippingMethod)
class ShippingMethodAdmin(admin.ModelAdmin[ShippingMethod]):
    """Methods with their prices, postal codes and what they do not carry."""

    list_display = ["name", "zone", "kind", "is_active", "sort_order"]
    list_filter = ["zone", "kind", "is_active"]
    list_select_related = ["zone"]
    search_fields = ["name"]
    autocomplete_fields = ["excluded_products"]
    exclude = ["version"]
    inlines = [ListingInline, PostalCodeRuleInline]


class RateSourceForm(forms.ModelForm[RateSource]):
    """A source whose provider is one of those that the shop has."""

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
