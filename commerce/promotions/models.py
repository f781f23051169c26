"""Promotions and vouchers."""

from __future__ import annotations

from commerce.promotions.voucher_models import (  # noqa: F401 - Django finds models here
    Voucher,
    VoucherChannelListing,
    VoucherCode,
    VoucherRedemption,
)
