"""The merchant's screens of promotions. Rules are made by the API, whose checks know more than a form does."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commerce.catalog.translation_admin import TranslatedAdmin, translation_form, translations_inline
from commerce.catalog.versions import changed_row
from commerce.core.actor import SYSTEM
from commerce.core.admin import ReadOnly, money_column
from commerce.promotions.events import PromotionCreated, PromotionUpdated
from commerce.promotions.models import Promotion, PromotionBudget, PromotionRule, PromotionTranslation
from commerce.promotions.services import delete_promotion
from commerce.promotions.services.changing import settle


class RuleInline(ReadOnly, admin.TabularInline[PromotionRule, Promotion]):
    """What it does."""

    model = PromotionRule
    fields = ["name", "goods", "condition", "reward_type", "reward"]
    extra = 0


class BudgetInline(ReadOnly, admin.TabularInline[PromotionBudget, Promotion]):
    """How much it may take off, and has."""

    model = PromotionBudget
    fields = ["currency", "in_all", "so_far"]
    readonly_fields = ["in_all", "so_far"]
    in_all = staticmethod(money_column("amount", "budget"))
    so_far = staticmethod(money_column("spent", "spent"))
    extra = 0


@admin.register(Promotion)
class PromotionAdmin(TranslatedAdmin):
    """Promotions, the newest first."""

    list_display = ["name", "kind", "is_active", "starts_at", "ends_at", "priority", "stacking", "used", "usage_limit"]
    list_filter = ["kind", "is_active", "stacking", "channels"]
    search_fields = ["name"]
    ordering = ["-created_at"]
    filter_horizontal = ["channels"]
    readonly_fields = ["used"]
    exclude = ["version", "compiled"]
    inlines = [
        RuleInline,
        BudgetInline,
        translations_inline(PromotionTranslation, "promotion", translation_form(name=250)),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Promotion | None = None) -> list[str]:
        """What it reduces is said once."""
        return ["used", "kind"] if obj is not None else ["used"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let prices follow, and tell partners."""
        super().save_related(request, form, formsets, change)
        promotion = changed_row(Promotion, form.instance.id) if change else form.instance
        if promotion is not None:
            settle(promotion, PromotionUpdated if change else PromotionCreated)

    def delete_model(self, request: HttpRequest, obj: Promotion) -> None:
        """Let prices follow, and tell partners."""
        delete_promotion(promotion_id=obj.id, actor=SYSTEM)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, as above."""
        for promotion in queryset:
            self.delete_model(request, promotion)
