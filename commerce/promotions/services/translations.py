"""Saying what promotions are called in other languages."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from commerce.catalog.services.translations import Kind, NameTexts, translate
from commerce.core.actor import Actor
from commerce.promotions.errors import PromotionNotFound
from commerce.promotions.models import Promotion, PromotionTranslation

_PROMOTION: Final = Kind(
    "promotion", Promotion, PromotionTranslation, "promotion", {"name": 250}, PromotionNotFound, {}
)


def translate_promotion(*, promotion_id: UUID, language: str, texts: NameTexts, actor: Actor) -> Promotion:
    """Say what a promotion is called in `language`. Raises PromotionNotFound, InvalidInput or PermissionDenied."""
    return translate(_PROMOTION, promotion_id, language, texts, actor)
