"""The merchant's screen of tax rates."""

from __future__ import annotations

from django.contrib import admin

from commerce.taxes.models import TaxRate


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin[TaxRate]):
    """One row for each country."""

    list_display = ["country", "percent", "updated_at"]
    search_fields = ["country"]
