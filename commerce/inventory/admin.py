"""The merchant's screens of warehouses and stock. Figures are changed through the API, which keeps account of them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from commerce.accounts.models import User
from commerce.core.admin import INTEGRATIONS, ReadOnly
from commerce.inventory.models import Allocation, Reservation, Stock, StockMovement, Warehouse, WarehouseChannel

MOVEMENTS_SHOWN: Final = 50
NOTHING: Final = UUID(int=0)
COUNTRIES_HELP: Final = "Country codes with commas between them, e.g. DE,AT; empty: wherever its channels sell."


class HowMuch(admin.SimpleListFilter):
    """What a merchant has to buy again."""

    title = "how much"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("none", "Nothing free"), ("some", "Something free")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        """Those of the choice."""
        if self.value() == "none":
            return queryset.filter(on_hand__lte=F("reserved"))
        return queryset.filter(on_hand__gt=F("reserved")) if self.value() == "some" else queryset


class ChannelLinks(admin.TabularInline[WarehouseChannel, Warehouse]):
    """Who sells from the warehouse."""

    model = WarehouseChannel
    extra = 0
    autocomplete_fields = ["channel"]


@admin.register(Warehouse)
class WarehouseAdmin(admin.ModelAdmin[Warehouse]):
    """Warehouses, and the channels that sell from them."""

    list_display = ["name", "slug", "is_active", "country", "ships_to", "click_and_collect"]
    list_filter = ["is_active", "click_and_collect", "channels"]
    search_fields = ["slug", "name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["address", "version", "created_at", "updated_at"]
    inlines = [ChannelLinks]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active"]}),
        ("Where it is, and where it ships to", {"fields": ["country", "countries", "click_and_collect", "address"]}),
        INTEGRATIONS,
        ("History", {"classes": ["collapse"], "fields": ["version", "created_at", "updated_at"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Warehouse | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With words that merchants know."""
        return super().get_form(
            request,
            obj,
            change,
            labels={"countries": "Ships to"},
            help_texts={"country": "Where it is, e.g. DE.", "countries": COUNTRIES_HELP},
            **kwargs,
        )

    @admin.display(description="Ships to")
    def ships_to(self, warehouse: Warehouse) -> str:
        """Countries, or wherever its channels sell."""
        return ", ".join(warehouse.countries) or "wherever its channels sell"


class Movements(ReadOnly, admin.TabularInline[StockMovement, Stock]):
    """Why the figure changed."""

    model = StockMovement
    fields = ["created_at", "delta", "reason", "note", "who", "reference"]
    readonly_fields = ["created_at", "who"]
    extra = 0
    ordering = ["-id"]
    verbose_name_plural = f"what happened lately (the last {MOVEMENTS_SHOWN})"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        """The last ones: a stock may have thousands."""
        who = User.objects.filter(id=OuterRef("actor_id")).values("email")
        rows = super().get_queryset(request).annotate(email=Subquery(who))
        found = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        stock_id = str(found or NOTHING)
        latest = rows.filter(stock__id=stock_id).order_by("-id").values_list("id", flat=True)
        return rows.filter(id__in=list(latest[:MOVEMENTS_SHOWN]))

    @admin.display(description="Who")
    def who(self, movement: StockMovement) -> str:
        """Who did it, if it was somebody."""
        return getattr(movement, "email", None) or (str(movement.actor_id) if movement.actor_id else "")


@admin.register(Stock)
class StockAdmin(ReadOnly, admin.ModelAdmin[Stock]):
    """What lies where, and how much of it is promised."""

    list_display = ["product", "variant", "warehouse", "on_hand", "reserved", "free", "oversellable", "updated_at"]
    list_filter = ["warehouse", HowMuch, "oversellable"]
    list_select_related = ["variant__product", "warehouse"]
    search_fields = ["variant__sku", "variant__name", "variant__product__name"]
    show_full_result_count = False
    inlines = [Movements]
    fieldsets = [
        (None, {"fields": ["product", "variant", "warehouse"]}),
        ("Units", {"fields": ["on_hand", "reserved", "free", "low_stock_threshold"]}),
        ("Beyond what is there", {"fields": ["oversellable", "backorder_limit", "overdrawn"]}),
        ("Preorders", {"classes": ["collapse"], "fields": ["channel", "preorder_until"]}),
        ("Shards", {"classes": ["collapse"], "fields": ["shard", "is_closed"]}),
    ]
    readonly_fields = ["product", "free"]

    @admin.display(description="Product", ordering="variant__product__sort_name")
    def product(self, stock: Stock) -> str:
        """What the variant is of."""
        return stock.variant.product.name

    @admin.display(description="Free")
    def free(self, stock: Stock) -> int:
        """What can still be promised of what is there."""
        return max(0, stock.on_hand - stock.reserved)


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, admin.ModelAdmin[Reservation]):
    """What is set aside for carts."""

    list_display = ["stock", "quantity", "checkout_id", "expires_at"]
    list_select_related = ["stock__variant__product", "stock__warehouse"]
    search_fields = ["stock__variant__sku", "checkout_id"]
    show_full_result_count = False


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, admin.ModelAdmin[Allocation]):
    """What belongs to orders."""

    list_display = ["stock", "quantity", "order_id", "created_at"]
    list_select_related = ["stock__variant__product", "stock__warehouse"]
    search_fields = ["stock__variant__sku", "order_id"]
    show_full_result_count = False
