"""The merchant's screen of price lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from commerce.catalog.versions import changed_row
from commerce.core.admin import MoneyForm, money_column
from commerce.pricing.events import PriceListCreated, PriceListDeleted, PriceListUpdated, announce
from commerce.pricing.models import PriceList, PriceListEntry

MOST_INLINE: Final = 200


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


class EntryForm(MoneyForm):
    """What a unit costs, in the currency of the list's channel."""

    amounts = ("amount",)

    class Meta:
        model = PriceListEntry
        fields = ("price_list", "variant", "minimum_quantity", "amount")
        labels: ClassVar = {"minimum_quantity": "From so many units", "amount": "Price of a unit"}
        help_texts: ClassVar = {"amount": "In the currency of the list's channel."}

    def currency(self, values: Mapping[str, Any]) -> str | None:
        """That of the list's channel."""
        price_list = values.get("price_list") or (self.instance.price_list if self.instance.price_list_id else None)
        return price_list.channel.currency_code if price_list is not None and price_list.channel_id else None


class EntryInline(admin.TabularInline[PriceListEntry, PriceList]):
    """The prices of a list, unless there are too many for a form."""

    model = PriceListEntry
    form = EntryForm
    autocomplete_fields = ("variant",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceListEntry]:
        """With what they are for, and the currency they are in."""
        return super().get_queryset(request).select_related("variant__product", "price_list__channel")


@admin.register(PriceList)
class PriceListAdmin(admin.ModelAdmin[PriceList]):
    """Price lists with their prices."""

    form = PriceListForm
    list_display = ("name", "channel", "is_active", "is_public", "prices", "priority", "starts_at", "ends_at")
    list_filter = ("channel", "is_active", "is_public")
    list_select_related = ("channel",)
    search_fields = ("name",)
    filter_horizontal = ("customer_groups",)
    inlines = (EntryInline,)
    fieldsets = (
        (None, {"fields": ("name", "channel", "is_active", "prices")}),
        ("When", {"fields": (("starts_at", "ends_at"), "priority")}),
        ("For whom", {"fields": ("is_public", "customer_groups")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceList]:
        """With how many prices they have."""
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    @admin.display(description="Prices", ordering="entry_count")
    def prices(self, price_list: PriceList) -> str:
        """How many, leading to where they can be searched."""
        count = getattr(price_list, "entry_count", 0)
        if not price_list.pk or not count:
            return "none yet"
        path = reverse("admin:pricing_pricelistentry_changelist")
        return format_html('<a href="{}?price_list__id__exact={}">{}</a>', path, price_list.pk, count)

    def get_inlines(self, request: HttpRequest, obj: PriceList | None) -> tuple[Any, ...]:
        """Above MOST_INLINE prices they have a screen of their own, which can be searched."""
        many = obj is not None and obj.entries.count() > MOST_INLINE
        return () if many else self.inlines

    def get_readonly_fields(self, request: HttpRequest, obj: PriceList | None = None) -> tuple[str, ...]:
        """Amounts belong to the currency of their channel: a list stays in it."""
        return ("channel", "prices") if obj is not None else ("prices",)

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


@admin.register(PriceListEntry)
class PriceListEntryAdmin(admin.ModelAdmin[PriceListEntry]):
    """The prices of all lists, to search them; each can be changed here, too."""

    form = EntryForm
    list_display = ("variant", "product", "price_list", "minimum_quantity", "price")
    list_filter = ("price_list",)
    list_select_related = ("variant__product", "price_list__channel")
    search_fields = ("variant__sku", "variant__name", "variant__product__name")
    autocomplete_fields = ("price_list", "variant")
    show_full_result_count = False
    price = staticmethod(money_column("amount", "Price of a unit", currency="price_list__channel__currency_code"))

    @admin.display(description="Product", ordering="variant__product__sort_name")
    def product(self, entry: PriceListEntry) -> str:
        """What the variant is of."""
        return entry.variant.product.name

    def get_readonly_fields(self, request: HttpRequest, obj: PriceListEntry | None = None) -> tuple[str, ...]:
        """A price stays where it is; only what it says changes."""
        return ("price_list", "variant") if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: PriceListEntry, form: Any, change: bool) -> None:
        """Partners hear of the list."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            _tell(obj.price_list_id)

    def delete_model(self, request: HttpRequest, obj: PriceListEntry) -> None:
        """Partners hear of the list."""
        with transaction.atomic():
            super().delete_model(request, obj)
            _tell(obj.price_list_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PriceListEntry]) -> None:
        """Partners hear of each list once."""
        with transaction.atomic():
            lists = set(queryset.values_list("price_list_id", flat=True))
            super().delete_queryset(request, queryset)
            for price_list_id in sorted(lists):
                _tell(price_list_id)


def _tell(price_list_id: UUID) -> None:
    changed = changed_row(PriceList, price_list_id)
    if changed is not None:
        announce(PriceListUpdated, changed)
