"""From a cart and its quote to what an order needs to know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from commerce.accounts.addresses import AddressData, address_data
from commerce.accounts.models import Address
from commerce.checkout.models import Checkout
from commerce.checkout.quote import Quote, QuoteLine
from commerce.orders.purchase import Buyer, Purchase, PurchasedLine, freeze, thaw


def purchase_of(quote: Quote) -> Purchase:
    """The goods at the prices of this quote."""
    delivery = quote.delivery.delivery if quote.delivery is not None else None
    return Purchase(
        currency=quote.currency,
        country=quote.destination,
        lines=tuple(_line(line) for line in quote.lines),
        subtotal=quote.subtotal,
        shipping=quote.shipping,
        total=quote.total,
        shipping_method_id=delivery.method_id if delivery else None,
        shipping_method_name=delivery.name if delivery else "",
        discounts=quote.reductions,
        voucher_code_ids=tuple(UUID(code.code_id) for code in quote.codes if code.amount),
    )


def buyer_of(checkout: Checkout) -> Buyer:
    """Who buys, as the cart says now."""
    return Buyer(
        user_id=checkout.user_id,
        email=checkout.email,
        language_code=checkout.language_code,
        shipping_address=_address(checkout.shipping_address),
        billing_address=_address(checkout.billing_address),
        customer_note=checkout.customer_note,
        metadata=checkout.metadata,
    )


def remember(checkout: Checkout, purchase: Purchase) -> dict[str, Any]:
    """What a payment keeps of the cart that it pays for, as JSON."""
    return {"checkout": str(checkout.id), "version": checkout.version, "purchase": freeze(purchase)}


def remembered(checkout: Checkout, kept: dict[str, Any]) -> Purchase | None:
    """What the shopper was shown when they paid; None if the cart was changed or merged into another since."""
    if (kept.get("checkout"), kept.get("version")) != (str(checkout.id), checkout.version):
        return None
    return thaw(kept["purchase"])


def _line(line: QuoteLine) -> PurchasedLine:
    return PurchasedLine(
        line_id=line.line.id,
        variant_id=line.variant.id,
        product_id=line.variant.product_id,
        product_name=line.variant.product.name,
        variant_name=line.variant.name,
        sku=line.variant.sku or "",
        is_shipping_required=line.variant.is_shipping_required,
        quantity=line.quantity,
        unit=line.unit,
        undiscounted_unit=line.undiscounted_unit,
        total=line.total,
        tax_percent=line.tax_percent,
    )


def _address(address: Address | None) -> AddressData | None:
    return address_data(address) if address is not None else None
