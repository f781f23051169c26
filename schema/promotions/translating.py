"""Translating promotions, for staff and apps with MANAGE_TRANSLATIONS."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.promotions import services
from schema.catalog.translating import NameTranslationInput, TranslationError, translate
from schema.context import Info
from schema.enums import LanguageCodeEnum
from schema.errors import below_input
from schema.ids import id_of
from schema.payloads import row_payload
from schema.promotions.types import Promotion


@translate(payload=row_payload("PromotionTranslate", "promotion", Promotion | None, TranslationError))
def promotion_translate(
    info: Info, id: strawberry.ID, language_code: LanguageCodeEnum, input: NameTranslationInput
) -> Any:
    """Say what a promotion is called in a language; null takes the name away."""
    with below_input():
        return services.translate_promotion(
            promotion_id=id_of("Promotion", id),
            language=language_code.value,
            texts=input.texts(),
            actor=info.context.actor,
        )
