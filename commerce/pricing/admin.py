"""The merchant's screen of price lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from commerce.catalog.versions import changed_row
from commerce.pricing.events import PriceListCreated, PriceListDeleted, PriceListUpdated, announce
from commerce.pricing.models import PriceList, PriceListEntry


class PriceListForm(forms.ModelForm[PriceList]):
    """A list for everybody has no groups."""

    class Meta:
        model = PriceList
        fields = (
            "name",
            "channel",
            "is_active",
            "priority",
            "starts_at",
            "ends_at",
            "is_public",
            "customer_groups",
        )

    def clean(self) -> dict[str, Any]:
        """Refuse groups of a list that is for everybody."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("is_public") and values.get("customer_groups"):
            raise ValidationError({"customer_groups": "A list for everybody is not for some groups only."})
        return values


class EntryInline(admin.TabularInline[PriceListEntry, PriceList]):
    """The prices of a list."""

    model = PriceListEntry
    raw_id_fields = ("variant",)
    extra = 0


@admin.register(PriceList)
class PriceListAdmin(admin.ModelAdmin[PriceList]):
    """Price lists with their prices."""

    form = PriceListForm
    list_display = ("name", "channel", "is_active", "is_public", "priority", "starts_at", "ends_at")
    list_filter = ("channel", "is_active", "is_public")
    list_select_related = ("channel",)
    search_fields = ("name",)
    filter_horizontal = ("customer_groups",)
    inlines = (EntryInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: PriceList | None = None) -> tuple[str, ...]:
        """Amounts belong to the currency of their channel: a list stays in it."""
        return ("channel",) if obj is not None else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Partners hear of a list once its prices are written."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            if change:
                changed = changed_row(PriceList, form.instance.id)
                if changed is not None:
                    announce(PriceListUpdated, changed)
            else:
                announce(PriceListCreated, form.instance)

    def delete_model(self, request: HttpRequest, obj: PriceList) -> None:
        """Partners hear of it."""
        with transaction.atomic():
            changed = changed_row(PriceList, obj.id)
            if changed is not None:
                announce(PriceListDeleted, changed)
                changed.delete()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One after another, as on the screen of each."""
        for each in queryset:
            self.delete_model(request, each)
