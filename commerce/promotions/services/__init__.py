"""The verbs of promotions."""

from commerce.promotions.services.promotions import (
    PromotionChanges,
    create_promotion,
    delete_promotion,
    update_promotion,
)
from commerce.promotions.services.rules import RuleChanges, create_rule, delete_rule, update_rule
from commerce.promotions.services.translations import translate_promotion

__all__ = [
    "PromotionChanges",
    "RuleChanges",
    "create_promotion",
    "create_rule",
    "delete_promotion",
    "delete_rule",
    "translate_promotion",
    "update_promotion",
    "update_rule",
]
