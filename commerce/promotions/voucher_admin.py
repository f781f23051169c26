"""The merchant's screens of vouchers: what they do, and their codes."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from commerce.core.actor import SYSTEM
from commerce.core.admin import INTEGRATIONS, ChannelMoneyForm, ReadOnly
from commerce.core.errors import CommerceError, InvalidInput, Rejected
from commerce.core.money import MAX_MINOR, Money, parse_amount
from commerce.promotions.promotion_admin import state_of
from commerce.promotions.voucher_codes import MOST_CODES, add_codes, generate_codes, switch_codes
from commerce.promotions.voucher_keeping import WHOLE
from commerce.promotions.voucher_models import Voucher, VoucherChannelListing, VoucherCode, VoucherRedemption

_PERCENT: Final = "USD"
"""A currency with two digits: hundredths of a percent are read and written as its amounts are."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, line: str) -> str:
        return line


class VoucherForm(forms.ModelForm[Voucher]):
    """A voucher, and codes to give it."""

    new_codes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Codes of your own, one a line."
    )
    generate = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_CODES,
        help_text="So many new codes that cannot be guessed; each can be used once.",
    )

    def clean_usage_limit(self) -> int | None:
        """A limit below what is used already would be broken from the start."""
        limit: int | None = self.cleaned_data["usage_limit"]
        used = VoucherRedemption.objects.filter(voucher=self.instance.pk).count() if self.instance.pk else 0
        if limit is not None and limit < used:
            raise forms.ValidationError(f"It was used {used} times already.")
        return limit


class ListingForm(ChannelMoneyForm):
    """What a voucher is worth in a channel: percent, or an amount of the channel's currency."""

    amounts = ("minimum_subtotal",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = forms.DecimalField(
            min_value=0,
            max_value=MAX_MINOR,
            help_text="Percent, e.g. 15, or an amount in the channel's currency, e.g. 5.00.",
            widget=forms.NumberInput(attrs={"class": "vTextField", "step": "any", "style": "width: 8em"}),
        )
        self.fields["minimum_subtotal"].help_text = "What the goods must cost after promotions."
        currency = self.currency({})
        if self.instance.value is not None and currency is not None:
            code = _PERCENT if self._is_share(self.instance.voucher) else currency
            self.initial["value"] = Decimal(Money(self.instance.value, code).decimal)

    def clean(self) -> dict[str, Any]:
        """Nothing is worth more than 100 percent."""
        cleaned = super().clean()
        voucher = self.cleaned_data.get("voucher") or self.instance.voucher
        currency, value = self.currency(cleaned), cleaned.get("value")
        if value is None or currency is None:
            return cleaned
        try:
            cleaned["value"] = parse_amount(format(value, "f"), _PERCENT if self._is_share(voucher) else currency)
        except InvalidInput:
            self.add_error("value", "This has too many digits.")
            return cleaned
        if self._is_share(voucher) and cleaned["value"] > WHOLE:
            self.add_error("value", "At most 100 %.")
        return cleaned

    @staticmethod
    def _is_share(voucher: Voucher) -> bool:
        return voucher.value_kind == Voucher.ValueKind.PERCENTAGE


class ListingInline(admin.TabularInline[VoucherChannelListing, Voucher]):
    """What a voucher is worth, channel by channel."""

    model = VoucherChannelListing
    form = ListingForm
    extra = 0
    verbose_name = "worth in a channel"
    verbose_name_plural = "what it is worth, by channel"

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoucherChannelListing]:
        """With the channels, whose currencies amounts are in."""
        return super().get_queryset(request).select_related("channel", "voucher")


