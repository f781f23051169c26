"""The merchant's screens of promotions and vouchers."""

from __future__ import annotations

from commerce.promotions.voucher_admin import VoucherAdmin, VoucherCodeAdmin

__all__ = ["VoucherAdmin", "VoucherCodeAdmin"]
