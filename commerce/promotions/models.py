"""Promotions and vouchers, where Django looks for them."""

from __future__ import annotations

from commerce.promotions.promotion_models import (
    CatalogueRule,
    DuePrice,
    PriceChange,
    Promotion,
    PromotionBudget,
    PromotionRule,
    PromotionUse,
)
from commerce.promotions.translation_models import PromotionTranslation
from commerce.promotions.voucher_models import Voucher, VoucherChannelListing, VoucherCode, VoucherRedemption

__all__ = [
    "CatalogueRule",
    "DuePrice",
    "PriceChange",
    "Promotion",
    "PromotionBudget",
    "PromotionRule",
    "PromotionTranslation",
    "PromotionUse",
    "Voucher",
    "VoucherChannelListing",
    "VoucherCode",
    "VoucherRedemption",
]