@admin.register(Voucher)
class VoucherAdmin(admin.ModelAdmin[Voucher]):
    """Vouchers with what they are worth, and their codes as a file."""

    form = VoucherForm
    list_display = ["name", "worth", "kind", "state", "starts_at", "ends_at", "usage_limit"]
    list_filter = ["kind", "is_active", "value_kind"]
    date_hierarchy = "starts_at"
    search_fields = ["name", "codes__code"]
    autocomplete_fields = ["products", "variants", "categories", "collections", "customer_group"]
    inlines = [ListingInline]
    actions = ["export_codes"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "value_kind", "is_active", ("starts_at", "ends_at")]}),
        ("New codes", {"fields": ["new_codes", "generate"]}),
        (
            "On which goods",
            {"fields": ["products", "variants", "categories", "collections", "cheapest_unit_only"]},
        ),
        (
            "For whom, and how often",
            {
                "fields": [
                    "usage_limit",
                    "once_per_customer",
                    "minimum_quantity",
                    "customer_group",
                    "only_for_staff",
                    "countries",
                ]
            },
        ),
        ("Together with others", {"fields": ["combines_with_promotions", "combines_with_vouchers"]}),
        INTEGRATIONS,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voucher]:
        """With what each is worth, which the list tells of."""
        return super().get_queryset(request).prefetch_related("channel_listings__channel")

    @admin.display(description="Worth")
    def worth(self, voucher: Voucher) -> str:
        """In each channel."""
        listings = list(voucher.channel_listings.all())
        if voucher.value_kind == Voucher.ValueKind.PERCENTAGE:
            shares = sorted({listing.value for listing in listings})
            return ", ".join(f"{Decimal(share) / 100:f} %" for share in shares) or "nothing yet"
        amounts = [Money(listing.value, listing.channel.currency_code) for listing in listings]
        return ", ".join(f"{each.decimal} {each.currency}" for each in amounts) or "nothing yet"

    @admin.display(description="Now", ordering="is_active")
    def state(self, voucher: Voucher) -> str:
        """Whether its codes count at this moment."""
        return state_of(voucher)

    def save_model(self, request: HttpRequest, obj: Voucher, form: Any, change: bool) -> None:
        """Only what was changed is written: how often it is used goes on meanwhile."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in Voucher._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        locked = Voucher.objects.select_for_update().get(id=obj.id)
        obj.version = locked.version + 1
        if obj.usage_limit is not None:
            obj.used = VoucherRedemption.objects.filter(voucher=obj).count()
            changed.append("used")
        obj.save(update_fields=[*changed, "version", "updated_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Then its codes."""
        super().save_related(request, form, formsets, change)
        own = [code for code in form.cleaned_data.get("new_codes", "").splitlines() if code.strip()]
        try:
            if own:
                add_codes(voucher_id=form.instance.id, codes=own, actor=SYSTEM)
            if form.cleaned_data.get("generate"):
                generate_codes(voucher_id=form.instance.id, quantity=form.cleaned_data["generate"], actor=SYSTEM)
        except (CommerceError, Rejected) as refusal:
            messages.error(request, f"No code was added: {refusal}")

    @admin.action(description="Export codes as CSV")
    def export_codes(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> StreamingHttpResponse:
        """All codes of the chosen vouchers. A code that a spreadsheet would run as a formula gets a quote in front."""
        writer = csv.writer(_Echo())
        codes = VoucherCode.objects.filter(voucher__in=queryset).select_related("voucher").order_by("voucher", "id")

        def lines() -> Any:
            yield writer.writerow(["voucher", "code", "active", "limit"])
            for code in codes.iterator(chunk_size=2_000):
                row = [code.voucher.name, code.code, code.is_active, code.usage_limit or ""]
                yield writer.writerow([f"'{cell}" if str(cell).startswith(_DANGEROUS) else cell for cell in row])

        response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="voucher-codes.csv"'
        return response


@admin.register(VoucherCode)
class VoucherCodeAdmin(ReadOnly, admin.ModelAdmin[VoucherCode]):
    """Codes, to look up and to switch off and on; verbs and the screen of their voucher add them."""

    list_display = ["code", "voucher", "is_active", "usage_limit", "created_at"]
    list_filter = ["is_active"]
    list_select_related = ["voucher"]
    search_fields = ["code", "voucher__name"]
    show_full_result_count = False
    actions = ["switch_off", "switch_on"]

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Whoever may change vouchers."""
        return request.user.has_perm("promotions.change_voucher")

    @admin.action(description="Switch off", permissions=["switch"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[VoucherCode]) -> None:
        """The chosen codes take nothing off any more."""
        self._switch(request, queryset, is_active=False)

    @admin.action(description="Switch on", permissions=["switch"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[VoucherCode]) -> None:
        """The chosen codes can be used again."""
        self._switch(request, queryset, is_active=True)

    def _switch(self, request: HttpRequest, queryset: QuerySet[VoucherCode], *, is_active: bool) -> None:
        of_voucher: dict[UUID, list[UUID]] = defaultdict(list)
        for voucher_id, code_id in queryset.order_by("voucher_id").values_list("voucher_id", "id"):
            of_voucher[voucher_id].append(code_id)
        try:
            for voucher_id, code_ids in of_voucher.items():
                switch_codes(voucher_id=voucher_id, code_ids=code_ids, is_active=is_active, actor=SYSTEM)
        except (CommerceError, Rejected) as refusal:
            messages.error(request, f"Not all codes were switched: {refusal}")
            return
        self.message_user(request, f"{sum(map(len, of_voucher.values()))} codes are {'on' if is_active else 'off'}.")
