"""The merchant's screens of taxes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from commerce.catalog.versions import changed_row
from commerce.core.admin import INTEGRATIONS
from commerce.core.countries import COUNTRIES
from commerce.core.errors import InvalidInput
from commerce.taxes.models import CustomerTaxes, TaxClass, TaxClassAssignment, TaxConfiguration, TaxRate
from commerce.taxes.services.rates import code_fault
from commerce.taxes.tax_services import service_classes
from commerce.taxes.vat_ids import checked_vat_id


class VersionedAdmin(admin.ModelAdmin[Any]):
    """A change here counts the version up, so that nobody overwrites it unseen."""

    exclude = ["version"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The form, its inlines, then the version."""
        super().save_related(request, form, formsets, change)
        if change:
            changed_row(type(form.instance), form.instance.id)


class TaxRateForm(forms.ModelForm[TaxRate]):
    """A rate, its place spelled as it is looked up."""

    class Meta:
        model = TaxRate
        fields = ("country", "area", "postal_start", "postal_end", "tax_class", "percent")

    def clean_country(self) -> str:
        """A country code in capitals."""
        country: str = self.cleaned_data["country"].upper()
        if country not in COUNTRIES:
            raise ValidationError("This is not a country code.")
        return country

    def clean_area(self) -> str:
        """Regions are compared in capitals."""
        return " ".join(self.cleaned_data["area"].split()).upper()

    def clean(self) -> dict[str, Any] | None:
        """Refuse bounds that are no postal codes, or the wrong way round, and a second rate of one place."""
        given = super().clean() or {}
        if {"country", "area", "postal_start", "postal_end"} <= given.keys():
            rate = TaxRate(**{name: given[name] for name in ("country", "area", "postal_start", "postal_end")})
            fault = code_fault(rate)
            if fault is not None:
                self.add_error(
                    "postal_end" if fault.path[-1:] == ("postal_code_end",) else "postal_start", fault.message
                )
                return given
            rate.spell_codes()
            same = TaxRate.objects.filter(
                country=rate.country, area=rate.area, code_from=rate.code_from, code_to=rate.code_to,
                tax_class=given.get("tax_class") or self.instance.tax_class,
            )  # fmt: skip
            if same.exclude(id=self.instance.id).exists():
                self.add_error(None, "Another rate is for the same place and class.")
        return given


class TaxRateInline(admin.TabularInline[TaxRate, TaxClass]):
    """What countries put on a class."""

    model = TaxRate
    form = TaxRateForm
    extra = 0


class AssignmentInline(admin.TabularInline[TaxClassAssignment, TaxClass]):
    """What is of a class: a product, or all products of a type that have none of their own."""

    model = TaxClassAssignment
    autocomplete_fields = ["product", "product_type"]
    extra = 0


@admin.register(TaxClass)
class TaxClassAdmin(VersionedAdmin):
    """What is taxed alike."""

    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    fieldsets = [(None, {"fields": ["name", "code"]}), INTEGRATIONS]
    inlines = [TaxRateInline, AssignmentInline]


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin[TaxRate]):
    """One row for each country, or region of it, and class."""

    form = TaxRateForm
    list_display = ["country", "area", "postal_start", "postal_end", "tax_class", "percent", "updated_at"]
    list_select_related = ["tax_class"]
    list_filter = ["tax_class", "country"]
    search_fields = ["country", "area", "postal_start"]


class TaxConfigurationForm(forms.ModelForm[TaxConfiguration]):
    """How a channel taxes; only what is installed can be asked."""

    class Meta:
        model = TaxConfiguration
        exclude = ("version",)

    def clean_service(self) -> str:
        """The id of a tax service, or nothing."""
        service: str = self.cleaned_data["service"]
        if service and service not in service_classes():
            raise ValidationError(f"No such tax service is installed; there are: {', '.join(service_classes())}.")
        return service

    def clean_seat_country(self) -> str:
        """A country code, or nothing."""
        country: str = self.cleaned_data["seat_country"].upper()
        if country and country not in COUNTRIES:
            raise ValidationError("This is not a country code.")
        return country


@admin.register(TaxConfiguration)
class TaxConfigurationAdmin(VersionedAdmin):
    """How channels tax."""

    form = TaxConfigurationForm
    list_display = ["channel", "mode", "rounding", "service", "fallback", "reverse_charge"]
    list_select_related = ["channel"]
    fieldsets = [
        (None, {"fields": ["channel", "mode", "rounding"]}),
        ("Classes", {"fields": ["default_class", "shipping_class"]}),
        ("Businesses in other EU countries", {"fields": ["reverse_charge", "seat_country"]}),
        ("Tax service", {"fields": ["service", "fallback"]}),
    ]


class CustomerTaxesForm(forms.ModelForm[CustomerTaxes]):
    """What is known of a customer's taxes."""

    class Meta:
        model = CustomerTaxes
        exclude = ("version",)

    def clean_vat_id(self) -> str:
        """A VAT id of the European Union, as it is kept; what stood there before may stay."""
        given: str = self.cleaned_data["vat_id"]
        try:
            return checked_vat_id(given) if "vat_id" in self.changed_data else given
        except InvalidInput as error:
            raise ValidationError(error.message) from error


@admin.register(CustomerTaxes)
class CustomerTaxesAdmin(VersionedAdmin):
    """Customers with a VAT id, and those who are exempt."""

    form = CustomerTaxesForm
    list_display = ["user", "vat_id", "is_exempt", "reason"]
    list_select_related = ["user"]
    list_filter = ["is_exempt"]
    autocomplete_fields = ["user"]
    search_fields = ["user__email", "vat_id"]
