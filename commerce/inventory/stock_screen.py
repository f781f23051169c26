"""The merchant's screen of a stock: its figures over all rows, and a count or a change of it with a reason."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commerce.accounts.tokens import staff_actor_of
from commerce.core.admin import ReadOnly
from commerce.core.errors import CommerceError
from commerce.inventory.account import MAX_NOTE, MAX_ON_HAND
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.queries import whole_stocks
from commerce.inventory.services import adjust_on_hand, set_on_hand

Reason = StockMovement.Reason
BY_HAND: Final = (Reason.SET, Reason.RECEIVED, Reason.RETURNED, Reason.CORRECTED, Reason.DAMAGED, Reason.LOST)
"""The reasons that a person may give; the shop itself has the others."""


class StockForm(forms.ModelForm[Stock]):
    """How many units there are, or how many more or fewer, and why."""

    counted = forms.IntegerField(
        label="Counted", required=False, min_value=0, max_value=MAX_ON_HAND, help_text="So many units lie there."
    )
    delta = forms.IntegerField(
        label="Change",
        required=False,
        min_value=-MAX_ON_HAND,
        max_value=MAX_ON_HAND,
        help_text="Or: so many have come in, or (below 0) are gone, whatever was sold meanwhile.",
    )
    reason = forms.ChoiceField(choices=[(reason.value, reason.label) for reason in BY_HAND])
    note = forms.CharField(max_length=MAX_NOTE, required=False)

    class Meta:
        model = Stock
        fields = ()

    def clean(self) -> dict[str, Any]:
        """One of both."""
        given = super().clean() or {}
        if not self.errors and (given.get("counted") is None) == (given.get("delta") is None):
            raise forms.ValidationError("Say how many were counted, or what has changed: one of both.")
        return given


class Movements(ReadOnly, admin.TabularInline[StockMovement, Stock]):
    """Why the figure changed."""

    model = StockMovement
    extra = 0
    ordering = ["-id"]


def _total(name: str, description: str) -> Any:
    @admin.display(description=description, ordering=f"total_{name}")
    def column(stock: Stock) -> int:
        return int(getattr(stock, f"total_{name}"))

    return column


on_hand = _total("on_hand", "On hand")
reserved = _total("reserved", "Promised")
backorder_limit = _total("backorder_limit", "May be promised beyond it")


_COLUMNS: Final = ("Row", "", "On hand", "Promised", "Beyond it")


def _kind(row: Stock) -> str:
    if row.channel is not None:
        return f"Preorders of {row.channel}"
    return "Closed" if row.is_closed else ""


@admin.register(Stock)
class StockAdmin(admin.ModelAdmin[Stock]):
    """What lies where, and how much of it is promised: one line for each variant and warehouse, whatever its rows."""

    form = StockForm
    list_display = ["variant", "warehouse", on_hand, reserved, backorder_limit, "oversellable", "shards", "updated_at"]
    list_filter = ["warehouse", "oversellable"]
    list_select_related = ["variant", "warehouse"]
    search_fields = ["variant__sku", "variant__product__name"]
    readonly_fields = ["variant", "warehouse", on_hand, reserved, backorder_limit, "low_stock_threshold", "rows"]
    fieldsets = [
        (None, {"fields": ["variant", "warehouse", on_hand, reserved, backorder_limit, "low_stock_threshold"]}),
        ("Change", {"fields": ["counted", "delta", "reason", "note"]}),
        ("Rows", {"classes": ["collapse"], "fields": ["rows"]}),
    ]
    inlines = [Movements]

    @admin.display(description="Rows")
    def shards(self, stock: Stock) -> int:
        """How many rows its buyers are divided among."""
        return int(stock.shards)  # type: ignore[attr-defined] # an annotation of whole_stocks

    @admin.display(description="Rows of this stock")
    def rows(self, stock: Stock) -> SafeString:
        """What each row holds: to look at, because the units are dealt out anew whenever they change."""
        found = Stock.objects.filter(variant=stock.variant_id, warehouse=stock.warehouse_id).order_by("shard")
        lines = [
            (row.shard, _kind(row), row.on_hand, row.reserved, row.backorder_limit)
            for row in found.select_related("channel")
        ]
        head = format_html("<tr>{}</tr>", format_html_join("", "<th>{}</th>", [(name,) for name in _COLUMNS]))
        body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", lines)
        return format_html("<table>{}{}</table>", head, body)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        """Whole stocks: the other rows of one have no line and no page of their own."""
        return whole_stocks()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A stock is there as soon as units are counted."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Stock | None = None) -> bool:
        """Its account goes on."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A change that cannot be is undone, and said on the page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CommerceError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: Stock, form: Any, change: bool) -> None:
        """Write the count or the change as the API does: with its account, never below what is promised."""
        given = form.cleaned_data
        told = {
            "variant_id": obj.variant_id,
            "warehouse_id": obj.warehouse_id,
            "reason": given["reason"],
            "note": given["note"],
            "actor": staff_actor_of(request.user),  # type: ignore[arg-type] # somebody who is signed in here
        }
        if given["counted"] is not None:
            set_on_hand(quantity=given["counted"], **told)
        else:
            adjust_on_hand(delta=given["delta"], **told)
