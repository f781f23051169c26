"""Vouchers and gift cards for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from commerce.channels.models import Channel
from commerce.core.codes import code_key
from commerce.promotions.voucher_models import Voucher, VoucherChannelListing, VoucherCode
from tests.factories import make_channel

_serial = count(1)


def make_voucher(
    code: str = "",
    *,
    value: int = 1000,
    channel: Channel | None = None,
    minimum_subtotal: int | None = None,
    code_limit: int | None = None,
    products: Any = (),
    categories: Any = (),
    **fields: Any,
) -> VoucherCode:
    """A voucher (10 % of the entire order unless told otherwise) that `channel` has, and its one code."""
    code = code or f"CODE-{next(_serial)}"
    voucher = Voucher.objects.create(**({"name": code.title()} | fields))
    voucher.products.set(products)
    voucher.categories.set(categories)
    VoucherChannelListing.objects.create(
        voucher=voucher, channel=channel or make_channel(), value=value, minimum_subtotal=minimum_subtotal
    )
    return VoucherCode.objects.create(voucher=voucher, code=code, key=code_key(code), usage_limit=code_limit)
