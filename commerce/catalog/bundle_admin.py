"""Bundles on the merchant's screens: parts below a variant, and what is taken off their sum."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from commerce.catalog.bundle_models import MAX_PARTS, BundleComponent, BundlePricing, BundleReduction
from commerce.catalog.models import Product, ProductVariant
from commerce.catalog.services.bundles import require_no_loop, require_no_stock
from commerce.catalog.services.products import announce_update
from commerce.catalog.versions import changed_row
from commerce.core.errors import CommerceError, Rejected


class BundleComponentFormSet(BaseInlineFormSet[BundleComponent, ProductVariant, ModelForm[BundleComponent]]):
    """Parts, checked as the API checks them; the variants stay locked until they are written."""

    def clean(self) -> None:
        """No bundle of bundles, and none that has stock of its own."""
        super().clean()
        if any(self.errors):
            return
        chosen = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        parts = [row["component"].id for row in chosen if row.get("component")]
        if not parts:
            return
        if self.instance._state.adding:
            raise ValidationError("Save the variant first, then its parts.")
        try:
            require_no_loop(self.instance.id, parts)
            require_no_stock(self.instance.id)
        except Rejected as refusal:
            raise ValidationError([error.message for error in refusal.errors]) from refusal
        except CommerceError as error:
            raise ValidationError(error.message) from error


class BundleComponentInline(admin.TabularInline[BundleComponent, ProductVariant]):
    """What a bundle is made of."""

    model = BundleComponent
    formset = BundleComponentFormSet
    fk_name = "bundle"
    autocomplete_fields = ["component"]
    max_num = MAX_PARTS
    extra = 0
    verbose_name = "part of the bundle"
    verbose_name_plural = "parts of the bundle"


class BundlePricingInline(admin.StackedInline[BundlePricing, ProductVariant]):
    """Present, if the parts make the price; amounts for each channel are on a screen of their own."""

    model = BundlePricing
    extra = 0
    show_change_link = True


class BundleReductionInline(admin.TabularInline[BundleReduction, BundlePricing]):
    """What is taken off in each channel, in minor units."""

    model = BundleReduction
    extra = 0


@admin.register(BundlePricing)
class BundlePricingAdmin(admin.ModelAdmin[BundlePricing]):
    """How parts make the prices of bundles."""

    list_display = ["variant", "basis_points"]
    list_select_related = ["variant"]
    autocomplete_fields = ["variant"]
    inlines = [BundleReductionInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Amounts that were taken away count no longer; partners hear of it."""
        super().save_related(request, form, formsets, change)
        form.instance.save()
        changed_row(ProductVariant, form.instance.variant_id)
        product = changed_row(Product, form.instance.variant.product_id)
        if product is not None:
            announce_update(product)
