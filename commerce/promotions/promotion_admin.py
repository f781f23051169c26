"""The merchant's screens of promotions. Rules are made by the API, whose checks know more than a form does."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from commerce.catalog.translation_admin import TranslatedAdmin, translation_form, translations_inline
from commerce.catalog.versions import changed_row
from commerce.core.actor import SYSTEM
from commerce.core.admin import INTEGRATIONS, ReadOnly, money_column
from commerce.promotions.events import PromotionCreated, PromotionUpdated
from commerce.promotions.models import Promotion, PromotionBudget, PromotionRule, PromotionTranslation
from commerce.promotions.services import delete_promotion
from commerce.promotions.services.changing import settle
from commerce.promotions.wording import wording_of


def state_of(row: Any) -> str:
    """Whether a promotion or a voucher holds now, in a word or two."""
    now = timezone.now()
    if not row.is_active:
        return "switched off"
    if row.ends_at is not None and row.ends_at <= now:
        return "over"
    return "to come" if row.starts_at > now else "running"


class RuleInline(ReadOnly, admin.TabularInline[PromotionRule, Promotion]):
    """What it does."""

    model = PromotionRule
    fields = ["name", "what_it_gives", "on_which_goods", "for_which_carts"]
    readonly_fields = ["what_it_gives", "on_which_goods", "for_which_carts"]
    extra = 0

    @admin.display(description="Reward")
    def what_it_gives(self, rule: PromotionRule) -> str:
        """In words."""
        return wording_of(rule).reward(rule)

    @admin.display(description="On")
    def on_which_goods(self, rule: PromotionRule) -> str:
        """In words; rules that give some goods for others say it with the reward."""
        return wording_of(rule).goods(rule.goods)

    @admin.display(description="If the cart has")
    def for_which_carts(self, rule: PromotionRule) -> str:
        """In words."""
        return wording_of(rule).condition(rule.condition)


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

    list_display = ["name", "rewards", "state", "starts_at", "ends_at", "kind", "used"]
    list_filter = ["kind", "is_active", "stacking", "channels"]
    search_fields = ["name", "description"]
    date_hierarchy = "starts_at"
    ordering = ["-created_at"]
    filter_horizontal = ["channels"]
    inlines = [
        RuleInline,
        BudgetInline,
        translations_inline(PromotionTranslation, "promotion", translation_form(name=250)),
    ]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "description", "kind", "is_active"],
                "description": "What a promotion gives are its rules, below. They are made by promotionRuleCreate of"
                " the admin API; here a promotion is named, scheduled, switched on and off, and deleted.",
            },
        ),
        ("When and where", {"fields": ["channels", ("starts_at", "ends_at")]}),
        ("Together with others", {"fields": ["stacking", "priority"]}),
        ("Limits", {"fields": ["usage_limit", "used"]}),
        INTEGRATIONS,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        """With rules, which the list tells of."""
        return super().get_queryset(request).prefetch_related("rules")

    @admin.display(description="Reward")
    def rewards(self, promotion: Promotion) -> str:
        """The first rule in words, and how many others there are."""
        rules = list(promotion.rules.all())
        if not rules:
            return "nothing yet"
        first = wording_of(rules[0]).reward(rules[0])
        return f"{first}, and {len(rules) - 1} more" if len(rules) > 1 else first

    @admin.display(description="Now", ordering="is_active")
    def state(self, promotion: Promotion) -> str:
        """Whether it holds at this moment."""
        return state_of(promotion)

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
