"""The merchant's screens of promotions and vouchers."""

from __future__ import annotations

from commerce.promotions.promotion_admin import PromotionAdmin
from commerce.promotions.voucher_admin import VoucherAdmin, VoucherCodeAdmin

__all__ = ["PromotionAdmin", "VoucherAdmin", "VoucherCodeAdmin"]
