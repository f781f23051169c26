"""What promotions are called in other languages."""

from __future__ import annotations

from django.db import models

from commerce.core.translation import NamedTranslation
from commerce.promotions.promotion_models import Promotion


class PromotionTranslation(NamedTranslation):
    """A promotion's name in another language."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="translations", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["promotion", "language"], name="promotion_translation_unique")]
