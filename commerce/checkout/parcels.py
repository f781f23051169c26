"""What is sent from a cart, as a value that a provider of rates can be asked about, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from commerce.checkout.models import CheckoutLine
from commerce.core.money import Money
from commerce.shipping.provider import Destination, Item, RateRequest


def rate_request(lines: Sequence[CheckoutLine], destination: Destination, goods: Money) -> RateRequest:
    """What the lines that have to be shipped look like to a provider; `goods` is what the cart costs."""
    items = [
        Item(
            quantity=line.quantity,
            weight_grams=variant.weight_grams,
            length_mm=variant.length_mm,
            width_mm=variant.width_mm,
            height_mm=variant.height_mm,
        )
        for line in lines
        if (variant := line.variant).is_shipping_required
    ]
    if len(items) > 1:
        items.sort(key=repr)
    return RateRequest(destination, tuple(items), goods)


def digest_of(request: RateRequest) -> str:
    """64 hex digits that are the same as long as nothing has changed that a price depends on."""
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()
